"""A year of a real shop in loads, against one full refresh: 12 loads always, its 305 days one by one on demand."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from comparison import differences, public_and_classified, summary
from landed import link_files
from loads import Loads

from shelfwise.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("online_retail")]

LATE_EVERY = 37


def in_turn(settings: Settings, count: int) -> dict[int, list[Path]]:
    """The landed files by day in `count` loads, but for every 37th day, which comes six loads late or at the end."""
    days = sorted({path.name for path in settings.landing_path.rglob("*.parquet")})
    loads: dict[int, list[Path]] = {number: [] for number in range(1, count + 1)}
    for position, day in enumerate(days):
        number = position * count // len(days) + 1
        late = min(count, number + 6) if position % LATE_EVERY == LATE_EVERY - 1 else number
        loads[late] += settings.landing_path.rglob(day)
    return {number: paths for number, paths in loads.items() if paths}


def load(settings: Settings, loads: Loads, count: int) -> list[float]:
    """Load all files of `settings` in `count` runs; return the seconds each took."""
    seconds: list[float] = []

    def put(paths: list[Path], landing: Path) -> None:
        link_files(settings.landing_path, paths, landing)
        seconds.append(time.monotonic())

    loads.load_in_turn({number: partial(put, paths) for number, paths in in_turn(settings, count).items()})
    seconds.append(time.monotonic())
    return [later - earlier for earlier, later in pairwise(seconds)]


@pytest.mark.timeout(1800)
def test_twelve_loads_leave_what_one_full_refresh_leaves(
    online_retail_settings: Settings, make_loads: Callable[..., Loads], tmp_path: Path
) -> None:
    loads = make_loads(tmp_path, sources=("online_retail",), rules={}, for_training=False)
    load(online_retail_settings, loads, 12)
    assert_same_rows(loads, online_retail_settings)


@pytest.mark.exhaustive
@pytest.mark.timeout(0)
@pytest.mark.skipif(os.environ.get("SHELFWISE_EXHAUSTIVE") != "1", reason="takes an hour or two: make test-exhaustive")
def test_every_day_by_itself_leaves_what_one_full_refresh_leaves(
    online_retail_settings: Settings,
    make_loads: Callable[..., Loads],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    loads = make_loads(tmp_path, sources=("online_retail",), rules={}, for_training=False)
    seconds = load(online_retail_settings, loads, 305)
    with capsys.disabled():
        median = sorted(seconds)[len(seconds) // 2]
        print(f"\n{len(seconds)} loads: {sum(seconds):.0f} s, median {median:.1f} s, longest {max(seconds):.1f} s")
    assert_same_rows(loads, online_retail_settings)


def assert_same_rows(loads: Loads, refreshed: Settings) -> None:
    found = differences(loads.loaded, refreshed, public_and_classified(refreshed, for_training=False))
    assert not found, summary(found)
