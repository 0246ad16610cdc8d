"""The three doors of a run, and how to have one checked."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Literal, get_args

import duckdb

from shelfwise.quality.report import write_report
from shelfwise.quality.results import DoorReport, GateResult, write_results
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_build, connect_memory

Door = Literal["landing", "marts", "recommendations"]
DOORS: tuple[Door, ...] = get_args(Door)


def check_door(settings: Settings, door: Door, run_dir: Path, *, all_rows: bool = False) -> DoorReport:
    """Check a door, write ``gate/<door>.jsonl`` and ``gate/index.html`` under `run_dir`, and return the verdict.

    Judged are the files that no run has loaded, and of events and sessions the rows that are not published yet; with
    `all_rows` all of them.
    Imports Great Expectations, which takes seconds. Only reads the warehouse. Raises ShelfwiseError when there is no
    build database or another process is writing it.
    """
    started = time.perf_counter()
    path = run_dir / "gate" / f"{door}.jsonl"
    results = (
        _check_landing(settings, all_rows) if door == "landing" else _check_build_database(settings, door, all_rows)
    )
    write_results(results, path)
    write_report(path.parent)
    return DoorReport(door=door, results=tuple(results), seconds=time.perf_counter() - started, path=path)


def sources_in_use(settings: Settings) -> tuple[str, ...]:
    """Return the sources to check: those that were chosen, else every known one that has a landing folder.

    When nothing has landed at all, every known source is returned, so that the door says so.
    """
    if settings.sources:
        return settings.sources
    return (
        tuple(name for name in settings.known_sources if (settings.landing_path / name).is_dir())
        or settings.known_sources
    )


def _check_landing(settings: Settings, all_rows: bool) -> list[GateResult]:
    from shelfwise.landing.declared_tables import declared_tables
    from shelfwise.quality.checks import run_suites
    from shelfwise.quality.landed import loaded_files, register_landed
    from shelfwise.quality.precedents import register_precedents
    from shelfwise.quality.suites import landing

    loaded = frozenset[str]() if all_rows else loaded_files(settings)
    with connect_memory(settings) as connection:
        suites = []
        for source in sources_in_use(settings):
            tables = declared_tables(settings.project_dir, [source])
            row_counts = [register_landed(connection, settings, table, loaded) for table in tables]
            has_precedents = register_precedents(connection, settings, tables, loaded)
            for table, row_count in zip(tables, row_counts, strict=True):
                suites += landing.suites_for(table, has_rows=row_count > 0, has_precedents=has_precedents)
        return run_suites("landing", connection, suites)


def _check_build_database(settings: Settings, door: Door, all_rows: bool) -> list[GateResult]:
    from shelfwise.quality.checks import run_suites
    from shelfwise.quality.new_rows import judged_until, views_of_new_rows
    from shelfwise.quality.published_figures import (
        MARTS_FIGURES,
        RECOMMENDATIONS_FIGURES,
        published_version,
        views_of_published,
    )
    from shelfwise.quality.suites import marts, recommendations

    published = published_version(settings)
    with connect_build(settings) as connection:
        if door == "marts":
            since = judged_until(connection, published.manifest.processed_until) if published and not all_rows else None
            views = views_of_new_rows(since) | views_of_published(published, MARTS_FIGURES, settings.gate_accept)
            return run_suites(door, connection, marts.SUITES, views)
        views = views_of_published(published, RECOMMENDATIONS_FIGURES, settings.gate_accept)
        return run_suites(door, connection, recommendations.suites(trained_model(connection, settings)), views)


def trained_model(connection: duckdb.DuckDBPyConnection, settings: Settings) -> str | None:
    """Return the version of the model that training left, by its own file, for dbt may not have seen it yet."""
    path = settings.model_output_path / "model_versions.parquet"
    if not path.is_file():
        return None
    query = "select model_version from read_parquet(?) order by trained_at desc, model_version desc limit 1"
    versions = connection.execute(query, [str(path)]).fetchall()
    return str(versions[0][0]) if versions else None
