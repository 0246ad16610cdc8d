"""Bringing back a data folder from a snapshot, whole or not at all; what is there is moved aside, never removed."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from shelfwise.collector.append_file import is_held
from shelfwise.collector.segments import segments
from shelfwise.errors import ShelfwiseError
from shelfwise.files import fsync_path, fsync_tree
from shelfwise.pipeline.lock import run_lock
from shelfwise.recovery.snapshots import SavedFile, Snapshot
from shelfwise.settings import Settings
from shelfwise.warehouse.operations import refresh_operations

CHUNK_BYTES = 4 << 20
#: of the data folder: not the shop's
STAYS = ("README.md", "run.lock", "tmp")
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Restored:
    """What a restore did; ``replaced`` is where what was there before lies now."""

    snapshot: Snapshot
    replaced: Path | None


def restore(settings: Settings, snapshot: Snapshot, *, replace: bool, progress: Progress) -> Restored:
    """Bring back all of a snapshot; every file is verified before the first one of the data folder is touched.

    Raises ShelfwiseError for a damaged snapshot, a data folder that is not empty unless it is to be replaced, and
    while a run or a collector works in it.
    """
    data = settings.data_path
    data.mkdir(parents=True, exist_ok=True)
    with run_lock(settings, "shelfwise restore"):
        require_idle(settings)
        occupied = [path for path in data.iterdir() if is_replaced(path)]
        if occupied and not replace:
            raise ShelfwiseError(
                f"{data} is not empty ({occupied[0].name})",
                remedy="--replace moves aside what is there; --repair brings back missing and damaged files alone",
            )
        for leftover in data.glob(".restore-*"):
            shutil.rmtree(leftover)
        working = data / f".restore-{snapshot.id}"
        copy_verified(snapshot, working, progress)
        replaced = move_aside(data, occupied) if occupied else None
        for path in sorted(working.iterdir()):
            os.rename(path, data / path.name)
        working.rmdir()
        fsync_path(data)
        refresh_operations(settings)
    return Restored(snapshot, replaced)


def require_idle(settings: Settings) -> None:
    """Raise ShelfwiseError while a collector appends to files that would be moved away under it."""
    if any(is_held(path) for path in segments(settings)):
        raise ShelfwiseError("a collector works in this data folder", remedy="Stop it, restore, and start it again")


def is_replaced(path: Path) -> bool:
    """Return whether a restore replaces this of the data folder."""
    return path.name not in STAYS and not path.name.startswith((".restore-", "replaced-"))


def move_aside(data: Path, occupied: list[Path]) -> Path:
    """Move what is there into a folder of its own, and return it."""
    replaced = data / f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
    replaced.mkdir()
    for path in occupied:
        os.rename(path, replaced / path.name)
    return replaced


def copy_verified(snapshot: Snapshot, working: Path, progress: Progress) -> None:
    """Copy a snapshot's files and symlinks. Raises ShelfwiseError at the first that is not what its manifest says."""
    files = snapshot.manifest.files
    for position, (name, saved) in enumerate(files.items()):
        progress(f"{position:,} of {len(files):,} files")
        copy_file(snapshot, name, saved, working / name)
    for name, target in snapshot.manifest.links.items():
        (working / name).parent.mkdir(parents=True, exist_ok=True)
        (working / name).symlink_to(target)
    fsync_tree(working)


def copy_file(snapshot: Snapshot, name: str, saved: SavedFile, target: Path) -> None:
    """Copy one file with its time and mode. Raises ShelfwiseError when it is missing or not what it has to be."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source, digest = snapshot.path(name), hashlib.sha256()
    try:
        with source.open("rb") as original, target.open("wb") as copy:
            while chunk := original.read(CHUNK_BYTES):
                digest.update(chunk)
                copy.write(chunk)
    except FileNotFoundError as error:
        raise damaged(snapshot, name, "it is gone") from error
    if digest.hexdigest() != saved.sha256:
        target.unlink()
        raise damaged(snapshot, name, "its bytes are not those that were saved")
    shutil.copymode(source, target)
    os.utime(target, ns=(saved.mtime_ns, saved.mtime_ns))


def damaged(snapshot: Snapshot, name: str, why: str) -> ShelfwiseError:
    """Return the error for a snapshot that is not whole."""
    return ShelfwiseError(
        f"snapshot {snapshot.id} is damaged: {name}: {why}",
        remedy=f"Choose an earlier one: `shelfwise restore {snapshot.folder.parent} --list`",
    )
