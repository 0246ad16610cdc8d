"""Shelfwise: from a shop's clicks and orders to a warehouse, dashboards and recommendations."""

__version__ = "0.1.0"
