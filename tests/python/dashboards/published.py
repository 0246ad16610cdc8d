"""Builds a small published directory, as the publish step leaves it, out of arithmetic alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

WAREHOUSE_SQL = Path(__file__).with_name("warehouse.sql")
OPERATIONS_SQL = Path(__file__).with_name("operations.sql")


LINEAGE = {
    "web.events": {"layer": "landing", "grain": "One row per event", "reads": []},
    "stg_web__events": {"layer": "staging", "grain": "One row per landed event", "reads": ["web.events"]},
    "int_events__classified": {"layer": "intermediate", "grain": "One row per event", "reads": ["stg_web__events"]},
    "fct_sessions": {"layer": "marts", "grain": "One row per visit", "reads": ["int_events__classified"]},
    "daily_metrics": {"layer": "marts", "grain": "One row per day", "reads": ["fct_sessions"]},
}


@dataclass(frozen=True)
class Shop:
    """A source of the synthetic warehouse."""

    namespace: str
    last_day: date
    day_count: int
    has_clicks: bool

    @property
    def first_day(self) -> date:
        """The first day with orders."""
        return self.last_day - timedelta(days=self.day_count - 1)


SAMPLE_SHOP = Shop("sample_shop", date(2026, 11, 21), day_count=120, has_clicks=True)
ONLINE_RETAIL = Shop("online_retail", date(2011, 12, 9), day_count=150, has_clicks=False)


@cache
def warehouse(shops: tuple[Shop, ...]) -> bytes:
    """Return the database file of these shops, built once for all tests."""
    with TemporaryDirectory() as folder:
        database = Path(folder) / "warehouse.duckdb"
        with duckdb.connect(str(database)) as connection:
            connection.execute(
                "create temp table shops (namespace varchar, first_day date, last_day date, has_clicks boolean)"
            )
            for shop in shops:
                connection.execute(
                    "insert into shops values (?, ?, ?, ?)",
                    [shop.namespace, shop.first_day, shop.last_day, shop.has_clicks],
                )
            connection.execute(WAREHOUSE_SQL.read_text())
        return database.read_bytes()


def publish(
    root: Path,
    run_id: str,
    shops: tuple[Shop, ...] = (SAMPLE_SHOP, ONLINE_RETAIL),
    published_at: datetime | None = None,
) -> Path:
    """Publish version ``run_id`` under ``root``, point ``current`` at it, and return its directory."""
    version = root / "versions" / run_id
    version.mkdir(parents=True)
    (version / "warehouse.duckdb").write_bytes(warehouse(shops))
    data_until = max((shop.last_day for shop in shops), default=None)
    manifest = {
        "run_id": run_id,
        "published_at": (published_at or datetime.now(UTC)).isoformat(),
        "data_until": datetime.combine(data_until, datetime.max.time()).isoformat() if data_until else None,
        "row_counts": {"landing": {shop.namespace: 29600 for shop in shops}, "marts": {}},
        "gate": "passed",
        "model_version": "fixture-model",
        "versions": {"shelfwise": "0.1.0"},
        "checksums": {},
    }
    (version / "manifest.json").write_text(json.dumps(manifest))
    (version / "lineage.json").write_text(json.dumps(LINEAGE))
    swap(root / "current", version)
    return version


def publish_operations(root: Path, run_id: str, failed_step: str | None = None) -> Path:
    """Build ``operations.duckdb`` under ``root``: ten good nights, then ``run_id``, which may have failed."""
    folder = root / "operations"
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / f"{run_id}.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("set variable run_id = ?", [run_id])
        connection.execute("set variable failed_step = ?", [failed_step])
        connection.execute(OPERATIONS_SQL.read_text())
    swap(root / "operations.duckdb", database)
    return database


def swap(link: Path, target: Path) -> None:
    """Point ``link`` at ``target`` in one step."""
    temporary = link.with_name(link.name + ".new")
    temporary.symlink_to(target.relative_to(link.parent))
    temporary.replace(link)
