"""JSON Lines as a source of rows: an object a line, its nested values as JSON text."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from shelfwise.landing.compression import open_unpacked
from shelfwise.landing.errors import LandingError
from shelfwise.landing.source_file import SourceFile
from shelfwise.landing.tabular import Field, RejectedRow, Row, match_header, normalise, unused_columns_note

HEADER_LINES = 100
REMEDY = "Export it as JSON Lines (newline-delimited JSON): a whole object on each line."


@dataclass(frozen=True)
class JsonLinesSource(SourceFile):
    """A file of JSON objects, one a line, in UTF-8; it may be packed with gzip.

    Writers leave out what is null, so the columns of the file are those that its first 100 objects name.
    """

    def check(self, fields: Sequence[Field]) -> tuple[str, ...]:
        """See `TabularSource.check`."""
        self._refuse_array()
        first_lines = list(islice(self._lines(), HEADER_LINES))
        objects = [parsed for line in first_lines if isinstance(parsed := parse_object(line), dict)]
        if not objects:
            raise LandingError(
                f"none of its first {len(first_lines)} lines is a JSON object" if first_lines else "it is empty",
                file=self.label,
                remedy=REMEDY,
            )
        names = dict.fromkeys(name for values in objects for name in values)
        return unused_columns_note(match_header(list(names), fields, self.label, place="Its objects"))

    def read(self, fields: Sequence[Field]) -> Iterator[Row | RejectedRow]:
        """See `TabularSource.read`."""
        position_of = _Positions(fields)
        for number, line in enumerate(self._lines(), start=1):
            parsed = parse_object(line)
            if isinstance(parsed, str):
                reason = parsed if line.endswith(b"\n") else "cut_mid_line"
                yield RejectedRow(number, reason, line.decode(errors="replace").rstrip("\r\n"))
                continue
            values: list[str | None] = [None] * len(fields)
            for name, value in parsed.items():
                if (position := position_of[name]) is not None:
                    values[position] = json_text(value)
            yield Row(number, values)

    def _refuse_array(self) -> None:
        """Raise LandingError for a file that is one JSON array, which has no lines to read one by one."""
        with open_unpacked(self.path, self.label) as stream:
            if stream.read(1024).removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"["):
                raise LandingError("it is one JSON array", file=self.label, remedy=REMEDY)

    def _lines(self) -> Iterator[bytes]:
        """Yield the lines that are not blank, with their ends."""
        with open_unpacked(self.path, self.label) as stream:
            yield from (line for line in stream if line.strip())


def parse_object(line: bytes) -> dict[str, Any] | str:
    """Return the JSON object of a line, or why it is none."""
    try:
        parsed = json.loads(line.removeprefix(codecs.BOM_UTF8), parse_constant=_no_json)
        if b"\\u" in line:
            json.dumps(parsed, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        return "not_json"
    return parsed if isinstance(parsed, dict) else "not_an_object"


def json_text(value: Any) -> str | None:
    """Return a value as text: a string as it is, anything else as JSON."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _no_json(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


class _Positions(dict[str, int | None]):
    """Where a key's value goes among the fields, None for one that is not landed; each spelling is looked up once."""

    def __init__(self, fields: Sequence[Field]) -> None:
        super().__init__()
        self._by_name = {normalise(header): at for at, field in enumerate(fields) for header in field.headers}

    def __missing__(self, name: str) -> int | None:
        self[name] = self._by_name.get(normalise(name))
        return self[name]
