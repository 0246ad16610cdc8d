"""What night after night leaves on the disk."""
