"""``python -m bench.warehouse``: make the data, measure, show."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from bench.warehouse.dataset import Dataset, count_events, land_days, make_days
from shelfwise.settings import Settings, get_settings

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)


def amount(text: str | int) -> int:
    """Return the number that e.g. `10M`, `200k` or `5000` stands for; a default comes as a number."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([kM]?)", str(text).strip())
    if not match:
        raise typer.BadParameter(f"{text!r} is not a number of events: write it like 5000, 200k or 10M")
    return round(float(match[1]) * {"": 1, "k": 1_000, "M": 1_000_000}[match[2]])


Amount = Annotated[int, typer.Option(parser=amount, metavar="NUMBER")]


def bench_folder(settings: Settings) -> Path:
    """Return the folder that everything here is written to."""
    return settings.project_dir / "build" / "bench"


def make(dataset: Dataset, days: int, settings: Settings) -> None:
    """Make the days that are missing, and show how far it is."""
    made = make_days(dataset, days, settings)
    for _ in track(made, "Making the events", total=days, console=Console(stderr=True), transient=True):
        pass


@app.callback()
def about() -> None:
    """Measure what the warehouse costs."""


@app.command("dataset")
def make_dataset(
    events: Amount = 10_000_000,
    events_per_day: Amount = 200_000,
    seed: int = 7,
    link_into: Annotated[Path | None, typer.Option(help="Data folder to land the files in, by links.")] = None,
) -> None:
    """Make a data set and say where it is."""
    settings = get_settings()
    dataset = Dataset(bench_folder(settings) / "dataset", seed, events_per_day)
    days = max(1, round(events / events_per_day))
    make(dataset, days, settings)
    if link_into:
        land_days(dataset, range(days), settings.model_copy(update={"data_dir": link_into}))
    typer.echo(f"{count_events(dataset, range(days)):,} events of {days} days in {dataset.landing}")


if __name__ == "__main__":
    app()
