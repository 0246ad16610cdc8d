"""A folder of backups: one folder a snapshot, equal files of two snapshots the same file on disk.

``<id>/data/…`` are the files as they were, and ``<id>/manifest.json`` says what they have to be. A snapshot gets its
name once it is complete. Each can be removed by itself (`rm -r`): a hard link takes nothing from the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ValidationError

from shelfwise.errors import ShelfwiseError

MARKER = "shelfwise-backups"
MANIFEST = "manifest.json"
UNFINISHED = ".unfinished"


class SavedFile(BaseModel):
    """What a saved file is. ``mtime_ns`` tells whether the original has changed since."""

    size: int
    sha256: str
    mtime_ns: int


class SnapshotManifest(BaseModel):
    """A snapshot: when it was made of which data folder, its files by their path there, and its symlinks."""

    created_at: datetime
    data_path: str
    current: str | None
    versions: dict[str, str]
    files: dict[str, SavedFile]
    links: dict[str, str]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files.values())


class Snapshot:
    """A complete snapshot on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.id = folder.name
        try:
            self.manifest = SnapshotManifest.model_validate_json((folder / MANIFEST).read_bytes())
        except (ValidationError, OSError) as error:
            raise ShelfwiseError(
                f"snapshot {folder} has no manifest that can be read: {str(error).splitlines()[0]}",
                remedy=f"Choose another one: `shelfwise restore {folder.parent} --list`",
            ) from error

    def path(self, name: str) -> Path:
        """Return where a saved file lies."""
        return self.folder / "data" / name


def snapshot_folders(folder: Path) -> list[Path]:
    """Return the folders of the complete snapshots, oldest first: their names are times."""
    return sorted(path.parent for path in folder.glob(f"*/{MANIFEST}") if not path.parent.name.endswith(UNFINISHED))


def readable_snapshots(folder: Path) -> Iterator[Snapshot]:
    """Give the snapshots whose manifest can be read, newest first."""
    for path in reversed(snapshot_folders(folder)):
        try:
            yield Snapshot(path)
        except ShelfwiseError:
            continue


def choose_snapshot(folder: Path, snapshot_id: str | None) -> Snapshot:
    """Return the snapshot of this id, or the newest. Raises ShelfwiseError when there is none."""
    if not (folder / MARKER).is_file():
        raise ShelfwiseError(
            f"{folder} is no folder of backups", remedy=f"`shelfwise backup {folder}` makes a first one"
        )
    folders = snapshot_folders(folder)
    if snapshot_id is not None:
        if folder / snapshot_id not in folders:
            raise ShelfwiseError(
                f"there is no snapshot {snapshot_id} in {folder}",
                remedy=f"There are: {', '.join(path.name for path in folders) or 'none'}",
            )
        return Snapshot(folder / snapshot_id)
    if not folders:
        raise ShelfwiseError(f"there is no snapshot in {folder}", remedy=f"`shelfwise backup {folder}` makes one")
    return Snapshot(folders[-1])
