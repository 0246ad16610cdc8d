"""What a night was tried with, and what came of it."""
