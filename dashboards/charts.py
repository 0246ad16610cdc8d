"""Charts. Colours come from the theme in .streamlit/config.toml, so that they fit light and dark.

Every function takes a frame as its query returns it, and returns None for a frame without rows.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from dashboards.measures import Measure, share

HEIGHT = 320
ROW_HEIGHT = 28
FRAME_HEIGHT = 60  # what axes, legend and padding take of a chart's height
MUTED = "#8A94A0"  # legible on the light and the dark background
# One ramp for both themes, so that the figures on it can be light or dark by value.
RETENTION_RAMP = ["#D6E8F5", "#98C7E5", "#4C9CCD", "#0072B2", "#005A8D", "#003F63"]
LEGEND = alt.Legend(orient="top", columns=2, labelLimit=105, labelFontSize=12)  # what a phone has room for
NAMES = alt.Axis(labelLimit=190, ticks=False, domain=False, labelPadding=8)

Drawing = alt.Chart | alt.LayerChart | alt.FacetChart


def trend(frame: pd.DataFrame, measure: Measure) -> Drawing | None:
    """Draw a period over the dashed one before it. Columns: day, period (``This …``, ``Previous period``), value."""
    if frame.empty:
        return None
    base = (
        alt.Chart(frame)
        .transform_calculate(written=measure.expression("value"))
        .encode(x=_days(), y=_values(measure), tooltip=[_day(), _text("period", "Period"), _written(measure)])
    )
    this, previous = (f"datum.period == '{name}'" for name in ("This period", "Previous period"))
    nearest = alt.selection_point(on="pointerover", nearest=True, fields=["day"], empty=False)
    points = base.mark_point(size=70, filled=True).encode(opacity=alt.condition(nearest, alt.value(1), alt.value(0)))
    return _layered(
        HEIGHT,
        base.transform_filter(previous).mark_line(strokeWidth=1.5, strokeDash=[5, 4], color=MUTED),
        base.transform_filter(this).mark_line(strokeWidth=2.5),
        points.add_params(nearest),
    )


def lines(frame: pd.DataFrame, measure: Measure, series_title: str, height: int = HEIGHT) -> Drawing | None:
    """Draw one or several series over time. Columns: day, series, value."""
    if frame.empty:
        return None
    legend = LEGEND if frame["series"].nunique() > 1 else None
    drawing = (
        alt.Chart(frame)
        .transform_calculate(written=measure.expression("value"))
        .mark_line(strokeWidth=2, point=alt.OverlayMarkDef(size=20))
        .encode(
            x=_days(),
            y=_values(measure),
            color=alt.Color("series:N", title=None, legend=legend),
            tooltip=[_day(), _text("series", series_title), _written(measure)],
        )
    )
    return _sized(drawing, height)


def stacked_months(frame: pd.DataFrame, measure: Measure, series_title: str) -> Drawing | None:
    """Draw stacked bars by month. Columns: month, series, value."""
    if frame.empty:
        return None
    drawing = (
        alt.Chart(frame)
        .transform_calculate(written=measure.expression("value"))
        .mark_bar(cornerRadiusEnd=2)
        .encode(
            x=alt.X("yearmonth(month):O", title=None, axis=alt.Axis(format="%b %y", labelAngle=0, labelOverlap=True)),
            y=_values(measure),
            color=alt.Color("series:N", title=None, legend=alt.Legend(orient="top")),
            tooltip=[
                alt.Tooltip("month:T", title="Month", format="%B %Y"),
                _text("series", series_title),
                _written(measure),
            ],
        )
    )
    return _sized(drawing, HEIGHT)


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
    return _layered(
        ROW_HEIGHT * len(frame) + 30,
        base.mark_bar(cornerRadiusEnd=3, height={"band": 0.7}).encode(
            tooltip=[_text("name", "Name"), _written(measure)]
        ),
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
            tooltip=[_text("name", "Product"), _written(measure)],
        )
    )
    return _sized(drawing, ROW_HEIGHT * len(frame) + FRAME_HEIGHT)


def cohorts(frame: pd.DataFrame) -> Drawing | None:
    """Draw retention. Columns: cohort (label), cohort_month, months, retention_rate, active_customer_count."""
    if frame.empty:
        return None
    highest = float(frame["retention_rate"].max()) or 1
    base = alt.Chart(frame).encode(
        x=alt.X("months:O", title="Months since the first order", axis=alt.Axis(labelAngle=0, orient="top")),
        y=alt.Y("cohort:N", title=None, sort=_in_order(frame, "cohort", by="cohort_month"), axis=NAMES),
    )
    cells = base.mark_rect(cornerRadius=3).encode(
        color=alt.Color("retention_rate:Q", legend=None, scale=alt.Scale(domain=[0, highest], range=RETENTION_RAMP)),
        tooltip=[
            _text("cohort", "Cohort"),
            alt.Tooltip("months:O", title="Months since"),
            alt.Tooltip("retention_rate:Q", title="Ordered again", format=".1%"),
            alt.Tooltip("active_customer_count:Q", title="Customers", format=","),
        ],
    )
    is_dark = f"datum.retention_rate > {0.45 * highest}"
    figures = base.mark_text(fontSize=13).encode(
        text=alt.Text("retention_rate:Q", format=".0%"),
        color=alt.condition(is_dark, alt.value("#FFFFFF"), alt.value("#1B2733")),
    )
    return _layered(36 * frame["cohort"].nunique() + FRAME_HEIGHT, cells, figures)


def funnel(frame: pd.DataFrame) -> Drawing | None:
    """Draw the share that reaches each step. Columns: step (label), step_number, device, session_count, share."""
    if frame.empty:
        return None
    drawing = (
        alt.Chart(frame)
        .mark_bar(cornerRadiusEnd=3)
        .encode(
            y=alt.Y("step:N", title=None, sort=_in_order(frame, "step", by="step_number"), axis=NAMES),
            yOffset=alt.YOffset("device:N"),
            x=alt.X("share:Q", axis=share("Share of the device's sessions").axis()),
            color=alt.Color("device:N", title=None, legend=alt.Legend(orient="top")),
            tooltip=[
                _text("step", "Step"),
                _text("device", "Device"),
                alt.Tooltip("session_count:Q", title="Sessions", format=","),
                alt.Tooltip("share:Q", title="Of all sessions", format=".1%"),
            ],
        )
    )
    return _sized(drawing, 400)


def intervals(frame: pd.DataFrame, measure: Measure) -> Drawing | None:
    """Draw values with their 95% intervals. Columns: model, role, value, lower_bound, upper_bound, customer_count."""
    if frame.empty:
        return None
    base = alt.Chart(frame).encode(
        y=alt.Y("model:N", title=None, sort=None, axis=NAMES),
        color=alt.Color("role:N", title=None, sort=["Ours", "Baseline"], legend=alt.Legend(orient="top")),
        tooltip=[
            _text("model", "Model"),
            alt.Tooltip("value:Q", title=measure.title, format=".3f"),
            alt.Tooltip("lower_bound:Q", title="From", format=".3f"),
            alt.Tooltip("upper_bound:Q", title="To", format=".3f"),
            alt.Tooltip("customer_count:Q", title="Customers", format=","),
        ],
    )
    return _layered(
        52 * len(frame) + FRAME_HEIGHT + 40,
        base.mark_rule(strokeWidth=3).encode(x=alt.X("lower_bound:Q", axis=measure.axis()), x2="upper_bound:Q"),
        base.mark_point(filled=True, size=110, opacity=1).encode(x=alt.X("value:Q", scale=alt.Scale(zero=True))),
        base.mark_text(dy=-15, fontSize=12).encode(x="value:Q", text=alt.Text("value:Q", format=".3f")),
    )


def timings(frame: pd.DataFrame) -> Drawing | None:
    """Draw each run's seconds by step. Columns: run_label, started_at, step, position, status, seconds."""
    if frame.empty:
        return None
    newest_first = _in_order(frame, "run_label", by="started_at")[::-1]
    steps = _in_order(frame, "step", by="position")
    drawing = (
        alt.Chart(frame)
        .mark_bar(cornerRadius=1)
        .encode(
            y=alt.Y("run_label:N", title=None, sort=newest_first, axis=NAMES),
            x=alt.X("seconds:Q", axis=Measure("Seconds").axis()),
            color=alt.Color("step:N", title=None, sort=steps, legend=LEGEND),
            order=alt.Order("position:Q"),
            tooltip=[
                _text("run_label", "Run"),
                _text("step", "Step"),
                _text("status", "Status"),
                alt.Tooltip("seconds:Q", title="Seconds", format=",.1f"),
            ],
        )
    )
    return _sized(drawing, ROW_HEIGHT * frame["run_label"].nunique() + 220)


def _in_order(frame: pd.DataFrame, column: str, by: str) -> list[str]:
    """Return the values of a column in the order of another one."""
    return [str(value) for value in frame.sort_values(by)[column].unique()]


def _days() -> alt.X:
    return alt.X(
        "day:T", title=None, axis=alt.Axis(format="%-d %b %y", labelAngle=0, tickCount=6, grid=False, labelOverlap=True)
    )


def _values(measure: Measure) -> alt.Y:
    """Return the vertical axis; zero stays on it, so that a dip looks as deep as it is."""
    return alt.Y("value:Q", axis=measure.axis(titled=False), scale=alt.Scale(zero=True))


def _day() -> alt.Tooltip:
    return alt.Tooltip("day:T", title="Day", format="%a %-d %B %Y")


def _text(field: str, title: str) -> alt.Tooltip:
    return alt.Tooltip(f"{field}:N", title=title)


def _written(measure: Measure) -> alt.Tooltip:
    return alt.Tooltip("written:N", title=measure.title)


def _sized(drawing: alt.Chart, height: int) -> Drawing:
    return drawing.properties(height=height)


def _layered(height: int, *layers: alt.Chart) -> Drawing:
    return alt.layer(*layers).properties(height=height)
