from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelfwise.quality.privacy import MAX_FAILING_ROWS, PERSONAL_COLUMNS, without_personal_columns
from shelfwise.quality.report import write_report
from shelfwise.quality.results import DoorReport, GateResult, plain, read_results, write_results
from shelfwise.redaction import without_values


def result(**changes: Any) -> GateResult:
    values: dict[str, Any] = {
        "door": "marts",
        "table_name": "fct_orders",
        "column_name": "order_id",
        "expectation": "expect_column_values_to_be_unique",
        "severity": "error",
        "success": True,
        "observed_value": "holds in every row",
        "unexpected_count": 0,
        "element_count": 3,
        "owner": "data_engineering",
        "description": "An order is one row",
        "failing_rows": [],
        "checked_at": "2026-03-04 05:06:07",
    }
    return GateResult(**{**values, **changes})


def test_lines_are_read_as_they_were_written(tmp_path: Path) -> None:
    results = [
        result(),
        result(success=False, failing_rows=[{"title": "line\u2028separator", "rank": 1, "part": None}]),
    ]
    write_results(results, tmp_path / "gate" / "marts.jsonl")
    assert read_results(tmp_path / "gate" / "marts.jsonl") == results


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (Decimal("1.50"), 1.5),
        (float("nan"), "nan"),
        (Decimal("Infinity"), "Infinity"),
        (datetime(2026, 3, 4, 5), "2026-03-04 05:00:00"),
        (date(2026, 3, 4), "2026-03-04"),
        ([1], "[1]"),
    ],
)
def test_values_of_the_database_become_plain_json(value: object, expected: object) -> None:
    assert plain(value) == expected


def test_only_a_failed_error_shuts_the_door() -> None:
    warned = DoorReport("marts", (result(), result(success=False, severity="warn")), 1.0)
    assert warned.passed
    assert len(warned.warnings) == 1
    shut = DoorReport("marts", (result(), result(success=False)), 1.0)
    assert not shut.passed
    assert len(shut.errors) == 1


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from([*sorted(PERSONAL_COLUMNS), "CUSTOMER_ID", "order_id", "source_row"]), st.text(max_size=5)
        ),
        max_size=40,
    )
)
def test_no_personal_column_is_shown_and_few_rows_are(rows: list[dict[str, str]]) -> None:
    shown = without_personal_columns(rows)
    assert len(shown) <= MAX_FAILING_ROWS
    assert all(set(row) <= {"order_id", "source_row"} and row for row in shown)
    assert len(shown) == len({tuple(sorted(row.items())) for row in shown})


def test_an_error_message_loses_the_values_it_quotes() -> None:
    message = """Conversion Error: Could not convert string 'anna@example.com' to INT32 in "customer_id"\nLINE 1: …"""
    assert without_values(message) == """Conversion Error: Could not convert string '…' to INT32 in "customer_id\""""


@pytest.fixture
def page(tmp_path: Path) -> str:
    """The page of a run whose landing door passed and whose marts door is shut."""
    gate = tmp_path / "a run" / "gate"
    write_results([result(door="landing", table_name="shop__orders")], gate / "landing.jsonl")
    hostile = "<script>alert('x')</script>"
    failed = result(
        success=False, description=f"Titles like {hostile}", failing_rows=[{"title": hostile, "<b>": '"&'}], owner="<i>"
    )
    write_results([result(description="This one was met"), failed], gate / "marts.jsonl")
    (gate.parent / "run.json").write_text("{}")
    return write_report(gate).read_text(encoding="utf-8")


def test_a_check_by_hand_claims_nothing_of_a_run(page: str, tmp_path: Path) -> None:
    assert "Gate shut" in page
    gate = tmp_path / "checks" / "gate"
    gate.mkdir(parents=True)
    write_results([result(success=False)], gate / "landing.jsonl")
    by_hand = write_report(gate).read_text(encoding="utf-8")
    assert "Would stop a run" in by_hand
    assert "serving" not in by_hand


def test_the_page_escapes_what_comes_from_data(page: str) -> None:
    assert "<script" not in page
    assert "<b>" not in page
    assert "<i>" not in page
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in page


def test_the_page_asks_nothing_of_anybody(page: str) -> None:
    assert not re.search(r"https?://|//\w|url\(|@import|src=|<link", page)


def test_the_page_gives_the_verdict_and_failures_first(page: str) -> None:
    assert "Gate shut" in page
    assert page.index("Titles like") < page.index("This one was met")
    assert page.index('id="landing"') < page.index('id="marts"')
