"""Two warehouses, row for row."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from shelfwise.settings import Settings

# When a row was landed and when a run wrote it say how a warehouse came about, not what it holds.
NOT_COMPARED = {"loaded_at", "processed_at"}
# Of every landed row, what became of it; what facts say is compared where people query them.
COMPARED_OF_CLASSIFIED = ["namespace", "landing_file", "source_row", "item_number", "row_status", "quarantine_reason"]
CLASSIFIED = "__classified"
# Of one table: where all rows differ, some of them say as much.
MOST_ROWS = 2000


@dataclass(frozen=True)
class Difference:
    """A row that one of two warehouses has and the other has not, or not as often."""

    table: str
    namespace: str | None
    only_in: str
    row: dict[str, object]

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.row.items() if value is not None)
        return f"{self.table}, only after {self.only_in}: {told}"


def public_and_classified(settings: Settings, *, for_training: bool) -> list[str]:
    """The public marts that need no training, and every landed row with its status; `schema.name`, sorted.

    Read from the manifest that the last run in this warehouse left. The lists made of what is built `for_training`
    are left out where a run left them out.
    """
    manifest = settings.data_path / "target" / "manifest.json"
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    return sorted(
        f"{node['schema']}.{node['name']}"
        for node in nodes
        if node["resource_type"] == "model"
        and "after_training" not in node["tags"]
        and (for_training or "recommender" not in node["tags"])
        and (node["config"]["access"] == "public" or node["name"].endswith(CLASSIFIED))
    )


def differences(loads: Settings, refresh: Settings, tables: Sequence[str]) -> list[Difference]:
    """Rows of `tables` in which a warehouse made by a sequence of loads and one made by a full refresh differ."""
    found: list[Difference] = []
    with duckdb.connect() as connection:
        for name, settings in (("loads", loads), ("refresh", refresh)):
            connection.execute(f"attach '{settings.build_database}' as {name} (read_only)")
        for table in tables:
            found += differences_of(connection, table)
    return found


def differences_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[Difference]:
    columns, other_columns = (
        connection.execute(f"select column_name, column_type from (describe {database}.{table})").fetchall()
        for database in ("loads", "refresh")
    )
    assert sorted(columns) == sorted(other_columns), f"{table} has other columns or types after loads"
    names = [name for name, _ in columns if name not in NOT_COMPARED]
    if table.endswith(CLASSIFIED):
        names = COMPARED_OF_CLASSIFIED
    selected = ", ".join(names)
    loads, refresh = (f"select {selected} from {database}.{table}" for database in ("loads", "refresh"))
    rows = connection.execute(
        f"""
        select 'loads', * from ({loads} except all {refresh})
        union all
        select 'refresh', * from ({refresh} except all {loads})
        order by all
        limit {MOST_ROWS}
        """
    ).fetchall()
    records = [(only_in, dict(zip(names, values, strict=True))) for only_in, *values in rows]
    return [Difference(table, namespace_in(record), only_in, record) for only_in, record in records]


def namespace_in(record: dict[str, object]) -> str | None:
    """The shop a row is of; None where a table counts all shops together."""
    namespace = record.get("namespace")
    return None if namespace is None else str(namespace)


def summary(found: Sequence[Difference], examples: int = 2) -> str:
    """Which tables differ in how many shops, and a few rows of each."""
    lines = []
    for table, count in Counter(difference.table for difference in found).items():
        of_table = [difference for difference in found if difference.table == table]
        shops = sorted({difference.namespace or "(all shops together)" for difference in of_table})
        lines.append(f"{table}: {count} rows differ, of {len(shops)} shops: {', '.join(shops[:12])}")
        lines.extend(f"    {difference}" for difference in of_table[:examples])
    return "\n".join(lines)
