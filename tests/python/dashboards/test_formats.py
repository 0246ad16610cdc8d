from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import formats


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "£0"), (1234.5, "£1,234"), (-12.4, "-£12"), (999_999, "£999,999"), (1_234_567, "£1.23M"), (None, "—")],
)
def test_money(value: float | None, text: str) -> None:
    assert formats.Currency("GBP").money(value) == text


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, pd.NaT])
def test_a_missing_number_is_a_dash_and_never_a_zero(missing: float) -> None:
    written = [
        write(missing)
        for write in (formats.count, formats.Currency("EUR").money, formats.percent, formats.seconds, formats.amount)
    ]
    assert written == [formats.MISSING] * 5
    assert formats.change(missing, 1) is None
    assert formats.change(1, missing) is None


@pytest.mark.parametrize(
    ("now", "before", "text"), [(110, 100, "+10.0%"), (90, 100, "-10.0%"), (5, 0, None), (0, 5, "-100.0%")]
)
def test_change(now: float, before: float, text: str | None) -> None:
    assert formats.change(now, before) == text


def test_change_of_a_rate_is_in_points() -> None:
    assert formats.change_in_points(0.034, 0.031) == "+0.30 pp"


def test_moments_are_written_in_utc() -> None:
    text = "5 Nov 2026, 04:10 UTC"
    assert formats.moment(datetime(2026, 11, 5, 4, 10)) == text
    assert formats.moment(datetime(2026, 11, 5, 4, 10, tzinfo=UTC)) == text
    assert formats.moment(datetime(2026, 11, 5, 6, 10, tzinfo=timezone(timedelta(hours=2)))) == text
    assert formats.moment(None) == formats.MISSING


@pytest.mark.parametrize(("value", "text"), [(8.4, "8 s"), (59.6, "1 min 00 s"), (145, "2 min 25 s")])
def test_seconds(value: float, text: str) -> None:
    assert formats.seconds(value) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no build database at /srv/data/build.duckdb", "no build database at build.duckdb"),
        ("cannot read '/srv/data/a.csv', row 3", "cannot read 'a.csv', row 3"),
        ("no space left on the disk of /srv/shop/data", "no space left on the disk of data"),
        ("3 of 4 and/or 5/6, see https://example.com/a/b", "3 of 4 and/or 5/6, see https://example.com/a/b"),
    ],
)
def test_paths_lose_their_folders(text: str, shown: str) -> None:
    assert formats.without_folders(text) == shown


@given(st.text())
def test_plain_text_loses_nothing_and_keeps_no_markup(text: str) -> None:
    escaped = formats.plain(text)
    assert re.sub(r"\\(.)", r"\1", escaped, flags=re.DOTALL) == text
    for mark in "*_`[$<":
        assert escaped.count(mark) == escaped.count("\\" + mark)


@pytest.mark.parametrize(("code", "text"), [("EUR", "€9.50"), ("USD", "$9.50"), ("CHF", "CHF\u00a09.50")])
def test_money_has_the_sign_of_its_currency_or_its_code(code: str, text: str) -> None:
    assert formats.Currency(code).money(9.5, 2) == text


@pytest.mark.parametrize(("value", "text"), [(12345.6, "12,346"), (3, "3"), (3.14159, "3.14"), (0.021349, "0.0213")])
def test_an_amount_has_as_many_digits_as_it_takes(value: float, text: str) -> None:
    assert formats.amount(value) == text


def test_days_are_written_once_where_they_are_one() -> None:
    first, last = pd.Timestamp("2026-11-20"), pd.Timestamp("2026-11-21")
    assert formats.days(first, last) == "20 to 21 Nov 2026"
    assert formats.days(last, last) == "21 Nov 2026"
    assert formats.days(pd.Timestamp("2026-10-31"), last) == "31 Oct 2026 to 21 Nov 2026"
