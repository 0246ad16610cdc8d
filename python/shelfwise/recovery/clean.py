"""`shelfwise clean`: what may go, first as a list, then for good."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shelfwise.collector.append_file import is_held, taken
from shelfwise.collector.dead_letter_box import LETTER_SUFFIX
from shelfwise.landing.retention import retired_files
from shelfwise.locks import exclusive_lock
from shelfwise.pipeline.lock import run_lock
from shelfwise.pipeline.run_retention import old_run_parts
from shelfwise.settings import Settings
from shelfwise.warehouse.operations import refresh_operations
from shelfwise.warehouse.published import current_link, versions_path
from shelfwise.warehouse.retention import version_folders


@dataclass(frozen=True)
class Removal:
    """Something of one kind that may go, and what its loss means."""

    kind: str
    paths: tuple[Path, ...]
    means: str

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(size_of(path) for path in self.paths)


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    if path.is_symlink() or not path.is_dir():
        return path.stat(follow_symlinks=False).st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file() and not file.is_symlink())


def removals(settings: Settings) -> list[Removal]:
    """Return what the settings say is too old, and what nobody needs."""
    found: list[tuple[str, Iterable[Path], str]] = [
        ("old versions", old_versions(settings), "`shelfwise rollback` can no longer go back to them"),
        ("old runs", old_run_parts(settings), "their logs and models; what the dashboards show of them stays"),
        (
            "landed facts",
            retired_files(settings),
            "their rows leave the marts with the next run, which builds anew",
        ),
        ("rejected events", old_letters(settings), "they can no longer be replayed"),
        ("leftovers", leftovers(settings), "nothing: killed processes left them"),
    ]
    listed = [Removal(kind, tuple(paths), means) for kind, paths, means in found]
    return [removal for removal in listed if removal.paths]


def clean(settings: Settings, *, say: Callable[[str], None]) -> list[Removal]:
    """Remove all of it. Raises ShelfwiseError while a run is in progress."""
    with (
        run_lock(settings, "shelfwise clean"),
        exclusive_lock(settings.published_path / ".lock", holder="clean", wait=True),
    ):
        found = removals(settings)
        for removal in found:
            say(removal.kind)
            for path in removal.paths:
                remove(path)
        refresh_operations(settings)
    return found


def remove(path: Path) -> None:
    """Remove a file, or a folder in one step for readers: it is renamed away before its files go."""
    if path.suffix == LETTER_SUFFIX:
        with taken(path) as free:  # a collector may have opened it since it was listed
            if free:
                path.unlink()
        return
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    grave = path.with_name(f"{path.name}.tmp-removed-{os.getpid()}")
    os.rename(path, grave)
    shutil.rmtree(grave)


def old_versions(settings: Settings) -> list[Path]:
    """Return the versions beyond those that are kept; never the current one."""
    current = current_link(settings).resolve()
    return [path for path in version_folders(settings)[settings.keep_versions :] if path.resolve() != current]


def old_letters(settings: Settings) -> list[Path]:
    """Return the files of rejected events whose last one is too old, and that no collector writes."""
    if not settings.keep_dead_letter_days:
        return []
    limit = (datetime.now(UTC) - timedelta(days=settings.keep_dead_letter_days)).timestamp()
    paths = sorted((settings.collector_path / "dead-letter").glob(f"*{LETTER_SUFFIX}"))
    return [path for path in paths if path.stat().st_mtime < limit and not is_held(path)]


def leftovers(settings: Settings) -> list[Path]:
    """Return temporary files and folders of processes that were killed. With the locks held nobody works on them."""
    places = (
        (versions_path(settings), "*.tmp-*"),
        (settings.published_path, ".*.tmp-*"),
        (settings.published_path / "operations", "*.tmp*"),
        (settings.runs_path, "*/.*.tmp-*"),
        (settings.model_output_path, "*.tmp*"),
        (settings.data_path, ".restore-*"),
    )
    return sorted(path for folder, pattern in places for path in folder.glob(pattern))
