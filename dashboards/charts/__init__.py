"""Charts.

Every function takes a frame as its query returns it, and returns None for a frame without rows.
"""

from dashboards.charts.frame import Drawing
from dashboards.charts.graphs import lineage, network
from dashboards.charts.grids import cohorts, gate_nights, heat, timings
from dashboards.charts.ranks import bars, changes, funnel, gains, intervals, pairs
from dashboards.charts.series import forecast, hours, lines, spark, stacked_months, stairs, trend, versions

__all__ = [
    "Drawing",
    "bars",
    "changes",
    "cohorts",
    "forecast",
    "funnel",
    "gains",
    "gate_nights",
    "heat",
    "hours",
    "intervals",
    "lineage",
    "lines",
    "network",
    "pairs",
    "spark",
    "stacked_months",
    "stairs",
    "timings",
    "trend",
    "versions",
]
