"""What the warehouse costs: a full build against hand-made peers, one more day against growing histories, memory."""
