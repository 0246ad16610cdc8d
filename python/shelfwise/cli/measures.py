"""`shelfwise benchmark`: how good the recommender is beside others."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from shelfwise.cli.shared import errors_shown, load_settings

app = typer.Typer()


@app.command()
def benchmark(
    sessions: Annotated[
        Path | None, typer.Option(help="Parquet of past sessions: session_id, pos, item_id. Needs --prefixes.")
    ] = None,
    prefixes: Annotated[Path | None, typer.Option(help="Parquet of questions: prefix, target.")] = None,
    purchases: Annotated[
        Path | None,
        typer.Option(
            help="Parquet of order lines: customer_id, item_id, ordered_at, basket_id [, title, price]. Needs --cutoff."
        ),
    ] = None,
    cutoff: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day from which purchases are foretold.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, help="Days of purchases to foretell.")] = 30,
    baskets: Annotated[
        Path | None, typer.Option(help="Parquet of past baskets: customer_id, basket_no, item_id. Needs --future.")
    ] = None,
    future: Annotated[Path | None, typer.Option(help="Parquet of next baskets: customer_id, item_id.")] = None,
    profile: Annotated[str, typer.Option(help="How much time ours may take: default or thorough.")] = "default",
    only_ours: Annotated[bool, typer.Option("--only-ours", help="Leave the other methods out.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="JSON to write, charts beside it. Default: build/bench/recommender.json.")
    ] = None,
) -> None:
    """Measure the recommender beside others: on the published warehouse, or on files."""
    with errors_shown():
        from rich.console import Console

        from shelfwise.pipeline.benchmark import BenchmarkOptions, run_benchmark
        from shelfwise.pipeline.progress import Reporter
        from shelfwise.recommender.benchmark.report import write_results

        settings = load_settings()
        options = BenchmarkOptions(
            sessions, prefixes, purchases, cutoff.date() if cutoff else None, days, baskets, future, profile, only_ours
        )
        results = run_benchmark(settings, options, Reporter(Console(stderr=True)))
        write_results(results, out or settings.project_dir / "build" / "bench" / "recommender.json", Console())
