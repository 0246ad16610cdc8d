"""What all charts share: sizes, axes, tooltips. Colours come from the theme in .streamlit/config.toml."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from dashboards.measures import Measure

HEIGHT = 320
ROW_HEIGHT = 28
FRAME_HEIGHT = 60  # what axes, legend and padding take of a chart's height
MUTED = "#77808A"  # equally legible on the light and the dark background
ALARM = "#D55E00"
# One ramp for both themes, so that the figures on it can be light or dark by value.
RAMP = ["#D6E8F5", "#98C7E5", "#4C9CCD", "#0072B2", "#005A8D", "#003F63"]
LEGEND = alt.Legend(orient="top", columns=2, labelLimit=105, labelFontSize=12)  # what a phone has room for
NAMES = alt.Axis(labelLimit=190, ticks=False, domain=False, labelPadding=8)

Drawing = alt.Chart | alt.LayerChart | alt.FacetChart


def in_order(frame: pd.DataFrame, column: str, by: str) -> list[str]:
    """Return the values of a column in the order of another one."""
    return [str(value) for value in frame.sort_values(by)[column].unique()]


def day_axis() -> alt.X:
    """Return the axis of days."""
    return alt.X(
        "day:T", title=None, axis=alt.Axis(format="%-d %b %y", labelAngle=0, tickCount=6, grid=False, labelOverlap=True)
    )


def value_axis(measure: Measure, field: str = "value") -> alt.Y:
    """Return the vertical axis; zero stays on it, so that a dip looks as deep as it is."""
    return alt.Y(f"{field}:Q", axis=measure.axis(titled=False), scale=alt.Scale(zero=True))


def day_text() -> alt.Tooltip:
    """Return the tooltip of the day."""
    return alt.Tooltip("day:T", title="Day", format="%a %-d %B %Y")


def text(field: str, title: str) -> alt.Tooltip:
    """Return a tooltip of a field of text."""
    return alt.Tooltip(f"{field}:N", title=title)


def written(measure: Measure) -> alt.Tooltip:
    """Return the tooltip of the value, as the measure writes it."""
    return alt.Tooltip("written:N", title=measure.title)


def sized(drawing: alt.Chart, height: int) -> Drawing:
    """Return a drawing of this height."""
    return drawing.properties(height=height)


def layered(height: int, *layers: alt.Chart) -> Drawing:
    """Return layers as one drawing of this height."""
    return alt.layer(*layers).properties(height=height)


def on_ramp(field: str, highest: float) -> Any:
    """Return the colour of a figure that stands on the ramp: light on its dark end, dark on its light one."""
    return alt.condition(f"datum.{field} > {0.45 * highest}", alt.value("#FFFFFF"), alt.value("#1B2733"))
