"""The run: ordered, resumable steps from landing to publish, and their history."""
