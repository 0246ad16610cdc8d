"""What a landed table was like, night by night: how filled, large, late, mixed and new its rows were."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from shelfwise.landing.declared_tables import SourceTable
from shelfwise.warehouse.connections import quote_name

PROVENANCE = frozenset({"namespace", "source_file", "source_row", "file_sha256", "loaded_at"})
MOST_KINDS = 50  # a column of text with more values than this has no mixture
MOST_HASHES = 2_000_000  # rows beyond it are told apart in a sample


@dataclass(frozen=True)
class Measured:
    """A measure of a night: its `value` (null: there is none), and the number of rows that it comes from."""

    night: date
    measure: str
    column_name: str | None
    value: float | None
    row_count: int


def measure_nights(
    connection: duckdb.DuckDBPyConnection, rows: str, table: SourceTable, before: Collection[date]
) -> list[Measured]:
    """Measure each night of `rows`, a query with the declared columns of `table` and `night`.

    Mixtures are compared with those of the nights `before`.

    Three scans whatever the number of nights: one for every column's figures, one for the mixtures of those that have
    few values, one that tells rows apart.
    """
    columns = {name: type_ for name, type_ in table.columns.items() if name not in PROVENANCE}
    figures, kinds = _figures(connection, rows, columns)
    few = [name for name, most in kinds.items() if 1 <= most <= MOST_KINDS]
    return [*figures, *_mixtures(connection, rows, few, before), *_repeated(connection, rows, list(columns))]


def _figures(
    connection: duckdb.DuckDBPyConnection, rows: str, columns: Mapping[str, str]
) -> tuple[list[Measured], dict[str, int]]:
    """Return null shares, typical values and days behind, and how many values each column of text has in a night."""
    selected = {
        (measure, name): sql for name, type_ in columns.items() for measure, sql in _figures_of(name, type_).items()
    }
    found = _by_night(connection, rows, selected)
    measured: list[Measured] = []
    kinds: dict[str, int] = {}
    for night, row_count, values in found:
        for (measure, name), value in values.items():
            filled = int(values["filled", name])
            if measure == "filled":
                measured.append(Measured(night, "null_share", name, 1 - filled / row_count, row_count))
            elif measure == "kinds":
                kinds[name] = max(kinds.get(name, 0), value)
            else:
                measured.append(Measured(night, measure, name, value, filled))
    return measured, kinds


def _figures_of(name: str, type_: str) -> dict[str, str]:
    column, kind = quote_name(name), type_.lower().split("(")[0]
    figures = {"filled": f"count({column})"}
    if kind in ("bigint", "integer", "double", "decimal"):
        figures["typical_value"] = f"median(abs({column}::double)) filter (where {column} <> 0)"
    elif kind == "timestamp":
        figures["days_behind"] = f"median(date_diff('second', {column}, night + interval 1 day)) / 86400"
    elif kind == "string":
        figures["kinds"] = f"approx_count_distinct({column})"
    return figures


def _mixtures(
    connection: duckdb.DuckDBPyConnection, rows: str, columns: Sequence[str], before: Collection[date]
) -> list[Measured]:
    """Return how far each night's shares of a column's values lie from the usual ones (total variation, 0 to 1)."""
    found = _by_night(connection, rows, {("mixture", name): f"histogram({quote_name(name)})" for name in columns})
    measured = []
    for name in columns:
        by_night = {night: values["mixture", name] or {} for night, _, values in found}
        typical = _median_shares([counts for night, counts in by_night.items() if night in before])
        measured += [
            Measured(night, "mixture", name, _distance(_shares(counts), typical), sum(counts.values()))
            for night, counts in by_night.items()
        ]
    return measured


def _shares(counts: Mapping[Any, int]) -> dict[Any, float]:
    total = sum(counts.values())
    return {value: count / total for value, count in counts.items()}


def _median_shares(nights: Sequence[Mapping[Any, int]]) -> dict[Any, float]:
    """Return each value's median share, which one night in disorder does not move."""
    shares = [_shares(counts) for counts in nights if counts]
    values = {value for night in shares for value in night}
    return {value: sorted(night.get(value, 0.0) for night in shares)[len(shares) // 2] for value in values}


def _distance(shares: Mapping[Any, float], typical: Mapping[Any, float]) -> float | None:
    """Return half the sum of the differences; None where the night has no value at all."""
    if not shares:
        return None
    return sum(abs(shares.get(value, 0.0) - typical.get(value, 0.0)) for value in {*shares, *typical}) / 2


def _repeated(connection: duckdb.DuckDBPyConnection, rows: str, columns: Sequence[str]) -> list[Measured]:
    """Return the share of each night's rows that say what another row of it, or of an earlier night, says already."""
    ((row_total,),) = connection.execute(f"select count(*) from ({rows})").fetchall()
    one_in = max(1, row_total // MOST_HASHES)
    content = f"hash({', '.join(quote_name(name) for name in columns)})"
    found = connection.execute(f"""
        with
        told as (
            select night, {content} as content_hash, count(*) as row_count
            from ({rows}) where {content} % {one_in} = 0 group by all
        ),
        first_told as (
            select *, night = min(night) over (partition by content_hash) as is_first from told
        )
        select night, sum(row_count)::bigint, count_if(is_first) from first_told group by night order by night
    """).fetchall()
    # The first night of all has none before it, so it says nothing of what is usual.
    return [
        Measured(night, "repeated_share", None, 1 - first_count / row_count, row_count * one_in)
        for night, row_count, first_count in found[1:]
    ]


def _by_night(
    connection: duckdb.DuckDBPyConnection, rows: str, selected: Mapping[tuple[str, str], str]
) -> list[tuple[date, int, dict[tuple[str, str], Any]]]:
    """Return night, rows and the selected aggregates of each night."""
    if not selected:
        return []
    found = connection.execute(
        f"select night, count(*), {', '.join(selected.values())} from ({rows}) group by night order by night"
    ).fetchall()
    return [(night, row_count, dict(zip(selected, values, strict=True))) for night, row_count, *values in found]
