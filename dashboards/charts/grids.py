"""Charts of rows by columns."""

from __future__ import annotations

import altair as alt
import pandas as pd

from dashboards.charts.frame import (
    FRAME_HEIGHT,
    LEGEND,
    NAMES,
    RAMP,
    ROW_HEIGHT,
    Drawing,
    in_order,
    layered,
    on_ramp,
    sized,
    text,
)
from dashboards.measures import Measure


def cohorts(frame: pd.DataFrame, measure: Measure) -> Drawing | None:
    """Draw what became of each month's new customers.

    Columns: cohort (label), cohort_month, months, value, active_customer_count.
    """
    if frame.empty:
        return None
    highest = float(frame["value"].max()) or 1
    base = (
        alt.Chart(frame)
        .transform_calculate(written=measure.expression("value"), brief=measure.brief("value"))
        .encode(
            x=alt.X("months:O", title="Months since the first order", axis=alt.Axis(labelAngle=0, orient="top")),
            y=alt.Y("cohort:N", title=None, sort=in_order(frame, "cohort", by="cohort_month"), axis=NAMES),
        )
    )
    cells = base.mark_rect(cornerRadius=3).encode(
        color=alt.Color("value:Q", legend=None, scale=alt.Scale(domain=[0, highest], range=RAMP)),
        tooltip=[
            text("cohort", "Cohort"),
            alt.Tooltip("months:O", title="Months since"),
            text("written", measure.title),
            alt.Tooltip("active_customer_count:Q", title="Customers who ordered", format=","),
        ],
    )
    figures = base.mark_text(fontSize=12).encode(text="brief:N", color=on_ramp("value", highest))
    return layered(36 * frame["cohort"].nunique() + FRAME_HEIGHT, cells, figures)


def timings(frame: pd.DataFrame) -> Drawing | None:
    """Draw each run's seconds by step. Columns: run_label, started_at, step, position, status, seconds."""
    if frame.empty:
        return None
    newest_first = in_order(frame, "run_label", by="started_at")[::-1]
    steps = in_order(frame, "step", by="position")
    drawing = (
        alt.Chart(frame)
        .mark_bar(cornerRadius=1)
        .encode(
            y=alt.Y("run_label:N", title=None, sort=newest_first, axis=NAMES),
            x=alt.X("seconds:Q", axis=Measure("Seconds").axis()),
            color=alt.Color("step:N", title=None, sort=steps, legend=LEGEND),
            order=alt.Order("position:Q"),
            tooltip=[
                text("run_label", "Run"),
                text("step", "Step"),
                text("status", "Status"),
                alt.Tooltip("seconds:Q", title="Seconds", format=",.1f"),
            ],
        )
    )
    return sized(drawing, ROW_HEIGHT * frame["run_label"].nunique() + 220)


def heat(frame: pd.DataFrame, measure: Measure, row_title: str, column_title: str) -> Drawing | None:
    """Draw a matrix. Columns: row, row_order, column, column_order, value; a pair without a row stays empty."""
    if frame.empty:
        return None
    highest = float(frame["value"].max()) or 1
    base = (
        alt.Chart(frame)
        .transform_calculate(written=measure.expression("value"), brief=measure.brief("value"))
        .encode(
            x=alt.X(
                "column:N",
                title=column_title,
                sort=in_order(frame, "column", by="column_order"),
                axis=alt.Axis(orient="top", labelAngle=-35, labelLimit=130, ticks=False, domain=False),
            ),
            y=alt.Y("row:N", title=row_title, sort=in_order(frame, "row", by="row_order"), axis=NAMES),
        )
    )
    cells = base.mark_rect(cornerRadius=3).encode(
        color=alt.Color("value:Q", legend=None, scale=alt.Scale(domain=[0, highest], range=RAMP)),
        tooltip=[text("row", "From"), text("column", "To"), alt.Tooltip("written:N", title=measure.title)],
    )
    figures = base.mark_text(fontSize=12).encode(text="brief:N", color=on_ramp("value", highest))
    return layered(36 * frame["row"].nunique() + 130, cells, figures)


def gate_nights(frame: pd.DataFrame) -> Drawing | None:
    """Draw each night's checks by outcome. Columns: night (label), started_at, outcome, check_count."""
    if frame.empty:
        return None
    outcomes = ["Passed", "Warning", "Error"]
    drawing = (
        alt.Chart(frame)
        .mark_bar(cornerRadiusEnd=2)
        .encode(
            x=alt.X(
                "night:N",
                title=None,
                sort=in_order(frame, "night", by="started_at"),
                axis=alt.Axis(labelAngle=-40, labelOverlap=True, labelLimit=90),
            ),
            y=alt.Y("check_count:Q", title="Checks", axis=alt.Axis(tickMinStep=1, tickCount=5)),
            color=alt.Color(
                "outcome:N",
                title=None,
                sort=outcomes,
                scale=alt.Scale(domain=outcomes, range=["#0072B2", "#E69F00", "#D55E00"]),
                legend=alt.Legend(orient="top"),
            ),
            order=alt.Order("outcome_order:Q"),
            tooltip=[text("night", "Night"), text("outcome", "Outcome"), alt.Tooltip("check_count:Q", title="Checks")],
        )
    )
    return sized(drawing, 260)
