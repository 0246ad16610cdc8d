from __future__ import annotations

import pytest

from shelfwise.landing.errors import LandingError
from shelfwise.landing.tabular import Field, Header, match_header

FIELDS = (
    Field("invoice_no", ("InvoiceNo", "Invoice")),
    Field("quantity", ("Quantity",)),
    Field("customer_id", ("CustomerID",)),
)


@pytest.mark.parametrize(
    ("names", "positions"),
    [
        (["InvoiceNo", "Quantity", "CustomerID"], (0, 1, 2)),
        (["Customer ID", "Invoice", "Quantity"], (1, 2, 0)),
        (["invoice_no", " QUANTITY ", "customer-id"], (0, 1, 2)),
    ],
)
def test_finds_columns_in_any_order_and_spelling(names: list[str], positions: tuple[int, ...]) -> None:
    assert match_header(names, FIELDS, "a.csv") == Header(positions, 3, ())


def test_other_columns_may_stand_between() -> None:
    assert match_header(["", "InvoiceNo", "Total", "Quantity", "CustomerID"], FIELDS, "a.csv") == Header(
        (1, 3, 4), 5, ("", "Total")
    )


def test_says_what_is_missing_what_was_found_and_what_comes_near() -> None:
    with pytest.raises(LandingError) as caught:
        match_header(["InvoiceNumber", "Quantity", "Land"], FIELDS, "a.csv")
    assert str(caught.value) == (
        "a.csv, field InvoiceNo: columns InvoiceNo, CustomerID missing; found InvoiceNumber, Quantity, Land. "
        "Is `InvoiceNumber` the column InvoiceNo? Then rename it. "
        "The first line must name InvoiceNo,Quantity,CustomerID, in any order."
    )


def test_a_column_twice_is_ambiguous() -> None:
    with pytest.raises(LandingError, match=r"field InvoiceNo: 2 columns are called InvoiceNo"):
        match_header(["InvoiceNo", "Invoice", "Quantity", "CustomerID"], FIELDS, "a.csv")


@pytest.mark.parametrize(("separator", "shown"), [(";", "`;`"), ("\t", "a tab"), ("|", r"`\|`")])
def test_names_another_separator(separator: str, shown: str) -> None:
    with pytest.raises(LandingError, match=f"columns are separated by {shown}"):
        match_header([separator.join(["InvoiceNo", "Quantity", "CustomerID"])], FIELDS, "a.csv")


@pytest.mark.parametrize("line", [["70001", "Ada"], ["C1", "2026-01-02", "Ada"], ["C1", "ada@example.org"]])
def test_does_not_repeat_data_where_a_header_is_missing(line: list[str]) -> None:
    with pytest.raises(LandingError, match="looks like data, not like a header") as caught:
        match_header(line, FIELDS, "a.csv")
    assert "ada" not in str(caught.value).lower()


def test_an_optional_column_may_be_absent() -> None:
    fields = (FIELDS[0], Field("country", ("Country",), optional=True), FIELDS[1])
    header = match_header(["Quantity", "InvoiceNo"], fields, "a.csv")
    assert header == Header((1, None, 0), 2, ())
    assert header.pick(["3", "700001"]) == ["700001", None, "3"]
    with pytest.raises(LandingError, match="columns InvoiceNo, Quantity missing; found Country") as caught:
        match_header(["Country"], fields, "a.parquet", place="Its columns")
    assert "Its columns must name InvoiceNo,Quantity, in any order." in str(caught.value)
