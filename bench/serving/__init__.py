"""What the recommendation API does under load."""
