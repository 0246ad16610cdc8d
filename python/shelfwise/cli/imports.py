"""`shelfwise import …`: land your files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shelfwise.cli.shared import errors_shown, load_settings, progress_line

if TYPE_CHECKING:
    from shelfwise.landing.import_options import ImportOptions
    from shelfwise.landing.results import ImportResult
    from shelfwise.settings import Settings

    Importer = Callable[[Path, Settings, Callable[[str], None], ImportOptions], ImportResult]

app = typer.Typer(help="Land your files.", no_args_is_help=True)

Namespace = Annotated[
    str | None,
    typer.Option(
        help="Shop that the files are of: lower case letters, digits and _. Default: the source's own namespace."
    ),
]
Supersede = Annotated[
    bool, typer.Option("--supersede", help="A file corrects the one of the same name that landed before.")
]


@app.command("online-retail")
def import_online_retail(
    path: Annotated[Path, typer.Argument(help="Folder of daily CSV files, a single CSV, or UCI's xlsx or zip.")],
    namespace: Namespace = None,
    supersede: Supersede = False,
) -> None:
    """Land the UCI Online Retail data set."""
    with errors_shown():
        from shelfwise.landing.online_retail import import_online_retail as land

        import_with(land, path, namespace, supersede)


@app.command("shop")
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


@app.command("rees46")
def import_rees46(
    path: Annotated[Path, typer.Argument(help="Folder of .csv or .csv.gz files, or a single one.")],
    namespace: Namespace = None,
    supersede: Supersede = False,
) -> None:
    """Land REES46's log of a multi-category store."""
    with errors_shown():
        from shelfwise.landing.rees46 import import_rees46 as land

        import_with(land, path, namespace, supersede)


@app.command("ga4")
def import_ga4(
    path: Annotated[Path, typer.Argument(help="Folder of JSON Lines or Parquet files, or a single one.")],
    namespace: Namespace = None,
    supersede: Supersede = False,
) -> None:
    """Land the BigQuery export of Google Analytics 4."""
    with errors_shown():
        from shelfwise.landing.ga4 import import_ga4 as land

        import_with(land, path, namespace, supersede)


@app.command("files")
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
