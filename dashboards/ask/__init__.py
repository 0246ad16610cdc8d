"""Answers to people's own SQL over the published marts, each in a process of its own."""
