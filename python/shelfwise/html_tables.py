"""Tables of the pages that we write ourselves: cards and reports."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape


def html_table(header: Sequence[str], rows: Sequence[Sequence[str]], numbers: int) -> str:
    """Return a table whose columns from ``numbers`` on are aligned as numbers; all text is escaped."""

    def cell(tag: str, position: int, text: str) -> str:
        kind = ' class="number"' if position >= numbers else ""
        return f"<{tag}{kind}>{escape(text)}</{tag}>"

    head = "".join(cell("th", position, text) for position, text in enumerate(header))
    body = "\n".join(
        "<tr>" + "".join(cell("td", position, text) for position, text in enumerate(row)) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"
