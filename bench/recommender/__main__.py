"""``python -m bench.recommender``: Diginetica's sessions and Online Retail's purchases, into one report."""

from __future__ import annotations

import os
import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.recommender.online_retail import CUTOFF, DAYS, write_lines
from shelfwise.cli import errors_shown
from shelfwise.errors import ShelfwiseError
from shelfwise.pipeline.benchmark import BenchmarkOptions, run_benchmark
from shelfwise.pipeline.progress import Reporter
from shelfwise.recommender.benchmark.report import write_results
from shelfwise.settings import get_settings

app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)


def real_data(settings_dir: Path) -> Path:
    """Return the folder of the open data sets. Raises ShelfwiseError where it is not."""
    folder = Path(os.environ.get("SHELFWISE_REAL_DATA", settings_dir.parent / "shared" / "data"))
    if not folder.is_dir():
        raise ShelfwiseError(
            f"there are no data sets in {folder}",
            remedy="Set SHELFWISE_REAL_DATA to a folder with diginetica_srgnn/ and online_retail/daily/",
        )
    return folder


@app.command()
def measure(
    profile: Annotated[str, typer.Option(help="default or thorough.")] = "default",
    only_ours: Annotated[bool, typer.Option("--only-ours", help="Leave the other methods out.")] = False,
    only: Annotated[str | None, typer.Option(help="diginetica or online_retail alone.")] = None,
    out: Annotated[Path | None, typer.Option(help="Default: build/bench/recommender.json.")] = None,
) -> None:
    """Measure ours and the others on both data sets."""
    with errors_shown():
        settings = get_settings()
        data = real_data(settings.project_dir)
        reporter = Reporter(Console(stderr=True))
        datasets = {}
        if only in (None, "diginetica"):
            folder = data / "diginetica_srgnn"
            options = BenchmarkOptions(
                sessions=folder / "train_sessions.parquet",
                prefixes=folder / "test_prefix_target.parquet",
                profile=profile,
                only_ours=only_ours,
            )
            datasets["diginetica"] = run_benchmark(settings, options, reporter)
        if only in (None, "online_retail"):
            with tempfile.TemporaryDirectory() as scratch:
                lines = Path(scratch) / "lines.parquet"
                own = settings.model_copy(update={"data_dir": Path(scratch), "temp_dir": None})
                write_lines(own, data / "online_retail" / "daily", lines)
                options = BenchmarkOptions(
                    purchases=lines,
                    cutoff=date.fromisoformat(CUTOFF),
                    days=DAYS,
                    profile=profile,
                    only_ours=only_ours,
                )
                datasets["online_retail"] = run_benchmark(settings, options, reporter)
        path = out or settings.project_dir / "build" / "bench" / "recommender.json"
        write_results({"datasets": datasets}, path, Console())


if __name__ == "__main__":
    app()
