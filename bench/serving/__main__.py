"""``python -m bench.serving``: publish a large shop, serve it, ask, and write down what came of it."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console

from bench.serving.collector import BATCH_CONNECTIONS, SINGLE_CONNECTIONS, measure_collector
from bench.serving.dataset import Size, customer_id, make_parts, product_id, publish
from bench.serving.load import Load, Server, ask, server
from bench.serving.scoring import measure_scoring
from bench.serving.visits import simulate_visits, zipf_draws
from shelfwise.cli import errors_shown
from shelfwise.files import write_text_atomically
from shelfwise.settings import Settings, get_settings

DRAWN = 20_000
WARM_UP_SECONDS = 3
SWAPS = 6
SETTLE_SECONDS = 4  # memory goes back a second or two after a swap
CONNECTIONS = 16


def main(
    customers: int = 100_000,
    products: int = 50_000,
    visits: Annotated[int, typer.Option(help="Visits that the session index is made of.")] = 200_000,
    seconds: Annotated[int, typer.Option(help="Of each measurement.")] = 15,
    workers: Annotated[int, typer.Option(help="Processes that answer.")] = 2,
    only: Annotated[str, typer.Option(help="scoring, known, session, swap or collector; all of them by default.")] = "",
) -> None:
    """Measure the recommendation API, and the collector."""
    with errors_shown():
        base = get_settings()
        folder = base.project_dir / "build" / "bench" / "serving"
        size, console = Size(customers, products, visits), Console(stderr=True)
        make_parts(base, folder / size.folder_name, size, console)
        settings = base.model_copy(update={"data_dir": folder / "data", "temp_dir": None, "api_workers": workers})
        publish(settings, folder / size.folder_name, "run-0")
        found: dict[str, Any] = {
            "customers": customers, "products": products, "visits": visits, "rules_on": True, "workers": workers,
            "connections": CONNECTIONS, "load_average_before": round(os.getloadavg()[0], 2),
        }  # fmt: skip
        if only in ("", "scoring"):
            found["scoring"] = measure_scoring(folder / size.folder_name, size)
        if only not in ("scoring", "collector"):
            found |= measure_server(settings, size, folder, seconds, only, console)
        if only in ("", "collector"):
            found |= measure_collecting(base, folder, seconds, workers)
        found["errors"] = sum(value for key, value in found.items() if key.endswith("_errors"))
        write_results(base, found)
        console.print_json(json.dumps(found))


def measure_server(
    settings: Settings, size: Size, folder: Path, seconds: int, only: str, console: Console
) -> dict[str, float]:
    """Return what a server of the published shop does under load."""
    paths, found = write_paths(folder, size), dict[str, float]()
    with server(settings, folder / "server.log") as running:
        for name in ("known", "session"):
            if only in ("", name):
                found |= measure(running, name, paths[name], seconds, console)
        if only in ("", "swap"):
            found |= swap(settings, running, paths, folder / size.folder_name, console)
    return found


def measure_collecting(base: Settings, folder: Path, seconds: int, workers: int) -> dict[str, Any]:
    """Return the events that the collector acknowledges a second, each synced to disk before."""
    settings = base.model_copy(update={"data_dir": folder / "data", "collector_workers": workers})
    found = measure_collector(
        settings, seconds=seconds, connections=SINGLE_CONNECTIONS, batch_connections=BATCH_CONNECTIONS
    )
    return {
        "collector_rps": found.collector_rps,
        "collector_batch_events_s": found.collector_batch_events_s,
        "collector_errors": found.errors,
        "fsync": found.fsync,
    }


def write_paths(folder: Path, size: Size) -> dict[str, Path]:
    """Write what is asked for: customers and sessions of 3 to 10 products, as unequal as Zipf with exponent 1."""
    generator = np.random.default_rng(11)
    names = generator.permutation(size.customers)
    drawn = names[zipf_draws(generator, size.customers, DRAWN)]
    sessions = simulate_visits(DRAWN, size.products, seed=12, fewest=3, most=10)
    lines = {
        "known": [f"/v1/recommendations?customer_id={customer_id(number)}&n=20" for number in drawn],
        "session": [
            f"/v1/recommendations?n=20&item_ids={','.join(product_id(step) for step in steps[:length])}"
            for steps, length in zip(sessions.products.tolist(), sessions.lengths.tolist(), strict=True)
        ],
    }
    made = {name: folder / f"{name}.paths" for name in lines}
    for name, path in made.items():
        write_text_atomically(path, "".join(f"{line}\n" for line in lines[name]))
    return made


def measure(running: Server, name: str, paths: Path, seconds: int, console: Console) -> dict[str, float]:
    """Return rates and latencies of one kind of request, at 16 connections and at one."""
    ask(running, paths, CONNECTIONS, WARM_UP_SECONDS)
    cpu_before = running.cpu_seconds()
    many = ask(running, paths, CONNECTIONS, seconds)
    cpu_seconds = running.cpu_seconds() - cpu_before
    single = ask(running, paths, 1, seconds)
    for connections, load in ((CONNECTIONS, many), (1, single)):
        console.print(f"{name}, {connections} connections: {told(load)}")
    return {
        f"{name}_rps": round(many.rps, 1),
        f"{name}_cpu_ms": round(1e3 * cpu_seconds / many.requests, 3),
        f"{name}_p50_ms": many.p50_ms,
        f"{name}_p99_5_ms": many.p99_5_ms,
        f"{name}_single_rps": round(single.rps, 1),
        f"{name}_single_p50_ms": single.p50_ms,
        f"{name}_single_p99_5_ms": single.p99_5_ms,
        f"{name}_errors": many.errors + single.errors,
    }


def told(load: Load) -> str:
    """Return a load in words."""
    return (
        f"{load.rps:,.0f}/s, half within {load.p50_ms} ms, 99.5 % within {load.p99_5_ms} ms, "
        f"the slowest {load.max_ms} ms, {load.errors} errors"
    )


def swap(
    settings: Settings, running: Server, paths: dict[str, Path], parts: Path, console: Console
) -> dict[str, float]:
    """Publish some versions while known customers and sessions are asked about; return errors and memory."""
    before = running.memory_mb()
    over = threading.Event()
    errors, peak = [0], [before]

    def keep_asking(path: Path) -> None:
        while not over.is_set():
            errors[0] += ask(running, path, 4, 2).errors

    askers = [threading.Thread(target=keep_asking, args=(path,)) for path in paths.values()]
    for asker in askers:
        asker.start()
    for number in range(1, SWAPS + 1):
        publish(settings, parts, f"run-{number}")
        while running.run_id() != f"run-{number}":
            peak[0] = max(peak[0], running.memory_mb())
            over.wait(0.1)
    over.set()
    for asker in askers:
        asker.join()
    time.sleep(SETTLE_SECONDS)
    found: dict[str, float] = {
        "swap_publishes": SWAPS,
        "swap_errors": errors[0],
        "memory_mb_before_swaps": round(before),
        "memory_mb_peak": round(peak[0]),
        "memory_mb_after_swaps": round(running.memory_mb()),
    }
    console.print(f"{SWAPS} versions published under load: {found}")
    return found


def write_results(settings: Settings, found: dict[str, Any]) -> None:
    """Put what was found into `build/bench/serving.json`, beside what others have put there."""
    path = settings.project_dir / "build" / "bench" / "serving.json"
    earlier = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    write_text_atomically(path, json.dumps({**earlier, **found}, indent=2) + "\n")


if __name__ == "__main__":
    typer.run(main)
