"""Going back to an earlier version: the same symlink swap, after its files are verified."""

from __future__ import annotations

from shelfwise.errors import ShelfwiseError
from shelfwise.locks import exclusive_lock
from shelfwise.settings import Settings
from shelfwise.warehouse.publish import make_current, verify_checksums
from shelfwise.warehouse.published import NothingPublishedError, PublishedVersion, current_folder
from shelfwise.warehouse.retention import list_versions

AFTER_ALL = "~"  # no run's id is greater


def rollback(settings: Settings, run_id: str | None = None) -> PublishedVersion:
    """Make version ``run_id`` current, or, when none is named, the one before the current one.

    Raises NothingPublishedError when there is no version at all, and ShelfwiseError when the version is unknown,
    damaged, or there is no earlier one.
    """
    with exclusive_lock(settings.published_path / ".lock", holder="rollback", wait=True):
        versions = list_versions(settings)
        try:
            current = current_folder(settings).name
        except NothingPublishedError:
            if not versions:
                raise
            current = AFTER_ALL  # the symlink is lost, and the newest version is the one to go back to
        version = choose(versions, current, run_id)
        verify_checksums(version.path, version.manifest)
        make_current(settings, version.run_id)
        return version


def choose(versions: list[PublishedVersion], current: str, run_id: str | None) -> PublishedVersion:
    """Return the version named, or the newest that is older than the run id ``current``."""
    if run_id is not None:
        for version in versions:
            if version.run_id == run_id:
                return version
        known = ", ".join(version.run_id for version in versions)
        raise ShelfwiseError(f"there is no version {run_id}", remedy=f"Kept are: {known}")
    for version in versions:
        if version.run_id < current:
            return version
    raise ShelfwiseError(
        f"there is no version before {current}", remedy="`shelfwise status` lists the versions that are kept"
    )
