"""The ``shelfwise`` command: thin, every verb calls one function; imports are local so that ``--help`` is quick."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from shelfwise.landing.import_options import ImportOptions
    from shelfwise.landing.results import ImportResult
    from shelfwise.settings import Settings

    Importer = Callable[[Path, Settings, Callable[[str], None], ImportOptions], ImportResult]

app = typer.Typer(
    help="From a shop's clicks and orders to a warehouse, dashboards and recommendations.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
import_app = typer.Typer(help="Land your files.", no_args_is_help=True)
app.add_typer(import_app, name="import")
dead_letter_app = typer.Typer(
    help="Look at events that the collector rejected, and try them again.", no_args_is_help=True
)
app.add_typer(dead_letter_app, name="dead-letter")


@contextmanager
def errors_shown() -> Iterator[None]:
    """Show an error that a person can put right as one red line and its remedy, and exit with 1."""
    from shelfwise.errors import ShelfwiseError

    try:
        yield
    except ShelfwiseError as error:
        fail(error.message, error.remedy)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        fail("no space left on the disk", "Free some and run again; what was published goes on serving")
    except KeyboardInterrupt:
        typer.secho("Stopped.", err=True, fg="red")
        raise typer.Exit(130) from None


def load_settings() -> Settings:
    """Return the settings; a wrong environment variable, or no checkout around, is an error to show."""
    from pydantic import ValidationError

    from shelfwise.settings import get_settings

    try:
        return get_settings()
    except FileNotFoundError as error:
        fail(str(error))
    except ValidationError as error:
        problem = error.errors()[0]
        name = "_".join(str(part) for part in problem["loc"]).upper()
        fail(f"SHELFWISE_{name}: {problem['msg'].removeprefix('Value error, ')}", "Correct the environment variable")


def fail(message: str, remedy: str = "") -> NoReturn:
    """Print an error and leave with exit code 1."""
    typer.secho(f"Error: {message}", err=True, fg="red")
    if remedy:
        typer.echo(remedy, err=True)
    raise typer.Exit(1) from None


@contextmanager
def progress_line(title: str) -> Iterator[Callable[[str], None]]:
    """Give a function that shows how far a command is."""
    from rich.console import Console

    from shelfwise.pipeline.progress import Reporter

    reporter = Reporter(Console(stderr=True))
    with reporter.step(title):
        yield reporter.progress


@app.command()
def run(
    source: Annotated[
        list[str] | None,
        typer.Option(
            help="Source to switch on; repeatable. Default: what has landed; in a fresh checkout the sample shop."
        ),
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Days of history of the sample shop. Default: 90.")] = None,
    size: Annotated[
        str | None, typer.Option(help="Size of the sample shop: small, default, large, or a number of customers.")
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day of the sample shop. Default: 2026-09-30."),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the last unfinished run.")] = False,
) -> None:
    """Land, build, audit, train and publish."""
    with errors_shown():
        from shelfwise.errors import ShelfwiseError
        from shelfwise.pipeline.run import run_pipeline

        if resume and (days or size or until):
            raise ShelfwiseError(
                "a resumed run keeps its --days, --size and --until",
                remedy="Leave them away to resume, or --resume to start a new run",
            )
        last_day = until.date() if until else None
        record = run_pipeline(
            load_settings(), sources=source or (), days=days, size=size, until=last_day, resume=resume
        )
    if record.status != "succeeded":
        raise typer.Exit(1)


Namespace = Annotated[
    str | None,
    typer.Option(
        help="Shop that the files are of: lower case letters, digits and _. Default: the source's own namespace."
    ),
]
Supersede = Annotated[
    bool, typer.Option("--supersede", help="A file corrects the one of the same name that landed before.")
]


@import_app.command("online-retail")
def import_online_retail(
    path: Annotated[Path, typer.Argument(help="Folder of daily CSV files, a single CSV, or UCI's xlsx or zip.")],
    namespace: Namespace = None,
    supersede: Supersede = False,
) -> None:
    """Land the UCI Online Retail data set."""
    with errors_shown():
        from shelfwise.landing.online_retail import import_online_retail as land

        import_with(land, path, namespace, supersede)


@import_app.command("shop")
def import_shop(
    path: Annotated[Path, typer.Argument(help="Folder of CSV or Parquet files, a single one, or a zip.")],
    table: Annotated[
        str | None,
        typer.Option(help="What the files hold: products, customers, orders or order_lines. Default: by their names."),
    ] = None,
    namespace: Namespace = None,
    supersede: Supersede = False,
) -> None:
    """Land a shop database's exports: products, customers, orders, order lines."""
    with errors_shown():
        from shelfwise.landing.shop import import_shop as land

        import_with(partial(land, table=table), path, namespace, supersede)


@import_app.command("rees46")
def import_rees46(
    path: Annotated[Path, typer.Argument(help="Folder of .csv or .csv.gz files, or a single one.")],
    namespace: Namespace = None,
    supersede: Supersede = False,
) -> None:
    """Land REES46's log of a multi-category store."""
    with errors_shown():
        from shelfwise.landing.rees46 import import_rees46 as land

        import_with(land, path, namespace, supersede)


@import_app.command("ga4")
def import_ga4(
    path: Annotated[Path, typer.Argument(help="Folder of JSON Lines or Parquet files, or a single one.")],
    namespace: Namespace = None,
    supersede: Supersede = False,
) -> None:
    """Land the BigQuery export of Google Analytics 4."""
    with errors_shown():
        from shelfwise.landing.ga4 import import_ga4 as land

        import_with(land, path, namespace, supersede)


@import_app.command("files")
def import_declared(
    source: Annotated[str, typer.Argument(help="Source, as its folder in models/staging is named.")],
    path: Annotated[
        Path, typer.Argument(help="Folder of CSV, JSON Lines, Parquet or xlsx files, a single one, or a zip.")
    ],
    table: Annotated[
        str | None, typer.Option(help="Table that the files hold. Default: by their names, or the only one.")
    ] = None,
    namespace: Namespace = None,
    supersede: Supersede = False,
) -> None:
    """Land files of a source that you added; its sources yml says what they hold."""
    with errors_shown():
        from shelfwise.landing.declared import import_declared as land

        import_with(partial(land, source=source, table=table), path, namespace, supersede)


def import_with(land: Importer, path: Path, namespace: str | None, supersede: bool) -> None:
    """Import files, say what became of them, and leave with exit code 1 when one is not in landing."""
    from shelfwise.landing.import_options import ImportOptions

    options = ImportOptions(namespace, supersede)
    with progress_line("import") as progress:
        result = land(path, load_settings(), progress, options)
    typer.echo(result.summary())
    for error in result.errors:
        typer.secho(str(error), err=True, fg="red")
    if not result.succeeded:
        raise typer.Exit(1)


@app.command()
def check(
    door: Annotated[str, typer.Argument(help="landing, marts or recommendations.")],
    all_rows: Annotated[bool, typer.Option("--all", help="Judge again what is loaded or published.")] = False,
) -> None:
    """Audit at a door of the gate, without a run."""
    with errors_shown():
        from shelfwise.pipeline.check import check_door

        passed = check_door(load_settings(), door, all_rows=all_rows)
    if not passed:
        raise typer.Exit(1)


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


@app.command()
def status() -> None:
    """Show what is published, the last run, and what waits in landing."""
    with errors_shown():
        from shelfwise.pipeline.status import print_status

        print_status(load_settings())


@app.command()
def rollback(
    run_id: Annotated[str | None, typer.Argument(help="Version to go back to. Default: the one before.")] = None,
) -> None:
    """Make an earlier version current."""
    with errors_shown():
        from shelfwise.warehouse.rollback import rollback as roll_back

        version = roll_back(load_settings(), run_id)
    typer.echo(f"Current is {version.run_id}, published {version.manifest.published_at:%Y-%m-%d %H:%M} UTC.")


@app.command()
def serve(
    only_api: Annotated[bool, typer.Option("--only-api", help="Leave the collector and the demo shop out.")] = False,
) -> None:
    """Serve recommendations from the published version, with a collector and a demo shop beside them."""
    with errors_shown():
        from shelfwise.website import run_website

        run_website(load_settings(), only_api=only_api)


@app.command()
def collect() -> None:
    """Take events from the website over HTTP; a run lands what was taken."""
    with errors_shown():
        from shelfwise.collector.server import run_collector

        run_collector(load_settings())


@dead_letter_app.command("list")
def list_dead_letters() -> None:
    """Count the rejected events by reason, with the latest of each."""
    with errors_shown():
        from shelfwise.collector.dead_letter_report import overview
        from shelfwise.collector.replay import grouped_by_reason

        typer.echo(overview(*grouped_by_reason(load_settings())))


@dead_letter_app.command("show")
def show_dead_letter(
    letter_id: Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")],
) -> None:
    """Show a rejected event as it was sent."""
    with errors_shown():
        from shelfwise.collector.dead_letter_report import description
        from shelfwise.collector.replay import find_letters

        (letter,) = find_letters(load_settings(), [letter_id])
        typer.echo(description(letter))


@dead_letter_app.command("replay")
def replay_dead_letters(
    letter_ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="As `list` shows them.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Try every rejected event.")] = False,
) -> None:
    """Judge rejected events again; those that are now taken land with the next run."""
    with errors_shown():
        from shelfwise.collector.replay import replay
        from shelfwise.errors import ShelfwiseError

        if everything == bool(letter_ids):
            raise ShelfwiseError("which events?", remedy="Name their ids, or say --all")
        result = replay(load_settings(), letter_ids)
    typer.echo(f"{result.taken:,} events taken, {result.rejected:,} rejected again.")


@app.command()
def dashboard() -> None:
    """Open the dashboards on the published version."""
    with errors_shown():
        from shelfwise.ports import require_free_port

        settings = load_settings()
        require_free_port(settings.host, settings.dashboard_port, variable="SHELFWISE_DASHBOARD_PORT")
    command = [sys.executable, "-m", "streamlit", "run", str(settings.project_dir / "dashboards" / "app.py")]
    options = {
        "--server.address": settings.host,
        "--server.port": str(settings.dashboard_port),
        "--server.headless": "true",
        "--browser.gatherUsageStats": "false",
    }
    os.chdir(settings.project_dir)  # Streamlit reads .streamlit/config.toml from here
    arguments = [part for option in options.items() for part in option]
    os.execve(sys.executable, [*command, *arguments], settings.environment())  # noqa: S606  no shell is wanted


if __name__ == "__main__":
    app()
