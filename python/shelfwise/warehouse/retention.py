"""Which versions stay: the newest few, and the current one always."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from shelfwise.errors import ShelfwiseError
from shelfwise.settings import Settings
from shelfwise.warehouse.published import (
    MANIFEST_FILE,
    PublishedVersion,
    current_link,
    read_version,
    versions_path,
)


def version_folders(settings: Settings) -> list[Path]:
    """Return the directories of the complete versions, newest first: run ids start with their time."""
    complete = (path.parent for path in versions_path(settings).glob(f"*/{MANIFEST_FILE}"))
    return sorted((path for path in complete if ".tmp-" not in path.name), reverse=True)


def list_versions(settings: Settings) -> list[PublishedVersion]:
    """Return the versions that can be made current, newest first; one whose manifest is damaged cannot."""
    versions = []
    for path in version_folders(settings):
        with suppress(ShelfwiseError):  # damaged, or removed by retention since the folder was listed
            versions.append(read_version(settings, path))
    return versions


def remove_old_versions(settings: Settings) -> list[str]:
    """Remove all but the newest ``keep_versions`` and the current one; return the removed run ids."""
    current = current_link(settings).resolve()
    removed = []
    for folder in version_folders(settings)[settings.keep_versions :]:
        if folder.resolve() != current:
            remove(settings, folder.name)
            removed.append(folder.name)
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
