"""The web endpoint that takes events: a 200 means that they are on disk."""
