"""What the warehouse is compared with: the same work by hand, in plain SQL and in polars, each in a process of its own.

``python -m bench.warehouse.peers plain|polars FOLDER FILE…`` reads the files and writes its tables into the folder.
Both remove repeated deliveries, split devices' events into sessions and count which products sessions saw together.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb

from bench.warehouse.dataset import recipe
from bench.warehouse.watch import Watch
from shelfwise.errors import ShelfwiseError
from shelfwise.pipeline.process import run_process
from shelfwise.settings import Settings, get_settings
from shelfwise.warehouse.connections import connect_file, quote_text

COMPANIONS = 20
IDLE = timedelta(minutes=30)
PROVENANCE = ("source_file", "source_row", "file_sha256", "loaded_at")


def plain(folder: Path, events_files: Sequence[str]) -> None:
    """Run plain.sql into ``plain.duckdb``, with the warehouse's own threads and memory."""
    with connect_file(get_settings(), folder / "plain.duckdb", read_only=False) as connection:
        connection.execute("set variable events_files = $files", {"files": list(events_files)})
        connection.execute(recipe("plain.sql"))


def with_polars(folder: Path, events_files: Sequence[str]) -> None:
    """Do the same in polars, lazily and streamed, into Parquet files."""
    import polars as pl  # reads POLARS_MAX_THREADS, which differs by process

    by_device = pl.col("anonymous_id") != pl.col("anonymous_id").shift(1)
    idle = pl.col("occurred_at") - pl.col("occurred_at").shift(1) > IDLE
    (
        pl.scan_parquet(list(events_files))
        .drop(PROVENANCE)
        .unique("message_id", keep="first", maintain_order=True)  # files and rows come in the order of arrival
        .sort("anonymous_id", "occurred_at", "message_id")
        .with_columns(session_id=(by_device | idle).fill_null(value=True).cum_sum())
        .sink_parquet(folder / "events.parquet")
    )
    visits = (
        pl.scan_parquet(folder / "events.parquet")
        .filter(pl.col("product_id").is_not_null())
        .select("session_id", "product_id")
        .unique()
    )
    pairs = (
        visits.join(visits, on="session_id", suffix="_other")
        .filter(pl.col("product_id") < pl.col("product_id_other"))
        .group_by("product_id", "product_id_other")
        .agg(session_count=pl.len())
        .collect(engine="streaming")
        .lazy()
    )
    mirrored = pairs.select(product_id="product_id_other", product_id_other="product_id", session_count="session_count")
    (
        pl.concat([pairs, mirrored])
        .sort("product_id", "session_count", "product_id_other", descending=[False, True, False])
        .group_by("product_id", maintain_order=True)
        .head(COMPANIONS)
        .rename({"product_id_other": "other_product_id"})
        .sink_parquet(folder / "co_visits.parquet")
    )


PEERS: dict[str, Callable[[Path, Sequence[str]], None]] = {"plain": plain, "polars": with_polars}


@dataclass(frozen=True)
class Peer:
    """What a peer took, its process included."""

    seconds: float
    peak_gb: float
    peak_spill_gb: float

    def as_json(self) -> dict[str, Any]:
        """Return it for warehouse.json."""
        return {
            "wall_s": round(self.seconds, 2),
            "peak_gb": round(self.peak_gb, 2),
            "peak_spill_gb": round(self.peak_spill_gb, 2),
        }


def measure_peers(settings: Settings, folder: Path, events_files: Sequence[Path]) -> dict[str, Peer]:
    """Run each peer and return what it took.

    Raises ShelfwiseError when one fails, or when they did not find the same events, sessions and co-visits.
    """
    folder.mkdir(parents=True, exist_ok=True)
    environment = settings.environment() | {"POLARS_MAX_THREADS": str(settings.threads)}
    found = {}
    for name in PEERS:
        log = folder / f"{name}.log"
        command = [sys.executable, "-m", "bench.warehouse.peers", name, str(folder), *map(str, events_files)]
        with Watch(settings.spill_path) as watch:
            finished = run_process(
                command, folder=settings.project_dir, environment=environment, log=log, on_line=lambda _: None
            )
        if finished.exit_code != 0:
            raise ShelfwiseError(f"the {name} script failed (exit code {finished.exit_code})", remedy=f"See {log}")
        found[name] = Peer(watch.seconds, watch.peak_gb, watch.peak_spill_gb)
    if any(differing := differences(folder).values()):
        raise ShelfwiseError(f"the peers did not do the same work: they differ in {differing}")
    return found


def differences(folder: Path) -> dict[str, int]:
    """Return in how many events, sessions and co-visits the two peers differ: 0 when they did the same work."""
    queries = {
        "events": "(select count(*) from plain.events) - (select count(*) from events)",
        "sessions": """
            (select count(distinct session_id) from plain.events) - (select count(distinct session_id) from events)
        """,
        "co_visits": """
            (select count(*) from (from plain.co_visits except from co_visits))
            + (select count(*) from (from co_visits except from plain.co_visits))
        """,
    }
    with duckdb.connect() as connection:
        connection.execute(f"attach {quote_text(str(folder / 'plain.duckdb'))} as plain (read_only)")
        for table in ("events", "co_visits"):
            path = quote_text(str(folder / f"{table}.parquet"))
            connection.execute(f"create view {table} as from read_parquet({path})")
        return {name: abs(connection.execute(f"select {query}").fetchall()[0][0]) for name, query in queries.items()}


if __name__ == "__main__":
    PEERS[sys.argv[1]](Path(sys.argv[2]), sys.argv[3:])
