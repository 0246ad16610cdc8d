"""The commands for when something has gone wrong, and for what has to be done before: docs/recovery.md."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shelfwise.cli.shared import errors_shown, load_settings, progress_line

Backups = Annotated[Path, typer.Argument(metavar="PATH", help="Folder of backups, best on another disk.")]


app = typer.Typer()


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For a monitor.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Read no large file in full.")] = False,
) -> None:
    """Look at everything, change nothing, and say what mends what is wrong."""
    with errors_shown():
        from rich.console import Console

        from shelfwise.recovery.doctor import report
        from shelfwise.recovery.doctor.examination import examine

        diagnosis = examine(load_settings(), quick=quick)
        if as_json:
            typer.echo(report.as_json(diagnosis))
        else:
            report.print_diagnosis(diagnosis, Console())
    if not diagnosis.is_healthy:
        raise typer.Exit(1)


@app.command()
def backup(
    path: Backups,
    keep: Annotated[int | None, typer.Option(min=1, help="Snapshots that stay. Default: all.")] = None,
    all_versions: Annotated[
        bool, typer.Option("--all-versions", help="Save every kept version, not only the current one.")
    ] = False,
) -> None:
    """Save the data folder; runs, servers and the collector may go on meanwhile."""
    with errors_shown():
        from shelfwise.recovery.backup import back_up
        from shelfwise.wording import byte_size, counted

        with progress_line("backup") as progress:
            done = back_up(load_settings(), path, all_versions=all_versions, keep=keep, progress=progress)
        typer.echo(
            f"Snapshot {done.snapshot_id}: {counted(done.files, 'file')}, {byte_size(done.size)}; "
            f"new are {done.copied:,} with {byte_size(done.copied_size)}"
        )
        for name in done.removed:
            typer.echo(f"Removed snapshot {name}")
        for name, damage in done.damaged.items():
            typer.secho(f"Damaged, and saved as it was before or not at all: {name}: {damage}", err=True, fg="red")
        if done.damaged:
            typer.echo("`shelfwise doctor` says what mends it; then save again", err=True)
            raise typer.Exit(1)


@app.command()
def restore(
    path: Backups,
    snapshot: Annotated[str | None, typer.Option(metavar="ID", help="Default: the newest.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the snapshots, restore nothing.")] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="Bring back missing and damaged files alone; all else stays.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Move aside what is in the data folder.")] = False,
) -> None:
    """Bring back a saved data folder, or single files of it."""
    with errors_shown():
        from shelfwise.errors import ShelfwiseError
        from shelfwise.recovery.repair import repair as bring_back
        from shelfwise.recovery.restore import restore as bring_back_all
        from shelfwise.recovery.snapshots import choose_snapshot, readable_snapshots
        from shelfwise.wording import byte_size, counted

        if listed:
            for found in readable_snapshots(path):
                sizes = f"{counted(len(found.manifest.files), 'file')}, {byte_size(found.manifest.size)}"
                typer.echo(f"{found.id}  {sizes}, current {found.manifest.current or 'none'}")
            return
        if repair and replace:
            raise ShelfwiseError("--repair and --replace exclude each other", remedy="Choose one of them")
        chosen = choose_snapshot(path.resolve(), snapshot)
        with progress_line("restore") as progress:
            if repair:
                files = bring_back(load_settings(), chosen, progress=progress)
            else:
                done = bring_back_all(load_settings(), chosen, replace=replace, progress=progress)
        if repair:
            typer.echo(f"Brought back {counted(len(files), 'file')} of snapshot {chosen.id}")
            for name in files:
                typer.echo(f"  {name}")
            return
        typer.echo(f"Restored snapshot {chosen.id}; current is {chosen.manifest.current or 'none'}")
        if done.replaced:
            typer.echo(f"What was there before lies in {done.replaced}")
        typer.echo("`shelfwise run` builds the warehouse again from landing")


@app.command()
def clean(
    yes: Annotated[bool, typer.Option("--yes", help="Remove it; without this it is only shown.")] = False,
) -> None:
    """Show, or remove, what the settings say is too old: versions, runs, landed facts, rejected events."""
    with errors_shown():
        from shelfwise.recovery.clean import clean as remove
        from shelfwise.recovery.clean import removals
        from shelfwise.wording import byte_size, counted

        settings = load_settings()
        if yes:
            with progress_line("clean") as progress:
                sizes = {removal.kind: removal.size for removal in removals(settings)}
                found = remove(settings, say=progress)
        else:
            found = removals(settings)
            sizes = {removal.kind: removal.size for removal in found}
        for removal in found:
            number = counted(len(removal.paths), "item")
            typer.echo(f"{removal.kind:<16} {number:>10}  {byte_size(sizes.get(removal.kind, 0)):>10}  {removal.means}")
        if not found:
            typer.echo("Nothing is too old.")
        elif not yes:
            typer.echo("`shelfwise clean --yes` removes it.")
