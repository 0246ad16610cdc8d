"""Recommendations: how good they are, what they bring in, whom they serve, and what they look like for one of them."""

from __future__ import annotations

from dashboards import layout
from dashboards.sections import coverage, experiments, explorer, feedback, scores

PARTS = ["In the shop", "Offline score", "Experiments", "Coverage", "Explore"]


def page() -> None:
    """Draw the page: one part at a time, as each is a page of its own in size."""
    context = layout.begin(
        "Recommendations",
        "What they bring in, how good they are, and what they look like for one customer or product.",
    )
    shop = layout.require_shop(context)
    part = layout.choose("Part", PARTS, "part")
    if part == "In the shop":
        feedback.performance(shop)
    elif part == "Offline score":
        scores.scores(context, shop)
    elif part == "Experiments":
        experiments.experiments(shop)
    elif part == "Coverage":
        coverage.coverage(shop)
    else:
        explorer.explorer(shop)


page()
