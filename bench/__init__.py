"""What anyone can run to check our claims."""
