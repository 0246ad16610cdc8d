"""``python -m bench.serving.collector``: acknowledged events a second, each synced to disk before it is acknowledged.

The load generator is wrk (``apt-get install wrk``), on the same machine. The collector is `shelfwise collect` as
anyone starts it, but for its limits of rate, which one address would meet at once.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from bench.serving.processes import answer_of, free_port, require_wrk, started, wrk
from shelfwise.cli import errors_shown
from shelfwise.collector.compaction import compact
from shelfwise.collector.segments import segments
from shelfwise.errors import ShelfwiseError
from shelfwise.landing.registry import landed_row_counts
from shelfwise.settings import Settings, get_settings

_LUA = Path(__file__).with_name("collector.lua")
_WRITE_KEY = "bench"
SINGLE_CONNECTIONS, BATCH_CONNECTIONS = 64, 16  # that send one event a request, and a hundred


@dataclass(frozen=True)
class Load:
    """What wrk saw: `refused` were answered with another status than 200, `broken` not at all."""

    requests: int
    seconds: float
    refused: int
    broken: int
    p50_ms: float
    p99_5_ms: float


@dataclass(frozen=True)
class CollectorResult:
    """Events acknowledged a second, one and a hundred to a request, and what stood behind them."""

    collector_rps: float
    collector_batch_events_s: float
    fsync: bool
    workers: int
    load_average_before: float
    errors: int
    single: Load
    batch: Load


def measure_collector(settings: Settings, *, seconds: int, connections: int, batch_connections: int) -> CollectorResult:
    """Measure the collector in a data folder of its own inside that of `settings`, and check that nothing was lost.

    Raises ShelfwiseError when wrk is not there, the collector does not start, or landing has fewer events than were
    acknowledged.
    """
    require_wrk()
    load_average = os.getloadavg()[0]
    settings.data_path.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-collector-", dir=settings.data_path) as folder:
        own = settings.model_copy(update={"data_dir": Path(folder)})
        with collecting(own) as address:
            load(address, batch=1, seconds=2, connections=connections)  # until all code was met once
            single = load(address, batch=1, seconds=seconds, connections=connections)
            batch = load(address, batch=100, seconds=seconds, connections=batch_connections)
        acknowledged = single.requests - single.refused + 100 * (batch.requests - batch.refused)
        require_landed(own, acknowledged)
    return CollectorResult(
        collector_rps=round((single.requests - single.refused) / single.seconds, 1),
        collector_batch_events_s=round(100 * (batch.requests - batch.refused) / batch.seconds, 1),
        fsync=True,
        workers=settings.collector_workers,
        load_average_before=round(load_average, 2),
        errors=single.refused + single.broken + batch.refused + batch.broken,
        single=single,
        batch=batch,
    )


def load(address: str, *, batch: int, seconds: int, connections: int) -> Load:
    """Send for so many seconds over so many connections."""
    return Load(**wrk(address, _LUA, connections, seconds, environment={"BATCH": str(batch)}))


@contextmanager
def collecting(settings: Settings) -> Iterator[str]:
    """Run `shelfwise collect` on these settings' data folder, and give its address."""
    port = free_port()
    environment = {
        **settings.environment(),
        "SHELFWISE_WRITE_KEYS": _WRITE_KEY,
        "SHELFWISE_COLLECTOR_PORT": str(port),
        "SHELFWISE_COLLECTOR_WORKERS": str(settings.collector_workers),
        "SHELFWISE_COLLECTOR_ADDRESS_RATE": "0",
        "SHELFWISE_COLLECTOR_KEY_RATE": "0",
    }
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "shelfwise.cli", "collect"]
    log = settings.data_path / "collector.log"
    with started(command, environment, log, lambda: answer_of(f"{address}/healthz") is not None):
        yield address


def require_landed(settings: Settings, acknowledged: int) -> None:
    """Land what was taken. Raises ShelfwiseError when that is less than was acknowledged."""
    compact(settings)
    landed = landed_row_counts(settings, ["web"])["web"]
    if landed < acknowledged or segments(settings):
        raise ShelfwiseError(f"{acknowledged:,} events were acknowledged, and {landed:,} have landed")


def main(
    seconds: Annotated[int, typer.Option(min=1, help="Of each load.")] = 10,
    connections: Annotated[int, typer.Option(min=1, help="That send one event a request.")] = SINGLE_CONNECTIONS,
    batch_connections: Annotated[int, typer.Option(min=1, help="That send a hundred.")] = BATCH_CONNECTIONS,
    workers: Annotated[int, typer.Option(min=1, help="Processes that collect.")] = 2,
) -> None:
    """Measure, and print the figures as JSON."""
    with errors_shown():
        settings = get_settings().model_copy(update={"collector_workers": workers})
        result = measure_collector(
            settings, seconds=seconds, connections=connections, batch_connections=batch_connections
        )
        typer.echo(json.dumps(asdict(result), indent=2))


if __name__ == "__main__":
    typer.run(main)
