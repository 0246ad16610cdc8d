"""The guard on its own; that training asks it is tested with training."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from shelfwise.recommender.leakage import LeakageError, check_point_in_time

CUTOFF = datetime(2026, 3, 1)


def test_rows_before_the_cutoff_pass() -> None:
    check_point_in_time([("a", CUTOFF, CUTOFF - timedelta(microseconds=1)), ("b", CUTOFF, None)])


@pytest.mark.parametrize("lateness", [timedelta(0), timedelta(seconds=1), timedelta(days=30)])
def test_a_row_at_or_after_the_cutoff_is_named(lateness: timedelta) -> None:
    with pytest.raises(LeakageError, match="shop:2026-03-01"):
        check_point_in_time([("a", CUTOFF, None), ("shop:2026-03-01", CUTOFF, CUTOFF + lateness)])
