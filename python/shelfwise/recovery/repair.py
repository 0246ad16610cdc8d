"""Bringing back single files that are missing or damaged, while all else stays as it is."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from shelfwise.errors import ShelfwiseError
from shelfwise.files import fsync_path, sha256_of
from shelfwise.landing.integrity import damage_of
from shelfwise.landing.retention import is_retired
from shelfwise.pipeline.lock import run_lock
from shelfwise.recovery.restore import Progress, copy_file
from shelfwise.recovery.snapshots import SavedFile, Snapshot
from shelfwise.settings import Settings
from shelfwise.warehouse.operations import is_json
from shelfwise.warehouse.publish import verify_checksums
from shelfwise.warehouse.published import VersionRemovedError, current_link, read_version, versions_path
from shelfwise.warehouse.retention import list_versions

#: beside landing and versions: files that never change once they are there
REPAIRED = ("serving",)


def repair(settings: Settings, snapshot: Snapshot, *, progress: Progress) -> list[str]:
    """Bring back what is missing or damaged of landing, of the saved version and of the servers' figures.

    Returns the names of the files brought back; damaged ones are moved to ``damaged/`` first. Raises ShelfwiseError
    while a run is in progress, or for a damaged snapshot.
    """
    brought_back = []
    with run_lock(settings, "shelfwise restore --repair"):
        files = {name: saved for name, saved in snapshot.manifest.files.items() if is_repaired(settings, name)}
        for position, (name, saved) in enumerate(files.items()):
            progress(f"{position:,} of {len(files):,} files")
            path = settings.data_path / name
            if is_whole(path, saved):
                continue
            fresh = path.with_name(f".{path.name}.tmp-{os.getpid()}")
            try:
                copy_file(snapshot, name, saved, fresh)
            except ShelfwiseError:
                fresh.unlink(missing_ok=True)
                raise
            if path.exists():
                keep_damaged(settings, path)
            fsync_path(fresh)
            os.rename(fresh, path)
            fsync_path(path.parent)
            brought_back.append(name)
    return brought_back


def is_repaired(settings: Settings, name: str) -> bool:
    """Return whether a saved file is one that never changes, and is still wanted."""
    parts = PurePosixPath(name).parts
    if parts[:2] == ("published", "versions"):
        return needs_repair(settings, parts[2])
    if parts[0] == "landing":
        return not is_retired(settings, settings.data_path / name)
    return parts[0] in REPAIRED or name == "model_output/model_history.parquet"


def needs_repair(settings: Settings, run_id: str) -> bool:
    """Return whether a saved version is damaged, or gone and missed: retention may have removed it since."""
    folder = versions_path(settings) / run_id
    try:
        verify_checksums(folder, read_version(settings, folder).manifest)
    except VersionRemovedError:
        return folder.exists() or current_link(settings).resolve() == folder.resolve() or not list_versions(settings)
    except (ShelfwiseError, OSError):
        return True
    return False


def is_whole(path: Path, saved: SavedFile) -> bool:
    """Return whether a file is there and as good as the saved one.

    A landed file that differs and can be read was changed by an erasure, which must not be undone here.
    """
    if not path.is_file():
        return False
    if path.suffix == ".parquet":
        return not damage_of(path)
    if path.suffix == ".json" and path.parent.parent.name == "landing":  # a marker, rewritten as more lands
        return is_json(path)
    return path.stat().st_size == saved.size and sha256_of(path) == saved.sha256


def keep_damaged(settings: Settings, path: Path) -> None:
    """Move a damaged file out of the way, where somebody can look at it."""
    folder = settings.data_path / "damaged"
    folder.mkdir(exist_ok=True)
    os.rename(path, folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{path.name}")
