"""Charts over time."""

from __future__ import annotations

import altair as alt
import pandas as pd

from dashboards.charts.frame import (
    ALARM,
    HEIGHT,
    LEGEND,
    MUTED,
    Drawing,
    day_axis,
    day_text,
    layered,
    sized,
    text,
    value_axis,
    written,
)
from dashboards.measures import Measure


def trend(frame: pd.DataFrame, expected: pd.DataFrame, measure: Measure) -> Drawing | None:
    """Draw a period over the dashed one before it, and behind them what was to be expected.

    Columns: day, period (``This period``, ``Previous period``), value; of ``expected``: day, lower_value, upper_value,
    observed_value, is_anomaly.
    """
    if frame.empty:
        return None
    base = (
        alt.Chart(frame)
        .transform_calculate(written=measure.expression("value"))
        .encode(x=day_axis(), y=value_axis(measure), tooltip=[day_text(), text("period", "Period"), written(measure)])
    )
    this, previous = (f"datum.period == '{name}'" for name in ("This period", "Previous period"))
    nearest = alt.selection_point(on="pointerover", nearest=True, fields=["day"], empty=False)
    points = base.mark_point(size=70, filled=True).encode(opacity=alt.condition(nearest, alt.value(1), alt.value(0)))
    return layered(
        HEIGHT,
        *_expectation(expected, measure),
        base.transform_filter(previous).mark_line(strokeWidth=1.5, strokeDash=[5, 4], color=MUTED),
        base.transform_filter(this).mark_line(strokeWidth=2.5),
        points.add_params(nearest),
    )


def _expectation(expected: pd.DataFrame, measure: Measure) -> list[alt.Chart]:
    """Return the band of usual values and a ring around each unusual one."""
    if expected.empty:
        return []
    base = (
        alt.Chart(expected)
        .transform_calculate(
            written=measure.expression("observed_value"),
            usual=f"{measure.expression('lower_value')} + ' to ' + {measure.expression('upper_value')}",
        )
        .encode(x=day_axis(), tooltip=[day_text(), text("written", measure.title), text("usual", "Usual")])
    )
    return [
        base.mark_area(opacity=0.16, color=MUTED).encode(y=value_axis(measure, "lower_value"), y2="upper_value:Q"),
        base.transform_filter("datum.is_anomaly")
        .mark_point(size=190, color=ALARM, strokeWidth=2.5)
        .encode(y=value_axis(measure, "observed_value")),
    ]


def spark(frame: pd.DataFrame, measure: Measure) -> Drawing | None:
    """Draw a small course without axes. Columns: day, value."""
    if len(frame) < 2:
        return None
    base = (
        alt.Chart(frame)
        .transform_calculate(written=measure.expression("value"))
        .encode(
            x=alt.X("day:T", axis=None),
            y=alt.Y("value:Q", axis=None, scale=alt.Scale(zero=False)),
            tooltip=[day_text(), written(measure)],
        )
    )
    return layered(56, base.mark_area(opacity=0.12), base.mark_line(strokeWidth=2))


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
            x=day_axis(),
            y=value_axis(measure),
            color=alt.Color("series:N", title=None, legend=legend),
            tooltip=[day_text(), text("series", series_title), written(measure)],
        )
    )
    return sized(drawing, height)


def hours(frame: pd.DataFrame, measure: Measure) -> Drawing | None:
    """Draw one or several series by hour. Columns: day (a time), series, value."""
    if frame.empty:
        return None
    legend = LEGEND if frame["series"].nunique() > 1 else None
    drawing = (
        alt.Chart(frame)
        .transform_calculate(written=measure.expression("value"))
        .mark_line(strokeWidth=2, point=alt.OverlayMarkDef(size=20))
        .encode(
            x=alt.X("day:T", title=None, axis=alt.Axis(labelAngle=0, tickCount=6, grid=False, labelOverlap=True)),
            y=value_axis(measure),
            color=alt.Color("series:N", title=None, legend=legend, sort=None),
            tooltip=[
                alt.Tooltip("day:T", title="Hour from", format="%-d %B, %H:%M"),
                text("series", "Of"),
                written(measure),
            ],
        )
    )
    return sized(drawing, 260)


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
            y=value_axis(measure),
            color=alt.Color("series:N", title=None, legend=alt.Legend(orient="top")),
            tooltip=[
                alt.Tooltip("month:T", title="Month", format="%B %Y"),
                text("series", series_title),
                written(measure),
            ],
        )
    )
    return sized(drawing, HEIGHT)


def forecast(frame: pd.DataFrame, measure: Measure) -> Drawing | None:
    """Draw weeks that were and weeks that are foretold, with their intervals.

    Columns: week (its Monday), actual_value, forecast_value, lower_80, upper_80, lower_95, upper_95; null where a week
    is not of that kind.
    """
    if frame.empty:
        return None
    base = (
        alt.Chart(frame)
        .transform_calculate(
            actual=measure.expression("actual_value"),
            foretold=measure.expression("forecast_value"),
            likely=f"{measure.expression('lower_80')} + ' to ' + {measure.expression('upper_80')}",
        )
        .encode(
            x=alt.X("week:T", title=None, axis=alt.Axis(format="%-d %b %y", labelAngle=0, tickCount=6, grid=False)),
            tooltip=[
                alt.Tooltip("week:T", title="Week from", format="%-d %B %Y"),
                text("actual", measure.title),
                text("foretold", "Foretold"),
                text("likely", "80% interval"),
            ],
        )
    )
    foretold = base.transform_filter("isValid(datum.forecast_value)")
    return layered(
        HEIGHT,
        foretold.mark_area(opacity=0.16).encode(y=value_axis(measure, "lower_95"), y2="upper_95:Q"),
        foretold.mark_area(opacity=0.28).encode(y=value_axis(measure, "lower_80"), y2="upper_80:Q"),
        foretold.mark_line(strokeWidth=2, strokeDash=[6, 4], point=alt.OverlayMarkDef(size=45)).encode(
            y=value_axis(measure, "forecast_value")
        ),
        base.transform_filter("isValid(datum.actual_value)")
        .mark_line(strokeWidth=2.5, color=MUTED, point=alt.OverlayMarkDef(size=20, color=MUTED))
        .encode(y=value_axis(measure, "actual_value")),
    )


def stairs(frame: pd.DataFrame, measure: Measure) -> Drawing | None:
    """Draw what holds until it changes. Columns: day, value."""
    if frame.empty:
        return None
    drawing = (
        alt.Chart(frame)
        .transform_calculate(written=measure.expression("value"))
        .mark_line(strokeWidth=2.5, interpolate="step-after", point=alt.OverlayMarkDef(size=40))
        .encode(x=day_axis(), y=value_axis(measure), tooltip=[day_text(), written(measure)])
    )
    return sized(drawing, HEIGHT)


def versions(frame: pd.DataFrame, measure: Measure) -> Drawing | None:
    """Draw a score from version to version. Columns: trained_at, model_version, series, value, bounds."""
    if frame.empty:
        return None
    base = (
        alt.Chart(frame)
        .transform_calculate(
            written=measure.expression("value"),
            interval=f"{measure.expression('lower_bound')} + ' to ' + {measure.expression('upper_bound')}",
        )
        .encode(
            x=alt.X(
                "trained_at:T", title=None, axis=alt.Axis(format="%-d %b %y", labelAngle=0, tickCount=6, grid=False)
            ),
            color=alt.Color("series:N", title=None, legend=alt.Legend(orient="top", columns=2, symbolOpacity=1)),
            tooltip=[
                text("model_version", "Model"),
                alt.Tooltip("trained_at:T", title="Trained", format="%-d %B %Y, %H:%M"),
                text("series", "Of"),
                written(measure),
                text("interval", "95% interval"),
            ],
        )
    )
    return layered(
        HEIGHT,
        base.mark_area(opacity=0.14).encode(y=value_axis(measure, "lower_bound"), y2="upper_bound:Q"),
        base.mark_line(strokeWidth=2, point=alt.OverlayMarkDef(size=45)).encode(y=value_axis(measure)),
    )
