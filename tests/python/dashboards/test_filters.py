from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dashboards.filters import Selection

LAST_DAY = date(2026, 11, 21)


@given(st.integers(min_value=1, max_value=5000))
def test_points_cover_the_newest_days_and_never_more_than_the_period(day_count: int) -> None:
    selection = Selection("all", LAST_DAY - timedelta(days=day_count - 1), LAST_DAY)
    assert selection.day_count == day_count
    points = selection.series_parameters["point_count"]
    assert isinstance(points, int)
    assert 1 <= points <= 180
    assert 0 <= day_count - points * selection.bucket_days < selection.bucket_days
    assert selection.trend_parameters["bucket_origin"] == LAST_DAY + timedelta(days=1)


@given(st.integers(min_value=1, max_value=5000))
def test_the_period_before_is_as_long_and_ends_where_this_one_begins(day_count: int) -> None:
    selection = Selection("all", LAST_DAY - timedelta(days=day_count - 1), LAST_DAY)
    assert (selection.first_day - selection.previous_first_day).days == day_count
