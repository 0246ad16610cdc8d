"""Erasing a person: from landing, the collector, every version, what training and runs have left, and for good."""
