"""Names that several suites know."""

from __future__ import annotations

# GA4's names of what happens in a shop, and three of ours for recommendations.
EVENT_NAMES = (
    "page_view",
    "login",
    "view_item_list",
    "select_item",
    "view_item",
    "search",
    "add_to_cart",
    "remove_from_cart",
    "begin_checkout",
    "purchase",
    "refund",
    "view_recommendation",
    "select_recommendation",
    "dismiss_recommendation",
)

# The groups of models/groups.yml that own the marts.
DATA_ENGINEERING = "data_engineering"
ANALYTICS = "analytics"
DATA_SCIENCE = "data_science"
