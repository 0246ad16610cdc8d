from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shelfwise.landing.errors import LandingError
from shelfwise.landing.files import (
    add_provenance,
    landing_file_path,
    write_landing_file,
)
from shelfwise.landing.integrity import damage_of
from shelfwise.landing.registry import read_landed_file


def landed(tmp_path: Path, table: pa.Table) -> Path:
    path = landing_file_path(tmp_path, "shop", "orders", date(2026, 1, 2), "orders-2026-01-02")
    return write_landing_file(table, path, source_file="orders.csv", file_sha256="ab12")


def test_file_has_its_rows_its_metadata_and_no_temporary_beside_it(tmp_path: Path) -> None:
    table = pa.table({"order_id": ["1", None]})
    path = landed(tmp_path, table)
    assert path == tmp_path / "shop/orders/dt=2026-01-02/orders-2026-01-02.parquet"
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert pq.ParquetFile(path).read().column("order_id").to_pylist() == ["1", None]
    metadata = pq.ParquetFile(path).metadata.metadata
    assert metadata[b"source_file"] == b"orders.csv"
    assert metadata[b"file_sha256"] == b"ab12"


def test_every_changed_byte_of_a_page_is_found(tmp_path: Path) -> None:
    path = landed(tmp_path, pa.table({"order_id": [str(number) for number in range(1000)]}))
    column = pq.read_metadata(path).row_group(0).column(0)
    whole = path.read_bytes()
    assert damage_of(path) == ""
    first = column.dictionary_page_offset or column.data_page_offset
    unnoticed = []
    for position in range(first, first + column.total_compressed_size, 7):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        if not damage_of(path):
            unnoticed.append(position - first)
    assert len(unnoticed) <= 4, unnoticed  # fields of a page's header that decide nothing
    path.write_bytes(whole[:-9])
    assert "Parquet" in damage_of(path, pages=False)
    path.unlink()
    assert damage_of(path) == "it is gone"


def complaint_about(path: Path) -> str:
    try:
        read_landed_file(path)
    except LandingError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("flipped", [0x01, 0x80])
def test_whatever_byte_of_a_footer_changes_it_is_told_in_words(tmp_path: Path, flipped: int) -> None:
    path = landed(tmp_path, pa.table({"order_id": ["1"]}))
    whole = path.read_bytes()
    footer_bytes = int.from_bytes(whole[-8:-4], "little") + 8
    for position in range(len(whole) - footer_bytes, len(whole)):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ flipped]) + whole[position + 1 :])
        damage_of(path)
        told = complaint_about(path)
        assert not told or "cannot be read as Parquet" in told  # many bytes tell nothing when they change


def test_a_landed_file_is_never_overwritten(tmp_path: Path) -> None:
    path = landed(tmp_path, pa.table({"order_id": ["1"]}))
    before = path.read_bytes()
    with pytest.raises(FileExistsError, match="a correction is a new file"):
        landed(tmp_path, pa.table({"order_id": ["2"]}))
    assert path.read_bytes() == before


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shelfwise.landing.files.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        landed(tmp_path, pa.table({"order_id": ["1"]}))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_provenance_counts_rows_from_one_and_keeps_empty_tables_empty() -> None:
    at = datetime(2026, 1, 2, 3, 4)
    table = add_provenance(pa.table({"a": [7, 8]}), source_file="f", file_sha256="s", loaded_at=at)
    assert table.to_pylist()[1] == {
        "a": 8,
        "namespace": None,
        "source_file": "f",
        "source_row": 2,
        "file_sha256": "s",
        "loaded_at": at,
    }
    empty = add_provenance(pa.table({"a": pa.array([], pa.int64())}), source_file="f", file_sha256="s", loaded_at=at)
    assert empty.num_rows == 0
    assert empty.schema == table.schema
