from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shelfwise.landing.errors import LandingError
from shelfwise.landing.registry import landed_files, landed_row_counts
from shelfwise.settings import Settings


def land(settings: Settings, place: str, rows: int, *, source_file: str = "a.csv", sha256: str = "f" * 64) -> Path:
    """Put a Parquet file of ``rows`` rows at ``<landing>/<place>``."""
    path = settings.landing_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.table({"source_row": range(1, rows + 1)})
    pq.write_table(table.replace_schema_metadata({"source_file": source_file, "file_sha256": sha256}), path)
    return path


def test_counts_every_table_of_a_source(settings: Settings) -> None:
    land(settings, "shop/orders/dt=2026-01-01/a.parquet", 3)
    land(settings, "shop/orders/dt=2026-01-02/b.parquet", 4)
    land(settings, "shop/rejected_lines/dt=2026-01-02/b.parquet", 1)
    land(settings, "other/orders/dt=2026-01-02/b.parquet", 9)
    assert landed_row_counts(settings, ["shop", "nothing_yet"]) == {"shop": 8, "nothing_yet": 0}


def test_unfinished_files_do_not_count(settings: Settings) -> None:
    path = land(settings, "shop/orders/dt=2026-01-01/a.parquet", 3)
    path.rename(path.with_suffix(".parquet.tmp"))
    assert landed_files(settings, "shop", "orders") == []
    assert landed_row_counts(settings, ["shop"]) == {"shop": 0}


def test_files_come_with_their_provenance_oldest_first(settings: Settings) -> None:
    land(settings, "shop/orders/dt=2026-01-02/a.parquet", 1, source_file="later.csv")
    land(settings, "shop/orders/dt=2026-01-01/b.parquet", 2, source_file="earlier.csv", sha256="e" * 64)
    earlier, later = landed_files(settings, "shop", "orders")
    assert (earlier.source_file, earlier.file_sha256, earlier.row_count) == ("earlier.csv", "e" * 64, 2)
    assert later.source_file == "later.csv"


def test_a_file_that_is_no_parquet_is_named(settings: Settings) -> None:
    path = settings.landing_path / "shop/orders/dt=2026-01-01/a.parquet"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no parquet")
    with pytest.raises(LandingError, match=r"a\.parquet.*cannot be read as Parquet.*import its source again"):
        landed_row_counts(settings, ["shop"])
