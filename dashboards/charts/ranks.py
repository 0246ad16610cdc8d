"""Charts that compare things with one another."""

from __future__ import annotations

import altair as alt
import pandas as pd

from dashboards.charts.frame import (
    FRAME_HEIGHT,
    LEGEND,
    MUTED,
    NAMES,
    ROW_HEIGHT,
    Drawing,
    in_order,
    layered,
    sized,
    text,
    written,
)
from dashboards.measures import Measure, share


def bars(frame: pd.DataFrame, measure: Measure) -> Drawing | None:
    """Draw horizontal bars with their values, in the frame's order. Columns: name, value."""
    if frame.empty:
        return None
    room_for_text = alt.Scale(domain=[0, (float(frame["value"].max()) or 1) * 1.25])
    base = (
        alt.Chart(frame)
        .transform_calculate(written=measure.expression("value"))
        .encode(
            y=alt.Y("name:N", title=None, sort=None, axis=NAMES),
            x=alt.X("value:Q", title=measure.title, axis=None, scale=room_for_text),
        )
    )
    return layered(
        ROW_HEIGHT * len(frame) + 30,
        base.mark_bar(cornerRadiusEnd=3, height={"band": 0.7}).encode(tooltip=[text("name", "Name"), written(measure)]),
        base.mark_text(align="left", dx=5, color=MUTED).encode(text="written:N"),
    )


def changes(frame: pd.DataFrame, measure: Measure) -> Drawing | None:
    """Draw what rose and what fell, away from a zero line. Columns: name, value (signed)."""
    if frame.empty:
        return None
    drawing = (
        alt.Chart(frame)
        .transform_calculate(written=measure.expression("value"), direction="datum.value >= 0 ? '1 rose' : '2 fell'")
        .mark_bar(cornerRadiusEnd=3, height={"band": 0.7})
        .encode(
            y=alt.Y("name:N", title=None, sort=None, axis=NAMES),
            x=alt.X("value:Q", axis=measure.axis()),
            color=alt.Color("direction:N", legend=None),
            tooltip=[text("name", "Product"), written(measure)],
        )
    )
    return sized(drawing, ROW_HEIGHT * len(frame) + FRAME_HEIGHT)


def funnel(frame: pd.DataFrame) -> Drawing | None:
    """Draw the share that reaches each step. Columns: step (label), step_number, series, session_count, share."""
    if frame.empty:
        return None
    drawing = (
        alt.Chart(frame)
        .mark_bar(cornerRadiusEnd=3)
        .encode(
            y=alt.Y("step:N", title=None, sort=in_order(frame, "step", by="step_number"), axis=NAMES),
            yOffset=alt.YOffset("series:N", sort=None),
            x=alt.X("share:Q", axis=share("Share of sessions").axis()),
            color=alt.Color("series:N", title=None, sort=None, legend=LEGEND),
            tooltip=[
                text("step", "Step"),
                text("series", "Of"),
                alt.Tooltip("session_count:Q", title="Sessions", format=","),
                alt.Tooltip("share:Q", title="Of all sessions", format=".1%"),
            ],
        )
    )
    return sized(drawing, 400)


def intervals(frame: pd.DataFrame, measure: Measure) -> Drawing | None:
    """Draw values with their 95% intervals. Columns: model, role, value, lower_bound, upper_bound, customer_count."""
    if frame.empty:
        return None
    base = alt.Chart(frame).encode(
        y=alt.Y("model:N", title=None, sort=None, axis=NAMES),
        color=alt.Color("role:N", title=None, sort=["Ours", "Baseline"], legend=alt.Legend(orient="top")),
        tooltip=[
            text("model", "Model"),
            alt.Tooltip("value:Q", title=measure.title, format=".3f"),
            alt.Tooltip("lower_bound:Q", title="From", format=".3f"),
            alt.Tooltip("upper_bound:Q", title="To", format=".3f"),
            alt.Tooltip("customer_count:Q", title="Customers", format=","),
        ],
    )
    return layered(
        52 * len(frame) + FRAME_HEIGHT + 40,
        base.mark_rule(strokeWidth=3).encode(x=alt.X("lower_bound:Q", axis=measure.axis()), x2="upper_bound:Q"),
        base.mark_point(filled=True, size=110, opacity=1).encode(x=alt.X("value:Q", scale=alt.Scale(zero=True))),
        base.mark_text(dy=-15, fontSize=12).encode(x="value:Q", text=alt.Text("value:Q", format=".3f")),
    )


def pairs(frame: pd.DataFrame, measure: Measure) -> Drawing | None:
    """Draw two or more bars side by side for each name, in the frame's order. Columns: name, series, value."""
    if frame.empty:
        return None
    drawing = (
        alt.Chart(frame)
        .transform_calculate(written=measure.expression("value"))
        .mark_bar(cornerRadiusEnd=3)
        .encode(
            y=alt.Y("name:N", title=None, sort=None, axis=NAMES),
            yOffset=alt.YOffset("series:N", sort=None),
            x=alt.X("value:Q", axis=measure.axis()),
            color=alt.Color("series:N", title=None, sort=None, legend=LEGEND),
            tooltip=[text("name", "Name"), text("series", "Of"), written(measure)],
        )
    )
    return sized(drawing, 16 * len(frame) + FRAME_HEIGHT + 50)


def gains(frame: pd.DataFrame, title: str) -> Drawing | None:
    """Draw differences with their intervals on either side of zero. Columns: name, value, lower_bound, upper_bound."""
    if frame.empty:
        return None
    base = alt.Chart(frame).encode(
        y=alt.Y("name:N", title=None, sort=None, axis=NAMES),
        tooltip=[
            text("name", "Against"),
            alt.Tooltip("value:Q", title=title, format="+.3f"),
            alt.Tooltip("lower_bound:Q", title="From", format="+.3f"),
            alt.Tooltip("upper_bound:Q", title="To", format="+.3f"),
        ],
    )
    return layered(
        44 * frame["name"].nunique() + FRAME_HEIGHT,
        alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=MUTED, strokeDash=[4, 4]).encode(x="zero:Q"),
        base.mark_rule(strokeWidth=3, color=MUTED).encode(
            x=alt.X("lower_bound:Q", title=title, axis=alt.Axis(format="+.2f", tickCount=5)), x2="upper_bound:Q"
        ),
        base.mark_point(filled=True, size=110, opacity=1).encode(x="value:Q"),
    )
