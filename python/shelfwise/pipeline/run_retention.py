"""What stays of the runs: whole folders of the newest, records of a year, so that the history stays and the disk too.

A run's folder is mostly what dbt, the gate and training wrote down: some ten megabytes a night, read when something
was odd. Its record, its gate results and its counts are some ten kilobytes, and the dashboards show them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shelfwise.settings import Settings

#: of a run's folder; a version holds its own copy of the model and the session index
BULKY = ("dbt", "logs", "model", "session_index")


def old_run_parts(settings: Settings) -> Iterator[Path]:
    """Give what may go: the bulky parts of all but the newest runs, and the folders of runs that are too old."""
    folders = sorted(path for path in settings.runs_path.glob("*") if path.is_dir())
    limit = f"{datetime.now(UTC) - timedelta(days=settings.keep_history_days):%Y%m%dT%H%M%S}"
    for folder in folders[: -settings.keep_runs]:
        if folder.name < limit or not (folder / "run.json").exists():
            yield folder
        else:
            yield from (folder / part for part in BULKY if (folder / part).is_dir())


def remove_old_runs(settings: Settings) -> list[Path]:
    """Remove it, and return what was removed. Call with the run lock held."""
    removed = list(old_run_parts(settings))
    for path in removed:
        shutil.rmtree(path)
    return removed
