from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shelfwise.landing import csv_blocks
from shelfwise.landing.csv_source import CsvSource
from shelfwise.landing.errors import LandingError
from shelfwise.landing.tabular import Field, RejectedRow, Row, RowBlock
from shelfwise.landing.text_facts import TextFacts, examine_text

FIELDS = (Field("price", ("price",)), Field("brand", ("brand",), optional=True), Field("product_id", ("product_id",)))
values = st.text(alphabet="ab é£.", max_size=4)
# Lines of two, three and four values, and blank ones: whole rows have three.
lines = st.lists(st.lists(values, min_size=0, max_size=4).map(",".join), max_size=12)


def rows_of(source: CsvSource) -> Iterator[Row | RejectedRow]:
    """Yield what a source reads, blocks taken apart."""
    for row in source.read(FIELDS):
        if isinstance(row, RowBlock):
            columns = [column.to_pylist() for column in row.columns]
            for number, *texts in zip(row.numbers.to_pylist(), *columns, strict=True):
                yield Row(number, texts)
        else:
            yield row


def read(content: bytes, *, block_bytes: int = 8, plain: bool | None = None) -> list[Row | RejectedRow]:
    """Read CSV bytes in small blocks; ``plain`` overrides what their look says."""

    def examine(path: Path, label: str) -> TextFacts:
        facts = examine_text(path, label)
        return TextFacts(**{**vars(facts), "is_plain": facts.is_plain if plain is None else plain})

    with (
        TemporaryDirectory() as folder,
        patch.object(csv_blocks, "BLOCK_BYTES", block_bytes),
        patch("shelfwise.landing.csv_source.examine_text", examine),
    ):
        path = Path(folder, "a.csv")
        path.write_bytes(content)
        return list(rows_of(CsvSource(path, "a.csv")))


@settings(deadline=None)
@given(lines, st.sampled_from(["\n", "\r\n"]), st.integers(1, 40), st.booleans(), st.sampled_from(["", "\ufeff"]))
def test_blocks_give_what_line_by_line_gives(
    lines: list[str], line_end: str, block_bytes: int, is_ended: bool, mark: str
) -> None:
    text = mark + line_end.join(["product_id,price,shade", *lines]) + (line_end if is_ended else "")
    content = text.encode()
    assert read(content, block_bytes=block_bytes, plain=True) == read(content, plain=False)


@settings(deadline=None)
@given(st.lists(st.tuples(values, values, values), min_size=1, max_size=8), st.booleans(), st.data())
def test_a_cut_at_any_place_loses_no_line(rows: list[tuple[str, str, str]], quoted: bool, data: st.DataObject) -> None:
    header = "product_id,price,shade\n"
    written = [",".join(f'"{value}"' if quoted else value for value in row) + "\n" for row in rows]
    content = (header + "".join(written)).encode()
    cut = data.draw(st.integers(len(header), len(content)))
    left = content[:cut]
    found = read(left)
    whole_lines = left.count(b"\n") - 1
    assert [row.number for row in found] == list(range(1, len(found) + 1))
    assert len(found) == whole_lines + (not left.endswith(b"\n"))
    assert found[:whole_lines] == read(content)[:whole_lines]
    assert all(isinstance(row, Row) for row in found[:whole_lines])


@pytest.mark.parametrize(
    ("content", "is_plain"),
    [
        (b"a\nb\n", True),
        (b"a\r\nb\r\n", True),
        ("\ufeffé\n".encode(), True),
        (b'a\n"b"\n', False),
        (b"a\rb\r", False),
        (b"a\r\r\nb\r\n", False),
        ("é\n".encode("cp1252"), False),
    ],
)
@pytest.mark.parametrize("chunk_bytes", [1, 2, 1 << 20])
def test_plain_is_what_lines_alone_can_split(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, is_plain: bool, chunk_bytes: int
) -> None:
    monkeypatch.setattr("shelfwise.landing.text_facts.CHUNK_BYTES", chunk_bytes)
    (tmp_path / "a.csv").write_bytes(content)
    assert examine_text(tmp_path / "a.csv", "a.csv").is_plain is is_plain


def test_what_gzip_packed_reads_as_the_plain_file(tmp_path: Path) -> None:
    content = b"product_id,price\nP1,1.50\nP2,2.50\n"
    (tmp_path / "a.csv").write_bytes(content)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(content))
    plain, packed = CsvSource(tmp_path / "a.csv", "a.csv"), CsvSource(tmp_path / "a.csv.gz", "a.csv.gz")
    assert list(rows_of(packed)) == list(rows_of(plain)) == [Row(1, ["1.50", None, "P1"]), Row(2, ["2.50", None, "P2"])]
    assert packed.check(FIELDS) == ("columns it does not have, left empty: brand",)
    assert packed.sha256 != plain.sha256


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda packed: packed[:-10], r"a\.csv\.gz: it is cut: what gzip packed does not come to its end\. Download"),
        (lambda packed: packed[:-8] + bytes(8), r"a\.csv\.gz: it cannot be read \(CRC check failed"),
        (lambda packed: packed[:10] + b"\x07" * 20, r"a\.csv\.gz: it cannot be unpacked"),
        (lambda _: b"product_id,price\n", r"a\.csv\.gz: it cannot be read \(Not a gzipped file"),
    ],
)
def test_a_damaged_gzip_file_is_told(tmp_path: Path, damage: Callable[[bytes], bytes], message: str) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(damage(gzip.compress(b"product_id,price\n" + b"P1,1.50\n" * 50)))
    with pytest.raises(LandingError, match=message):
        CsvSource(path, "a.csv.gz").check(FIELDS)


def test_gzip_under_another_name_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(gzip.compress(b"product_id,price\n"))
    with pytest.raises(LandingError, match=r"it is packed with gzip\. Let its name end in \.csv\.gz"):
        CsvSource(path, "a.csv").check(FIELDS)
