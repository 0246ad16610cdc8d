"""Tables as files: CSV that a spreadsheet may open, and Parquet, which keeps types."""

from __future__ import annotations

import io

import pandas as pd

# A spreadsheet takes a cell that begins so for a formula, which may send the sheet's contents elsewhere:
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

# Of RFC 4180; a cell that holds either character is then quoted, so that no part of it begins a line.
LINE_END = "\r\n"


def to_csv(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV without its index; text that looks like a formula gets a ``'`` in front, numbers none."""
    text_columns = frame.select_dtypes(exclude=["number", "bool", "datetime", "datetimetz", "timedelta"]).columns
    return (
        frame.assign(**{name: frame[name].map(_inert) for name in text_columns})
        .to_csv(index=False, lineterminator=LINE_END)
        .encode()
    )


def to_parquet(frame: pd.DataFrame) -> bytes:
    """Return a table as a Parquet file without its index."""
    file = io.BytesIO()
    frame.to_parquet(file, index=False, compression="zstd")
    return file.getvalue()


def _inert(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
