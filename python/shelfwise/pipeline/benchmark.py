"""`shelfwise benchmark`: data into a scratch warehouse, through dbt, and every method on what comes out."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb

from shelfwise.errors import ShelfwiseError
from shelfwise.locks import is_alive
from shelfwise.pipeline.context import DBT
from shelfwise.pipeline.dbt import run_dbt
from shelfwise.pipeline.peak import measured_into, peak_gb
from shelfwise.pipeline.process import run_process
from shelfwise.pipeline.progress import Reporter
from shelfwise.recommender.benchmark.contender import Outcome
from shelfwise.recommender.benchmark.contest import PURCHASES, SESSIONS, Contest, methods, questions_of
from shelfwise.recommender.benchmark.profiles import PROFILES
from shelfwise.recommender.benchmark.published_data import (
    attach_published,
    load_published_purchases,
    load_published_sessions,
    published_namespaces,
)
from shelfwise.recommender.benchmark.purchase_files import DAYS_BETWEEN_BASKETS, load_baskets, load_purchases
from shelfwise.recommender.benchmark.results import figures
from shelfwise.recommender.benchmark.session_files import load_sessions, read_prefixes
from shelfwise.recommender.benchmark.upstream import NAMESPACE, fill_dates, make_upstream
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_file
from shelfwise.warehouse.published import resolve_current

PEERS_EXTRA = "benchmark"


@dataclass(frozen=True)
class BenchmarkOptions:
    """What to measure on: sessions with prefixes, purchases with a cutoff, baskets with their future, or nothing.

    Nothing of these: the published warehouse.
    """

    sessions: Path | None = None
    prefixes: Path | None = None
    purchases: Path | None = None
    cutoff: date | None = None
    days: int = 30
    baskets: Path | None = None
    future: Path | None = None
    profile: str = "default"
    only_ours: bool = False

    def check(self) -> None:
        """Raise ShelfwiseError unless the options make one whole."""
        pairs = [
            ("--sessions", self.sessions, "--prefixes", self.prefixes),
            ("--purchases", self.purchases, "--cutoff", self.cutoff),
            ("--baskets", self.baskets, "--future", self.future),
        ]
        for name, value, partner, partner_value in pairs:
            if (value is None) != (partner_value is None):
                given, missing = (name, partner) if value is not None else (partner, name)
                raise ShelfwiseError(f"{given} needs {missing}", remedy=f"Add {missing}")
        if self.profile not in PROFILES:
            raise ShelfwiseError(f"there is no profile {self.profile!r}", remedy=f"Known: {', '.join(PROFILES)}")
        if sum(value is not None for _, value, _, _ in pairs) > 1:
            raise ShelfwiseError(
                "one benchmark is of one kind of file", remedy="Give --sessions, --purchases or --baskets, not several"
            )


@dataclass(frozen=True)
class Scratch:
    """A scratch warehouse, filled upstream of the recommender, and what is asked of it."""

    settings: Settings
    contest: Contest
    variables: dict[str, Any]
    data_name: str


def run_benchmark(settings: Settings, options: BenchmarkOptions, reporter: Reporter) -> dict[str, Any]:
    """Measure every method; return `models`, `slices` and `paired`, or these for each of several `datasets`.

    Raises ShelfwiseError for options or files that will not do, and when dbt or a method fails.
    """
    options.check()
    if not options.only_ours and not find_spec("implicit"):
        reporter.line(
            f"The library implicit is not installed: no peers of it. The extra `{PEERS_EXTRA}` brings it.",
            style="yellow",
        )
    measured = {
        scratch.data_name: measure(scratch, options, reporter) for scratch in scratch_warehouses(settings, options)
    }
    if not measured:
        raise ShelfwiseError(
            "the published warehouse has too little for a benchmark: no shop has orders or sessions on both sides of "
            "a cutoff",
            remedy="Publish more days, or give files",
        )
    if options.sessions or options.purchases or options.baskets:
        return next(iter(measured.values()))
    return {"datasets": measured}


def scratch_warehouses(settings: Settings, options: BenchmarkOptions) -> Iterator[Scratch]:
    """Make one scratch warehouse after the other, and remove each when the next is asked for."""
    if options.sessions is not None and options.prefixes is not None:
        with scratch_folder(settings) as own:
            with filled(own) as connection:
                read_prefixes(connection, options.prefixes)  # a fault in it is told before the work, not after
                load_sessions(connection, options.sessions)
                fill_dates(connection)
            contest = Contest(SESSIONS, NAMESPACE, str(options.prefixes.resolve()), options.profile)
            yield Scratch(own, contest, {"recommender_views": 1_000_000_000}, options.sessions.stem)
    elif options.purchases is not None and options.cutoff is not None:
        with scratch_folder(settings) as own:
            with filled(own) as connection:
                load_purchases(connection, options.purchases, options.cutoff, options.days)
                fill_dates(connection)
            yield purchases_of(own, options, NAMESPACE, options.days, options.purchases.stem)
    elif options.baskets is not None and options.future is not None:
        with scratch_folder(settings) as own:
            with filled(own) as connection:
                load_baskets(connection, options.baskets, options.future)
                fill_dates(connection)
            yield purchases_of(own, options, NAMESPACE, DAYS_BETWEEN_BASKETS, options.baskets.stem)
    else:
        yield from published_scratches(settings, options)


def published_scratches(settings: Settings, options: BenchmarkOptions) -> Iterator[Scratch]:
    """Make a scratch warehouse of each shop's purchases and of its sessions, where there are enough."""
    database = resolve_current(settings).warehouse
    with scratch_folder(settings) as own, filled(own, database) as connection:
        namespaces = published_namespaces(connection)
    for namespace in namespaces:
        with scratch_folder(settings) as own:
            with filled(own, database) as connection:
                enough = load_published_purchases(connection, namespace, options.days)
            if enough:
                yield purchases_of(own, options, namespace, options.days, f"{namespace} purchases")
        with scratch_folder(settings) as own:
            prefixes = own.data_path / "prefixes.parquet"
            with filled(own, database) as connection:
                enough = load_published_sessions(connection, namespace, prefixes)
            if enough:
                contest = Contest(SESSIONS, namespace, str(prefixes), options.profile)
                yield Scratch(own, contest, {}, f"{namespace} sessions")


def purchases_of(settings: Settings, options: BenchmarkOptions, namespace: str, label_days: int, name: str) -> Scratch:
    """Return a scratch warehouse of which the purchases of the next days are asked."""
    contest = Contest(PURCHASES, namespace, "", options.profile)
    return Scratch(settings, contest, {"recommender_label_days": label_days}, name)


@contextmanager
def scratch_folder(settings: Settings) -> Iterator[Settings]:
    """Give the settings a data folder of their own for the time of the block."""
    parent = settings.project_dir / "build" / "bench"
    parent.mkdir(parents=True, exist_ok=True)
    remove_orphans(parent)
    folder = Path(tempfile.mkdtemp(prefix=f"scratch-{os.getpid()}-", dir=parent))
    try:
        yield settings.model_copy(update={"data_dir": folder, "temp_dir": None})
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_orphans(parent: Path) -> None:
    """Remove the scratch folders of killed benchmarks: gigabytes that nobody would look for."""
    for folder in parent.glob("scratch-[0-9]*-*"):
        if not is_alive(int(folder.name.split("-")[1])):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def filled(settings: Settings, published: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a scratch warehouse with empty upstream marts, to be filled; beside it a published warehouse."""
    with connect_file(settings, settings.build_database, read_only=False) as connection:
        make_upstream(connection, settings.project_dir)
        if published is not None:
            attach_published(connection, published)
        yield connection


def measure(scratch: Scratch, options: BenchmarkOptions, reporter: Reporter) -> dict[str, Any]:
    """Build the recommender's models, run every method, and return the figures."""
    settings = scratch.settings
    scratch.contest.save(settings.data_path)
    reporter.line(f"[bold]{scratch.data_name}[/bold]")
    with reporter.step("dbt build"):
        began = time.monotonic()
        build_seconds, build_gb = build_models(scratch, reporter)
        reporter.done("--select tag:recommender", time.monotonic() - began)
    slices, clusters, popularity = questions_of(scratch.contest, settings)
    n_products = len(popularity)
    able, unable = methods(scratch.contest.kind, n_products)
    for name in unable:
        reporter.line(f"{name} is left out: {n_products:,} products are too many for its dense matrix", style="yellow")
    outcomes = []
    for name in able[:1] if options.only_ours else able:
        with reporter.step(name):
            began = time.monotonic()
            outcome = run_worker(settings, name, reporter)
            reporter.done(f"{outcome.tried} settings tried", time.monotonic() - began)
        if outcome.role == "ours":
            outcome = replace(outcome, fit_s=outcome.fit_s + build_seconds, peak_gb=max(outcome.peak_gb, build_gb))
        outcomes.append(outcome)
    return {
        **figures(outcomes, slices, clusters, popularity, settings.seed),
        "data": {"name": scratch.data_name, "kind": scratch.contest.kind, "products": n_products},
        "profile": scratch.contest.profile,
        "seed": settings.seed,
        "threads": settings.threads,
        "dbt_s": round(build_seconds, 3),
    }


def build_models(scratch: Scratch, reporter: Reporter) -> tuple[float, float]:
    """Run ``dbt build --select tag:recommender``; return its seconds without dbt's start, and its peak of memory in GB.

    Raises ShelfwiseError with dbt's messages when it fails.
    """
    settings = scratch.settings
    target, peak = settings.data_path / "target", settings.data_path / "dbt.peak"
    selection = ["--select", "tag:recommender", "--exclude", "tag:after_training", "resource_type:unit_test"]
    events, finished = run_dbt(
        settings,
        ["build", *selection, "--vars", json.dumps(scratch.variables)],
        logs=settings.data_path / "logs",
        target=target,
        say=reporter.progress,
        command=[*measured_into(peak), *DBT],
    )
    if finished.exit_code != 0:
        said = events.errors or events.unparsed[-12:] or [f"exit code {finished.exit_code}"]
        raise ShelfwiseError("dbt could not build the recommender's models: " + "\n".join(said))
    results = json.loads((target / "run_results.json").read_bytes())
    return float(results["elapsed_time"]), peak_gb(peak)


def run_worker(settings: Settings, name: str, reporter: Reporter) -> Outcome:
    """Run one method in a process of its own. Raises ShelfwiseError with its last words when it fails."""
    peak = settings.data_path / f"{name}.peak"
    worker = [sys.executable, "-m", "shelfwise.recommender.benchmark.worker", str(settings.data_path), name]
    finished = run_process(
        [*measured_into(peak), *worker],
        folder=settings.project_dir,
        environment=settings.environment(),
        log=settings.data_path / "logs" / f"{name}.log",
        on_line=reporter.progress,
    )
    if finished.exit_code != 0:
        raise ShelfwiseError(f"{name} failed: " + "\n".join(finished.last_lines(12)))
    return replace(Outcome.load(settings.data_path / "outcomes", name), peak_gb=peak_gb(peak))
