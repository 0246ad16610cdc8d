"""Today: how the shop does against the period before and against its objectives, and whether the night went well."""

from __future__ import annotations

from dashboards import layout
from dashboards.sections import figures, incidents, objectives


def page() -> None:
    """Draw the page."""
    context = layout.begin("Today", "How the shop does, against the period before and against its objectives.")
    layout.last_run(context)
    shop = layout.require_shop(context)
    objectives.objectives(shop)
    figures.figures(shop)
    incidents.incidents(shop)


page()
