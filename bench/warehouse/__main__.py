"""``python -m bench.warehouse``: make the data, measure, show."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from bench.warehouse.builds import SOURCES, FullBuild, Say, full_build
from bench.warehouse.dataset import Dataset, count_events, land_days, make_days
from bench.warehouse.facts import landed_days, measure_facts, settings_below
from bench.warehouse.histories import measure_histories
from bench.warehouse.peers import measure_peers
from bench.warehouse.report import Results, show, show_facts
from shelfwise.cli import errors_shown
from shelfwise.errors import ShelfwiseError
from shelfwise.files import write_text_atomically
from shelfwise.settings import Settings, get_settings

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)


def amount(text: str | int) -> int:
    """Return the number that e.g. `10M`, `200k` or `5000` stands for; a default comes as a number."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([kM]?)", str(text).strip())
    if not match:
        raise typer.BadParameter(f"{text!r} is not a number of events: write it like 5000, 200k or 10M")
    return round(float(match[1]) * {"": 1, "k": 1_000, "M": 1_000_000}[match[2]])


def lengths(text: str) -> list[int]:
    """Return the days that e.g. `10,100,365` stands for, in order."""
    if not re.fullmatch(r"[1-9]\d*(,[1-9]\d*)*", text):
        raise typer.BadParameter(f"{text!r} are no numbers of days: write them like 10,100,365")
    return sorted({int(part) for part in text.split(",")})


Amount = Annotated[int, typer.Option(parser=amount, metavar="NUMBER")]
Seed = Annotated[int, typer.Option(help="Equal seeds make equal shops.")]
Output = Annotated[Path | None, typer.Option(help="Folder for data and results. Default: build/bench.")]


@app.command("dataset")
def make_dataset(
    events: Amount = 10_000_000,
    events_per_day: Amount = 200_000,
    seed: Seed = 7,
    output: Output = None,
    link_into: Annotated[Path | None, typer.Option(help="Data folder to land the files in, by links.")] = None,
) -> None:
    """Make a data set and say where it is."""
    with errors_shown():
        settings = get_settings()
        dataset = Dataset(output_folder(settings, output) / "dataset", seed, events_per_day)
        days = days_of(events, events_per_day)
        make(dataset, days, settings)
        if link_into:
            land_days(dataset, range(days), settings.model_copy(update={"data_dir": link_into.resolve()}))
        typer.echo(f"{count_events(dataset, range(days)):,} events of {days} days in {dataset.landing}")


@app.command()
def full(
    events: Amount = 10_000_000,
    events_per_day: Amount = 200_000,
    seed: Seed = 7,
    output: Output = None,
    peers: Annotated[bool, typer.Option(help="Compare with the plain script and polars.")] = True,
    name: Annotated[str, typer.Option(help="Results go to <name>.json.")] = "full-build",
) -> None:
    """Measure a full build alone."""
    with errors_shown():
        settings = get_settings()
        folder = output_folder(settings, output)
        dataset = Dataset(folder / "dataset", seed, events_per_day)
        results = measure_full(dataset, events, settings, folder, with_peers=peers)
        finish(results, folder / f"{name}.json")


@app.command()
def run(
    events: Annotated[int, typer.Option(parser=amount, metavar="NUMBER", help="Of the full build.")] = 10_000_000,
    events_per_day: Amount = 200_000,
    days: Annotated[str, typer.Option(help="Lengths of history that one more day is added to.")] = "10,100,365",
    extra_days: Annotated[int, typer.Option(min=1, help="Days added to each, one a run; the median counts.")] = 3,
    seed: Seed = 7,
    output: Output = None,
) -> None:
    """Measure everything: full build and peers, then one more day on each history."""
    with errors_shown():
        histories = lengths(days)
        settings = get_settings()
        folder = output_folder(settings, output)
        dataset = Dataset(folder / "dataset", seed, events_per_day)
        make(dataset, max(histories[-1] + extra_days, days_of(events, events_per_day)), settings)
        results = measure_full(dataset, events, settings, folder, with_peers=True)
        with own_data(settings, folder / "histories") as own, saying() as say:
            measured = measure_histories(dataset, own, histories, extra_days, folder / "logs", say)
        finish(Results(**(vars(results) | {"histories": measured})), folder / "warehouse.json")


@app.command()
def facts(
    events_per_day: Amount = 200_000,
    days: Annotated[str, typer.Option(help="Lengths of history that one more day is added to.")] = "10,365",
    extra_days: Annotated[int, typer.Option(min=1, help="Days added to each, one a round; the median counts.")] = 3,
    cold: Annotated[bool, typer.Option(help="Have the system forget the database before each build.")] = True,
    seed: Seed = 7,
    output: Output = None,
) -> None:
    """Measure what one more day costs the facts alone, on histories in turn; they stay for the next time."""
    with errors_shown():
        settings = get_settings()
        folder = output_folder(settings, output)
        dataset = Dataset(folder / "dataset", seed, events_per_day)
        settings_of = settings_below(folder / "facts", settings)
        known = (max(length, landed_days(settings_of(length))) for length in lengths(days))
        make(dataset, max(known) + extra_days, settings)
        with saying() as say:
            found = measure_facts(
                dataset, settings_of, lengths(days), extra_days, folder / "logs" / "facts", say, cold=cold
            )
        path = folder / "facts.json"
        write_text_atomically(path, json.dumps(found.as_json(), indent=2) + "\n")
        show_facts(found, Console())
        typer.echo(f"Written to {path}; the histories stay in {folder / 'facts'}")


def measure_full(dataset: Dataset, events: int, settings: Settings, folder: Path, *, with_peers: bool) -> Results:
    """Measure a full build, and the peers on the same files. Raises ShelfwiseError when something fails."""
    if with_peers and not find_spec("polars"):
        raise ShelfwiseError("polars is not installed", remedy="`make setup-dev` installs it, or use --no-peers")
    days = days_of(events, dataset.events_per_day)
    make(dataset, days, settings)
    with own_data(settings, folder / "full") as own, saying() as say:
        landed = land_days(dataset, range(days), own)
        built: FullBuild = full_build(own, folder / "logs" / "full", say)
        say("peers")
        files = [dataset.events_file(day) for day in range(days)]
        found = measure_peers(own, own.data_path / "peers", files) if with_peers else {}
    return Results(settings, dataset.seed, dataset.events_per_day, landed, built, found)


def output_folder(settings: Settings, output: Path | None) -> Path:
    """Return the folder that everything here is written to."""
    return (output or settings.project_dir / "build" / "bench").resolve()


def days_of(events: int, events_per_day: int) -> int:
    """Return how many days have about so many events."""
    return max(1, round(events / events_per_day))


def make(dataset: Dataset, days: int, settings: Settings) -> None:
    """Make the days that are missing, and show how far it is."""
    made = make_days(dataset, days, settings)
    for _ in track(made, "Making the events", total=days, console=Console(stderr=True), transient=True):
        pass


@contextmanager
def own_data(settings: Settings, data_dir: Path) -> Iterator[Settings]:
    """Give the settings a data folder of their own, empty at first and gone afterwards: it takes gigabytes."""
    shutil.rmtree(data_dir, ignore_errors=True)
    data_dir.mkdir(parents=True)
    try:
        yield settings.model_copy(update={"data_dir": data_dir, "sources": SOURCES, "keep_versions": 1})
    finally:
        shutil.rmtree(data_dir, ignore_errors=True)


@contextmanager
def saying() -> Iterator[Say]:
    """Give a function that shows what is being done."""
    with Console(stderr=True).status("Measuring") as status:
        yield lambda text: status.update(f"Measuring: {text}")


def finish(results: Results, path: Path) -> None:
    """Print the tables and write the JSON."""
    write_text_atomically(path, json.dumps(results.as_json(), indent=2) + "\n")
    show(results, Console())
    typer.echo(f"Written to {path}")


if __name__ == "__main__":
    app()
