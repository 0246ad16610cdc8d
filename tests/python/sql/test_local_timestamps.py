"""What the macro of wall-clock times makes of text; which comes first, day or month, the model has to say."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import pytest

MACRO = Path(__file__).parents[3] / "macros" / "local_timestamp_from_text.sql"


@pytest.fixture(scope="module")
def macro() -> Any:
    """The macro's DuckDB version."""
    return jinja2.Environment().from_string(MACRO.read_text(encoding="utf-8")).module.duckdb__local_timestamp_from_text  # noqa: S701


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
def test_text_becomes_a_time_or_null(macro: Any, text: str, day_first: bool, expected: datetime | None) -> None:
    row = duckdb.execute(f"select {macro('written', day_first)} from (select ? as written)", [text]).fetchone()
    assert row == (expected,)
