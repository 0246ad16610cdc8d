"""A seeded simulator of a shop: the default data source, with a known truth behind it."""
