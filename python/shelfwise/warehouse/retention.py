"""Which versions stay: the newest few, and the current one always."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress

from shelfwise.settings import Settings
from shelfwise.warehouse.published import (
    MANIFEST_FILE,
    PublishedVersion,
    VersionRemovedError,
    current_link,
    read_version,
    versions_path,
)


def list_versions(settings: Settings) -> list[PublishedVersion]:
    """Return the complete versions, newest first."""
    folder = versions_path(settings)
    complete = [path.parent for path in folder.glob(f"*/{MANIFEST_FILE}") if ".tmp-" not in path.parent.name]
    versions = []
    for path in sorted(complete, reverse=True):
        with suppress(VersionRemovedError):  # by retention, since the folder was listed
            versions.append(read_version(settings, path))
    return versions


def remove_old_versions(settings: Settings) -> list[str]:
    """Remove all but the newest ``keep_versions`` and the current one; return the removed run ids.

    Run ids start with their time, so their order is that of the runs.
    """
    current = current_link(settings).resolve()
    removed = []
    for version in list_versions(settings)[settings.keep_versions :]:
        if version.path.resolve() != current:
            remove(settings, version.run_id)
            removed.append(version.run_id)
    return removed


def remove(settings: Settings, run_id: str) -> None:
    """Remove a version in one step for readers: it is renamed away before its files go."""
    folder = versions_path(settings) / run_id
    grave = folder.with_name(f"{run_id}.tmp-removed-{os.getpid()}")
    os.rename(folder, grave)
    shutil.rmtree(grave)


def remove_leftovers(settings: Settings) -> None:
    """Remove what killed publishes left. Call with the publish lock held: then no temporary folder is in use."""
    for path in versions_path(settings).glob("*.tmp-*"):
        shutil.rmtree(path)
    for path in settings.published_path.glob(".*.tmp-*"):
        path.unlink()
