"""Predictive analytics: what will be sold in four weeks, and who will buy again, foretold and back-tested.

`python -m shelfwise.forecasting --run-dir DIR` trains on the marts; docs/forecasting.md tells the whole.
"""
