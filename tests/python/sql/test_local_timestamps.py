"""What the macro of wall-clock times makes of text; which comes first, day or month, the model has to say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from spark_rendering import ProjectRenderer

PROJECT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def macro() -> Callable[[str, bool], str]:
    """The macro's DuckDB version."""
    return ProjectRenderer(PROJECT).macros["duckdb__local_timestamp_from_text"]


@pytest.mark.parametrize(
    ("text", "day_first", "expected"),
    [
        ("2026-01-05 10:20:30", False, datetime(2026, 1, 5, 10, 20, 30)),
        ("2026-01-05 10:20:30", True, datetime(2026, 1, 5, 10, 20, 30)),
        ("1/5/2026 10:20", False, datetime(2026, 1, 5, 10, 20)),
        ("1/5/2026 10:20", True, datetime(2026, 5, 1, 10, 20)),
        (" 05.01.2026 10:20 ", True, datetime(2026, 1, 5, 10, 20)),
        ("31.1.2026 10:20:30", True, datetime(2026, 1, 31, 10, 20, 30)),
        ("31.1.2026", True, datetime(2026, 1, 31)),
        ("31/1/2026 10:20", False, None),
        ("31.1.2026 10:20", False, None),
        ("1/31/2026 10:20", True, None),
        ("yesterday", True, None),
        ("", True, None),
    ],
)
def test_text_becomes_a_time_or_null(
    macro: Callable[[str, bool], str], text: str, day_first: bool, expected: datetime | None
) -> None:
    row = duckdb.execute(f"select {macro('written', day_first)} from (select ? as written)", [text]).fetchone()
    assert row == (expected,)
