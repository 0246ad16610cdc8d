from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
import yaml

from shelfwise.errors import ShelfwiseError
from shelfwise.landing.errors import LandingError
from shelfwise.sample_shop.land import land_sample_shop, require_landable
from shelfwise.settings import Settings, find_project_dir

ARROW_TYPES = {
    "string": "string",
    "timestamp": "timestamp[us]",
    "bigint": "int64",
    "boolean": "bool",
    "decimal(18,2)": "decimal128(18, 2)",
}


TABLES = ("events", "products", "customers", "orders", "order_lines")


def settings_in(folder: Path) -> Settings:
    return Settings(project_dir=find_project_dir(), data_dir=folder)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files_have_the_columns_and_types_of_the_dbt_sources(landed: Path) -> None:
    described = yaml.safe_load(
        (find_project_dir() / "models/staging/sample_shop/_sample_shop__sources.yml").read_text()
    )
    (source,) = described["sources"]
    assert {table["name"] for table in source["tables"]} == set(TABLES)
    for table in source["tables"]:
        expected = {column["name"]: ARROW_TYPES[column["data_type"]] for column in table["columns"]}
        for path in landed.glob(f"{table['name']}/dt=*/*.parquet"):
            schema = pq.ParquetFile(path).schema_arrow
            assert {field.name: str(field.type) for field in schema} == expected


def test_provenance_says_where_each_row_stands(landed: Path, tables: duckdb.DuckDBPyConnection) -> None:
    for table in TABLES:
        wrong = tables.execute(f"""
            select count(*) from {table}
            where filename not like '%/dt=' || cast(loaded_at as date) || '/' || source_file
                or source_row < 1 or length(file_sha256) <> 64
        """).fetchall()
        assert wrong == [(0,)], table
        assert tables.execute(f"""
            select count(*) from (
                select max(source_row) <> count(distinct source_row) as is_broken from {table} group by filename
            ) where is_broken
        """).fetchall() == [(0,)], table
    path = min(landed.glob("orders/dt=*/*.parquet"))
    footer = pq.ParquetFile(path).metadata.metadata
    assert footer[b"source_file"].decode() == path.name
    assert footer[b"file_sha256"].decode() == pq.ParquetFile(path).read()["file_sha256"][0].as_py()


def test_rows_land_on_the_day_they_arrive(tables: duckdb.DuckDBPyConnection) -> None:
    assert tables.execute("""
        select count(*) from events where cast(received_at as date) <> cast(loaded_at as date)
    """).fetchall() == [(0,)]
    for table in ("orders", "products"):
        assert tables.execute(f"""
            select count(*) from {table}
            where cast(updated_at as date) <> cast(loaded_at as date)
                and cast(loaded_at as date) > date '2026-07-03'
        """).fetchall() == [(0,)], table


def test_equal_parameters_give_equal_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    folders = []
    for name, seed in (("one", 3), ("two", 3), ("other", 4)):
        settings = settings_in(tmp_path / name)
        land_sample_shop(settings, seed=seed, size="small", days=14)
        folders.append(contents(settings.landing_path))
    one, two, other = folders
    assert one == two
    assert len(one) > 40
    assert all(one[name] != other[name] for name in set(one) & set(other) if name.startswith("sample_shop/events"))


def test_landing_the_same_again_does_nothing(landed: Path, marker: dict[str, Any]) -> None:
    before = {path: path.stat().st_mtime_ns for path in landed.rglob("*")}
    result = land_sample_shop(settings_in(landed.parent.parent), seed=7, size=400)
    assert result.skipped
    assert result.rows == marker["rows"]
    assert {path: path.stat().st_mtime_ns for path in landed.rglob("*")} == before


def test_an_interrupted_landing_is_completed_to_the_same_bytes(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    land_sample_shop(settings, seed=3, size="small", days=7)
    whole = contents(settings.landing_path)
    folder = settings.landing_path / "sample_shop"
    shutil.rmtree(folder / "events" / "dt=2026-09-28")
    unfinished = json.loads((folder / "sample_shop.json").read_text()) | {"complete": False}
    (folder / "sample_shop.json").write_text(json.dumps(unfinished))
    assert not land_sample_shop(settings, seed=3, size="small", days=7).skipped
    assert contents(settings.landing_path) == whole


def test_another_shop_is_refused_with_the_way_to_start_afresh(landed: Path) -> None:
    before = contents(landed)
    settings = settings_in(landed.parent.parent)
    with pytest.raises(LandingError, match=r"seed 7.*seed 8.*To start afresh, remove .* SHELFWISE_DATA_DIR"):
        require_landable(settings, seed=8, size="small")
    with pytest.raises(LandingError, match=r"seed 7.*seed 8.*To start afresh, remove") as caught:
        land_sample_shop(settings, seed=8, size="small")
    assert str(landed / "sample_shop.json") in str(caught.value)
    assert contents(landed) == before


@pytest.mark.parametrize("text", [None, "{", "[]", '{"parameters": 1}'])
def test_files_without_a_sound_marker_are_refused(tmp_path: Path, text: str | None) -> None:
    settings = settings_in(tmp_path)
    folder = settings.landing_path / "sample_shop"
    file = folder / "orders" / "dt=2026-09-01" / "orders.parquet"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"x")
    if text is not None:
        (folder / "sample_shop.json").write_text(text)
    with pytest.raises(LandingError, match="To start afresh, remove"):
        land_sample_shop(settings, seed=7, size="small")


@pytest.mark.parametrize("bad", [{"size": "huge"}, {"size": 3}, {"days": 0}, {"seed": -1}])
def test_impossible_parameters_are_refused_before_anything_is_written(tmp_path: Path, bad: dict[str, Any]) -> None:
    settings = settings_in(tmp_path)
    with pytest.raises(ShelfwiseError, match="Choose"):
        land_sample_shop(settings, **{"seed": 7, "size": "small", **bad})
    assert not settings.landing_path.exists()


def test_a_full_disk_is_reported_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shelfwise.sample_shop.land.write_landing_file", full)
    with pytest.raises(LandingError, match="Make room"):
        land_sample_shop(settings_in(tmp_path), seed=7, size=50, days=7)
