"""The filters that all pages share: shop and period. They stand in the sidebar and in the URL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from dashboards import formats
from dashboards.data import Database, Parameter

ALL_SHOPS = "all"
PERIODS = {"7 days": 7, "28 days": 28, "90 days": 90, "12 months": 365}
EVERYTHING = "All time"
CUSTOM = "Custom"


@dataclass(frozen=True)
class Selection:
    """A shop and a period, both ends included."""

    namespace: str
    first_day: date
    last_day: date

    def __str__(self) -> str:
        """Say what is chosen."""
        return f"{shop_label(self.namespace)}, {formats.day(self.first_day)} to {formats.day(self.last_day)}"

    @property
    def day_count(self) -> int:
        """Days in the period."""
        return (self.last_day - self.first_day).days + 1

    @property
    def previous_first_day(self) -> date:
        """First day of the period of the same length before this one."""
        return self.first_day - timedelta(days=self.day_count)

    @property
    def bucket_days(self) -> int:
        """Days that one point of a trend stands for: few enough points to read, on a phone as well."""
        return next(days for days, limit in ((1, 100), (7, 750), (28, 10**9)) if self.day_count <= limit)

    @property
    def shop_parameter(self) -> dict[str, Parameter]:
        """The parameter of queries over all time."""
        return {"namespace": self.namespace}

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters of queries over the period."""
        return {"namespace": self.namespace, "first_day": self.first_day, "last_day": self.last_day}

    @property
    def comparison_parameters(self) -> dict[str, Parameter]:
        """The parameters of queries over the period and the one of the same length before it."""
        return {**self.parameters, "previous_first_day": self.previous_first_day}

    @property
    def trend_parameters(self) -> dict[str, Parameter]:
        """The parameters of queries that return one row per point of a trend.

        Points are counted back from the last day, so that the newest one is always whole.
        """
        return {**self.parameters, "bucket_days": self.bucket_days, "bucket_origin": self.last_day + timedelta(days=1)}

    @property
    def series_parameters(self) -> dict[str, Parameter]:
        """The parameters of queries that return one row per point and series, points without rows included."""
        return {**self.trend_parameters, "point_count": self.day_count // self.bucket_days}

    @property
    def trend_note(self) -> str:
        """What one point of a trend stands for."""
        return "daily" if self.bucket_days == 1 else f"each point is {self.bucket_days} days"


def sidebar(warehouse: Database) -> Selection | None:
    """Draw the filters and return what is chosen, None for a shop without a single day of data.

    Periods end at the last day of the shop's data rather than today: a shop whose files stop in 2011 shows as well
    as one that was loaded last night.
    """
    extents = warehouse.query("extents")
    if extents.empty:
        return None
    with st.sidebar:
        namespace = _shop(extents)
        chosen = extents if namespace == ALL_SHOPS else extents[extents["namespace"] == namespace]
        first, last = chosen["first_day"].min().date(), chosen["last_day"].max().date()
        period = st.selectbox("Period", [*PERIODS, EVERYTHING, CUSTOM], index=1, key="period", bind="query-params")
        if period == CUSTOM:
            first_day, last_day = _custom(last)
        else:
            last_day = last
            first_day = first if period == EVERYTHING else last - timedelta(days=PERIODS[str(period)] - 1)
    return Selection(namespace, first_day, last_day)


def shop_label(namespace: str) -> str:
    """Return a shop's name as people read it."""
    return "All shops" if namespace == ALL_SHOPS else formats.words(namespace)


def _shop(extents: pd.DataFrame) -> str:
    namespaces = [str(name) for name in extents["namespace"]]
    if len(namespaces) == 1:
        return namespaces[0]
    options = [*namespaces, ALL_SHOPS]
    return str(st.selectbox("Shop", options, format_func=shop_label, key="shop", bind="query-params"))


def _custom(last: date) -> tuple[date, date]:
    chosen = st.date_input(
        "From and to",
        value=(last - timedelta(days=27), last),
        min_value=date(1990, 1, 1),
        max_value=date(2100, 1, 1),
        format="DD/MM/YYYY",
        key="dates",
        bind="query-params",
    )
    days = chosen if isinstance(chosen, tuple) else (chosen,)
    return (days[0], days[-1]) if days else (last, last)
