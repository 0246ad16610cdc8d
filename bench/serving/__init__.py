"""What the servers answer in a second, with the load generator beside them."""
