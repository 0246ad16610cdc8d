from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from shelfwise.errors import ShelfwiseError
from shelfwise.landing.contacts import contact_hash
from shelfwise.landing.declared import import_declared
from shelfwise.landing.errors import LandingError
from shelfwise.settings import Settings

DECLARATION = """
version: 2
sources:
  - name: bakery
    schema: landing
    tables:
      - name: sales
        identifier: bakery__sales
        columns:
          - {name: sale_id, data_type: string}
          - {name: bread, data_type: string}
          - {name: remark, data_type: string, config: {meta: {optional: true}}}
          - {name: source_row, data_type: bigint}
"""
PRICES = """
      - name: prices
        identifier: bakery__prices
        columns: [{name: bread, data_type: string}, {name: price, data_type: %s}]
"""


@pytest.fixture
def bakery(tmp_path: Path) -> Settings:
    """A project with a source of its own, of one table."""
    folder = tmp_path / "models" / "staging" / "bakery"
    folder.mkdir(parents=True)
    (folder / "_bakery__sources.yml").write_text(DECLARATION)
    return Settings(project_dir=tmp_path, data_dir=tmp_path / "data", sources=("bakery",))


def declare_prices(settings: Settings, data_type: str) -> None:
    path = settings.project_dir / "models" / "staging" / "bakery" / "_bakery__sources.yml"
    path.write_text(DECLARATION + PRICES % data_type)


def landed(settings: Settings, table: str) -> list[tuple[object, ...]]:
    files = settings.landing_path / "bakery" / table / "dt=*" / "*.parquet"
    with duckdb.connect() as connection:
        return connection.execute(
            f"select * exclude (file_sha256, loaded_at) from read_parquet('{files}', hive_partitioning = false)"
        ).fetchall()


def test_files_of_the_only_table_land_whatever_their_names(bakery: Settings, tmp_path: Path) -> None:
    (tmp_path / "monday.csv").write_text("bread,sale_id,weather\nrye,1,rain\n")
    result = import_declared(tmp_path / "monday.csv", bakery, source="bakery")
    assert result.succeeded
    (row,) = landed(bakery, "sales")
    assert row[:2] == ("1", "rye")


def test_files_of_several_tables_are_told_by_their_names(bakery: Settings, tmp_path: Path) -> None:
    declare_prices(bakery, "string")
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "sales-2026-11-21.csv").write_text("sale_id,bread\n1,rye\n")
    (folder / "prices.csv").write_text("bread,price\nrye,4\nspelt,5\n")
    (folder / "staff.csv").write_text("name\nAda\n")
    result = import_declared(folder, bakery, source="bakery")
    assert result.rows == 3
    assert "staff.csv: left alone, its name tells no table" in result.summary()
    assert len(landed(bakery, "prices")) == 2
    with pytest.raises(LandingError, match="its name tells no table"):
        import_declared(folder / "staff.csv", bakery, source="bakery")


def test_a_missing_column_is_named(bakery: Settings, tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("sale_id\n1\n")
    (error,) = import_declared(tmp_path / "sales.csv", bakery, source="bakery").errors
    assert "bread" in str(error)


def test_a_column_declared_as_a_number_is_refused(bakery: Settings, tmp_path: Path) -> None:
    declare_prices(bakery, "bigint")
    with pytest.raises(LandingError, match="declares price as bigint"):
        import_declared(tmp_path, bakery, source="bakery")


def test_an_unknown_table_or_source_is_refused(bakery: Settings, tmp_path: Path) -> None:
    with pytest.raises(LandingError, match="bakery has no table `staff`"):
        import_declared(tmp_path, bakery, source="bakery", table="staff")
    with pytest.raises(ShelfwiseError, match="cannot read the declaration of source butcher"):
        import_declared(tmp_path, bakery, source="butcher")
    with pytest.raises(ValueError, match="unknown source butcher"):
        Settings(project_dir=bakery.project_dir, sources=("butcher",))


def test_a_contact_is_hashed_whatever_the_source(bakery: Settings, tmp_path: Path) -> None:
    declare_prices(bakery, "string}, {name: contact_hash, data_type: string")
    (tmp_path / "prices.csv").write_text("bread,price,contact_hash\nrye,4,Ada@Example.org\n")
    assert import_declared(tmp_path / "prices.csv", bakery, source="bakery").succeeded
    ((_, _, contact, *_),) = landed(bakery, "prices")
    assert contact == contact_hash("ada@example.org") != "Ada@Example.org"
