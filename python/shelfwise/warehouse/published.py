"""Reading what is published: used by the dashboards and the API, which never touch the build database.

A version is a directory that never changes. Readers resolve the symlink ``current`` once per use and hold on to the
real path: a database reopened under a name that now means another file would go on showing the old one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import duckdb
from pydantic import BaseModel, ValidationError

from shelfwise.errors import ShelfwiseError
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_file

WAREHOUSE_FILE = "warehouse.duckdb"
MANIFEST_FILE = "manifest.json"
RETRIES = 20
T = TypeVar("T")


class NothingPublishedError(ShelfwiseError):
    """No version has been published yet."""


class VersionRemovedError(ShelfwiseError):
    """Retention took this version away after it had been resolved; resolve again."""


class RowCounts(BaseModel):
    """Rows that went in, by source, and came out, by mart."""

    landing: dict[str, int]
    marts: dict[str, int]


class Manifest(BaseModel):
    """What a published version is; written last, so a directory without it is not a version."""

    run_id: str
    published_at: datetime
    data_until: datetime | None
    row_counts: RowCounts
    gate: str
    model_version: str | None
    versions: dict[str, str]
    checksums: dict[str, str]
    processed_until: datetime | None = None  # in UTC, as the build database has it: no time zone
    increments: int = 0  # versions since the last one that was written in full


@dataclass(frozen=True)
class PublishedVersion:
    """A version: its real directory and its manifest."""

    path: Path
    manifest: Manifest
    settings: Settings = field(repr=False, compare=False)

    @property
    def run_id(self) -> str:
        """The run that made this version."""
        return self.manifest.run_id

    @property
    def warehouse(self) -> Path:
        """The read-only database of the public marts."""
        return self.path / WAREHOUSE_FILE

    @property
    def model_path(self) -> Path:
        """The model card and the fitted ranker."""
        return self.path / "model"

    @property
    def session_index_path(self) -> Path:
        """Index tables for in-session answers; empty where the run made none."""
        return self.path / "session_index"


def versions_path(settings: Settings) -> Path:
    """Return the folder of versions."""
    return settings.published_path / "versions"


def current_link(settings: Settings) -> Path:
    """Return the one symlink that says which version is current."""
    return settings.published_path / "current"


def current_folder(settings: Settings) -> Path:
    """Return the real directory of the version that is current now, whether or not its manifest can be read.

    Raises NothingPublishedError before the first publish.
    """
    link = current_link(settings)
    if not link.is_symlink():
        raise NothingPublishedError(
            f"nothing is published in {settings.published_path}",
            remedy="`make run` (or `shelfwise run`) builds and publishes a first version",
        )
    return link.resolve()


def read_version(settings: Settings, path: Path) -> PublishedVersion:
    """Read a version's manifest.

    Raises VersionRemovedError when the directory is gone and ShelfwiseError when its manifest cannot be understood.
    """
    manifest_path = path / MANIFEST_FILE
    try:
        manifest = Manifest.model_validate_json(manifest_path.read_bytes())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise VersionRemovedError(f"version {path.name} is gone", remedy="Resolve the current version again") from error
    except ValidationError as error:
        raise ShelfwiseError(
            f"{manifest_path} is not a manifest: {error.errors()[0]['msg']}",
            remedy="`shelfwise rollback` to another version, or `shelfwise run` for a new one",
        ) from error
    return PublishedVersion(path, manifest, settings)


def resolve_current(settings: Settings) -> PublishedVersion:
    """Return the version that is current now.

    Raises NothingPublishedError before the first publish.
    """
    return _retrying(lambda: read_version(settings, current_folder(settings)))


def connect(version: PublishedVersion) -> duckdb.DuckDBPyConnection:
    """Open a version's warehouse read-only. Cache it by ``version.path``; take a ``.cursor()`` per query or thread.

    Raises VersionRemovedError when retention has removed the version; `connect_current` retries by itself.
    """
    try:
        return connect_file(version.settings, version.warehouse)
    except duckdb.IOException as error:
        if version.warehouse.exists():
            raise
        raise VersionRemovedError(
            f"version {version.run_id} is gone", remedy="Resolve the current version again"
        ) from error


def connect_current(settings: Settings) -> tuple[PublishedVersion, duckdb.DuckDBPyConnection]:
    """Return the current version and a connection to it, trying again when retention was quicker."""

    def open_current() -> tuple[PublishedVersion, duckdb.DuckDBPyConnection]:
        version = resolve_current(settings)
        return version, connect(version)

    return _retrying(open_current)


def operations_path(settings: Settings) -> Path:
    """Return the real path of the operations database: runs, steps, gate results, failed ones too.

    Raises NothingPublishedError before the first run.
    """
    link = settings.published_path / "operations.duckdb"
    if not link.exists():
        raise NothingPublishedError(f"no run is recorded in {settings.published_path}", remedy="`shelfwise run`")
    return link.resolve()


def connect_operations(settings: Settings) -> duckdb.DuckDBPyConnection:
    """Open the operations database read-only, trying again when a newer one has just replaced it."""

    def open_operations() -> duckdb.DuckDBPyConnection:
        path = operations_path(settings)
        try:
            return connect_file(settings, path)
        except duckdb.IOException as error:
            if path.exists():
                raise
            raise VersionRemovedError(f"{path.name} is gone", remedy="Resolve it again") from error

    return _retrying(open_operations)


def _retrying(action: Callable[[], T]) -> T:
    """Call ``action`` again while retention removes what it has just resolved."""
    for attempt in range(RETRIES):
        try:
            return action()
        except VersionRemovedError:
            if attempt == RETRIES - 1:
                raise
            time.sleep(0.02)
    raise AssertionError("unreachable")
