"""Telling people: messages, the channels they go through, and who has been told what already."""
