"""`python -m shelfwise.cli` is `shelfwise`."""

from shelfwise.cli import app

app()
