"""Shelfwise as a graph of Dagster's assets, over the steps of `shelfwise run`. Optional: see docs/dagster.md."""
