"""A door of the gate without a run: what would it say now?"""

from __future__ import annotations

import shutil

from rich.console import Console
from rich.markup import escape

from shelfwise.data_folder import require_data_folder
from shelfwise.errors import ShelfwiseError
from shelfwise.pipeline.context import Tools
from shelfwise.pipeline.gate import DOORS, audit, describe
from shelfwise.pipeline.land import LANDERS
from shelfwise.pipeline.lock import run_lock
from shelfwise.pipeline.progress import Reporter
from shelfwise.settings import Settings


def check_door(
    settings: Settings,
    door: str,
    *,
    all_rows: bool = False,
    console: Console | None = None,
    tools: Tools | None = None,
) -> bool:
    """Audit at ``door``, the new rows or ``all_rows``, print the verdict, and return whether it would let a run pass.

    The results go to ``data/checks/``, which each check overwrites. Raises ShelfwiseError for an unknown door,
    where nothing has been built for it, while a run is in progress, and when the audit broke.
    """
    if door not in DOORS:
        raise ShelfwiseError(f"there is no door {door!r}", remedy=f"Doors are: {', '.join(DOORS)}")
    require_data_folder(settings)
    if door != "landing" and not settings.build_database.is_file():
        raise ShelfwiseError("there is no build database yet", remedy="`shelfwise run` or `dbt build` makes one")
    reporter = Reporter(console or Console())
    folder = settings.data_path / "checks"
    folder.mkdir(exist_ok=True)
    with run_lock(settings, f"shelfwise check {door}") as lock, reporter.step(f"gate {door}"):
        shutil.rmtree(folder / "gate", ignore_errors=True)  # an earlier check's doors would stand beside this one
        verdict = audit(settings, door, folder, tools or Tools(LANDERS), reporter, held=[lock], all_rows=all_rows)
    reporter.line(f"Gate {door}: {verdict.detail()}", style="red" if verdict.errors else "green")
    for result in verdict.errors:
        reporter.line(f"  [red]error[/red]    {escape(describe(result))}")
    for result in verdict.warnings:
        reporter.line(f"  [yellow]warning[/yellow]  {escape(describe(result))}")
    reporter.line(f"Report: {folder / 'gate' / 'index.html'}")
    return not verdict.errors
