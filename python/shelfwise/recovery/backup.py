"""Saving a data folder beside itself, while everything goes on.

A landed file never changes and a version neither, so of most files a second backup is a hard link to the first. What
collectors append to is copied as it is then: a half-written frame at its end was never acknowledged. Segments and the
list of landed web events are taken while nothing is landed from the one into the other, so that each event is in one
of them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from shelfwise.collector.compaction import SOURCE as WEB
from shelfwise.errors import ShelfwiseError
from shelfwise.files import fsync_path, fsync_tree, write_text_atomically
from shelfwise.landing.import_lock import import_lock
from shelfwise.landing.integrity import damage_of
from shelfwise.locks import LockHeldError, exclusive_lock
from shelfwise.recovery.saved_files import saved_paths
from shelfwise.recovery.snapshots import (
    MANIFEST,
    MARKER,
    UNFINISHED,
    SavedFile,
    Snapshot,
    SnapshotManifest,
    readable_snapshots,
    snapshot_folders,
)
from shelfwise.settings import Settings
from shelfwise.warehouse.publish import library_versions
from shelfwise.warehouse.published import MANIFEST_FILE, current_link

CHUNK_BYTES = 4 << 20
Progress = Callable[[str], None]


@dataclass
class BackupResult:
    """What a backup did. ``damaged`` are files that are not in it, or as an earlier snapshot had them."""

    snapshot_id: str
    files: int = 0
    size: int = 0
    copied: int = 0
    copied_size: int = 0
    damaged: dict[str, str] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)


def back_up(
    settings: Settings, folder: Path, *, all_versions: bool = False, keep: int | None = None, progress: Progress
) -> BackupResult:
    """Save the data folder as a new snapshot in ``folder``, and remove all but the newest ``keep`` (None: remove none).

    Raises ShelfwiseError when there is nothing to save or the folder is in use for something else.
    """
    data, folder = settings.data_path, folder.resolve()
    require_place(data, folder)
    with backup_lock(folder):
        previous = next(readable_snapshots(folder), None)
        snapshot_id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        if (folder / snapshot_id).exists():
            raise ShelfwiseError(f"{folder / snapshot_id} is there already", remedy="Try again in a second")
        for unfinished in folder.glob(f"*{UNFINISHED}"):
            shutil.rmtree(unfinished)
        working = folder / f"{snapshot_id}{UNFINISHED}"
        (working / "data").mkdir(parents=True)
        writer = SnapshotWriter(settings, working, previous, BackupResult(snapshot_id), progress)
        writer.save(all_versions)
        fsync_tree(working)
        os.rename(working, folder / snapshot_id)
        fsync_path(folder)
        for old in snapshot_folders(folder)[: -keep if keep else 0]:
            shutil.rmtree(old)
            writer.result.removed.append(old.name)
    return writer.result


def require_place(data: Path, folder: Path) -> None:
    """Raise ShelfwiseError for a data folder that is not there, or a place that cannot hold its backups."""
    if not data.is_dir():
        raise ShelfwiseError(f"there is no data folder at {data}", remedy="Set SHELFWISE_DATA_DIR to the one to save")
    if folder.is_relative_to(data):
        raise ShelfwiseError(f"{folder} is within {data}", remedy="Choose a folder beside it, best on another disk")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARKER).is_file():
        raise ShelfwiseError(f"{folder} holds something else", remedy="Choose an empty folder, or a new one")


@contextmanager
def backup_lock(folder: Path) -> Iterator[None]:
    """Make the folder of backups, and have it for oneself."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARKER).write_text("Snapshots of a Shelfwise data folder; docs/recovery.md says more.\n")
        with exclusive_lock(folder / ".lock", holder=f"process {os.getpid()}"):
            yield
    except LockHeldError as error:
        raise ShelfwiseError(
            f"another backup into {folder} is under way ({error.holder})", remedy="Wait until it ends"
        ) from error
    except PermissionError as error:
        raise ShelfwiseError(
            f"cannot write {error.filename}: it is not allowed", remedy="Allow writing there, or choose another folder"
        ) from error


class SnapshotWriter:
    """Writes one snapshot, file by file."""

    def __init__(
        self, settings: Settings, working: Path, previous: Snapshot | None, result: BackupResult, progress: Progress
    ) -> None:
        self.settings = settings
        self.result = result
        self._working = working
        self._previous = previous
        self._progress = progress
        self._files: dict[str, SavedFile] = {}
        self._links: dict[str, str] = {}

    def save(self, all_versions: bool) -> None:
        """Save all files, then the manifest. Raises ShelfwiseError when the disk of the backups is full."""
        data, collector = self.settings.data_path, self.settings.collector_path
        with nothing_landing(self.settings):
            paths = list(saved_paths(self.settings, all_versions=all_versions))
            early = [path for path in paths if path.is_relative_to(collector)]
            for path in early:
                self._save(path)
        for position, path in enumerate(path for path in paths if path not in set(early)):
            self._progress(f"{position:,} of {len(paths):,} files")
            self._save(path)
        self._require_whole_version()
        if not self._files:
            raise ShelfwiseError(f"there is nothing to save in {data}", remedy="`shelfwise run` lands something")
        manifest = SnapshotManifest(
            created_at=datetime.now(UTC),
            data_path=str(data),
            current=self._links.get("published/current", "").rpartition("/")[2] or None,
            versions=library_versions(),
            files=self._files,
            links=self._links,
        )
        write_text_atomically(self._working / MANIFEST, json.dumps(manifest.model_dump(mode="json"), indent=1) + "\n")
        self.result.files, self.result.size = len(self._files), manifest.size

    def _save(self, path: Path) -> None:
        name = path.relative_to(self.settings.data_path).as_posix()
        if path.is_symlink():
            self._links[name] = str(path.readlink())
            return
        known, earlier = self._saved_before(name)
        try:
            status = path.stat()
            if known and (known.size, known.mtime_ns) == (status.st_size, status.st_mtime_ns):
                self._link(name, known, earlier)
                return
            if path.is_relative_to(self.settings.landing_path) and path.suffix == ".parquet":
                damage = damage_of(path)
                if damage and path.exists():
                    self.result.damaged[name] = damage
                    if known:
                        self._link(name, known, earlier)
                    return
            self._files[name] = self._copied(path, self._target(name))
        except FileNotFoundError:  # landed, swept or replaced since the folder was listed
            return
        self.result.copied += 1
        self.result.copied_size += self._files[name].size

    def _saved_before(self, name: str) -> tuple[SavedFile | None, Path]:
        if self._previous is None:
            return None, Path()
        return self._previous.manifest.files.get(name), self._previous.path(name)

    def _target(self, name: str) -> Path:
        target = self._working / "data" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def _link(self, name: str, known: SavedFile, earlier: Path) -> None:
        try:
            os.link(earlier, self._target(name))
        except OSError:  # a disk without hard links, or too many of one file
            shutil.copy2(earlier, self._target(name))
        self._files[name] = known

    @staticmethod
    def _copied(path: Path, target: Path) -> SavedFile:
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as source, target.open("wb") as copy:
            status = os.fstat(source.fileno())
            while chunk := source.read(CHUNK_BYTES):
                digest.update(chunk)
                copy.write(chunk)
                size += len(chunk)
        shutil.copymode(path, target)
        os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
        return SavedFile(size=size, sha256=digest.hexdigest(), mtime_ns=status.st_mtime_ns)

    def _require_whole_version(self) -> None:
        """Hold the saved version against its own manifest: a damaged one is worth no backup."""
        current = current_link(self.settings)
        if not current.is_symlink():
            return
        target = self._links.get("published/current", "")
        prefix = f"published/{target}/"
        manifest = self._working / "data" / prefix / MANIFEST_FILE
        expected = json.loads(manifest.read_bytes())["checksums"] if manifest.is_file() else {MANIFEST_FILE: ""}
        saved = {name: self._files[prefix + name].sha256 for name in expected if prefix + name in self._files}
        if saved != expected:
            differing = sorted(name for name in expected if saved.get(name) != expected[name])
            self.result.damaged[prefix + differing[0]] = "it is not as it was published"


@contextmanager
def nothing_landing(settings: Settings) -> Iterator[None]:
    """Keep collected events from landing meanwhile; collecting goes on."""
    if not settings.collector_path.is_dir():
        yield
        return
    with import_lock(settings.landing_path / WEB, wait=True):
        yield
