"""Tables as CSV that a spreadsheet may open."""

from __future__ import annotations

import pandas as pd

# A spreadsheet takes a cell that begins so for a formula, which may send the sheet's contents elsewhere:
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

# Of RFC 4180; a cell that holds either character is then quoted, so that no part of it begins a line.
LINE_END = "\r\n"


def to_csv(frame: pd.DataFrame) -> str:
    """Return a table as CSV without its index; text that looks like a formula gets a ``'`` in front, numbers none."""
    text_columns = frame.select_dtypes(exclude=["number", "bool", "datetime", "datetimetz", "timedelta"]).columns
    return frame.assign(**{name: frame[name].map(_inert) for name in text_columns}).to_csv(
        index=False, lineterminator=LINE_END
    )


def _inert(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
