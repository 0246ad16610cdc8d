from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shelfwise.landing import parquet_source
from shelfwise.landing.errors import LandingError
from shelfwise.landing.parquet_source import ParquetSource
from shelfwise.landing.tabular import Field, fields_named

FIELDS = (*fields_named("product_id"), Field("price", ("price", "amount")), *fields_named("brand", optional=True))


def source(folder: Path, columns: dict[str, object]) -> ParquetSource:
    path = folder / "a.parquet"
    pq.write_table(pa.table(columns), path)
    return ParquetSource(path, "a.parquet")


def texts(source: ParquetSource, *names: str) -> list[list[str | None]]:
    """Return the columns of a file as they would land."""
    (block,) = source.read(fields_named(*names))
    return [column.to_pylist() for column in block.columns]


def test_every_value_lands_as_text(tmp_path: Path) -> None:
    columns = {
        "id": pa.array([44600062, None]),
        "text": pa.array(["", "é"]).dictionary_encode(),
        "price": pa.array([Decimal("2.50"), None], pa.decimal128(18, 2)),
        "share": pa.array([17850.0, 0.1]),
        "flag": pa.array([True, None]),
        "day": pa.array([date(2026, 1, 2), None]),
        "at": pa.array([datetime(2026, 1, 2, 3, 4, 5), None], pa.timestamp("us")),
        "at_utc": pa.array([datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), None], pa.timestamp("us", "Europe/Paris")),
        "bytes": pa.array([b"plain", None]),
    }
    assert texts(source(tmp_path, columns), *columns) == [
        ["44600062", None],
        ["", "é"],
        ["2.50", None],
        ["17850.0", "0.1"],
        ["true", None],
        ["2026-01-02", None],
        ["2026-01-02 03:04:05", None],
        ["2026-01-02 03:04:05+00", None],
        ["plain", None],
    ]


def test_nested_values_land_as_json(tmp_path: Path) -> None:
    params = [{"key": "page", "value": {"string_value": 'a "b"', "int_value": None}}]
    columns = {"params": pa.array([params, None]), "device": pa.array([{"category": "mobile"}, None])}
    (first, nothing), devices = texts(source(tmp_path, columns), "params", "device")
    assert json.loads(first or "") == params
    assert nothing is None
    assert devices == ['{"category":"mobile"}', None]


def test_rows_keep_their_order_over_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_source, "BLOCK_ROWS", 2048)
    rows = 10_000
    path = source(tmp_path, {"amount": range(rows), "product_id": ["P"] * rows}).path
    pq.write_table(pq.read_table(path), path, row_group_size=700)
    blocks = list(ParquetSource(path, "a.parquet").read(FIELDS))
    assert len(blocks) > 1
    assert [number for block in blocks for number in block.numbers.to_pylist()] == list(range(1, rows + 1))
    assert [price for block in blocks for price in block.columns[1].to_pylist()] == [str(n) for n in range(rows)]
    assert {brand for block in blocks for brand in block.columns[2].to_pylist()} == {None}


def test_says_which_columns_land(tmp_path: Path) -> None:
    notes = source(tmp_path, {"amount": [1], "product_id": ["P"], "stock": [3]}).check(FIELDS)
    assert notes == ("columns not landed: stock", "columns it does not have, left empty: brand")


def test_says_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    with pytest.raises(LandingError, match=r"column price missing; found product_id, prize\. Is `prize` the"):
        source(tmp_path, {"product_id": ["P"], "prize": [1]}).check(FIELDS)
    with pytest.raises(LandingError, match=r"a\.parquet: it holds no rows"):
        source(tmp_path, {"product_id": pa.array([], pa.string()), "price": pa.array([], pa.int64())}).check(FIELDS)
    path = source(tmp_path, {"product_id": ["P"], "price": [1]}).path
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(LandingError, match=r"a\.parquet: it cannot be read as Parquet .*Export or download it again"):
        ParquetSource(path, "a.parquet").check(FIELDS)
    with pytest.raises(LandingError, match=r"it cannot be read \(No such file"):
        ParquetSource(tmp_path / "absent.parquet", "absent.parquet").sha256  # noqa: B018  raises on looking
