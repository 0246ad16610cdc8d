"""Publishing: the run's public marts become a version, and one symlink makes it the current one.

Everything is written under a temporary name, forced to disk and renamed; a kill at any moment leaves the earlier
version current, and what it left behind is removed by the next publish.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version

from shelfwise.errors import ShelfwiseError
from shelfwise.files import fsync_path, fsync_tree, sha256_of, swap_symlink, write_text_atomically
from shelfwise.locks import exclusive_lock
from shelfwise.settings import Settings
from shelfwise.warehouse.lineage import LINEAGE_FILE, write_lineage
from shelfwise.warehouse.marts import PublicMart, copy_marts, public_marts
from shelfwise.warehouse.published import (
    MANIFEST_FILE,
    WAREHOUSE_FILE,
    Manifest,
    PublishedVersion,
    RowCounts,
    current_link,
    read_version,
    resolve_current,
    versions_path,
)
from shelfwise.warehouse.retention import remove_leftovers, remove_old_versions

LIBRARIES = ("shelfwise", "duckdb", "dbt-core", "dbt-duckdb", "scikit-learn", "great-expectations")


def publish_version(
    settings: Settings, run_id: str, *, model_version: str | None, sources: Sequence[str] = ()
) -> Manifest:
    """Publish the build database's public marts and the run's model as version ``run_id``, and make it current.

    ``sources`` are those of the run (all landed ones when empty), for the manifest's landing counts. Doing it again for
    the version that is already current changes nothing. Raises ShelfwiseError when a public model was not built.
    """
    run_folder = settings.runs_path / run_id
    marts = public_marts(run_folder / "dbt" / "manifest.json")
    final = versions_path(settings) / run_id
    versions_path(settings).mkdir(parents=True, exist_ok=True)
    with exclusive_lock(settings.published_path / ".lock", holder=f"publish of {run_id}", wait=True):
        remove_leftovers(settings)
        if current_link(settings).resolve() == final.resolve() and final.is_dir():
            return read_version(settings, final).manifest
        if final.exists():  # complete, but the run was killed before the swap
            shutil.rmtree(final)
        temporary = final.with_name(f"{run_id}.tmp-{os.getpid()}")
        manifest = build_version(settings, temporary, run_folder, marts, model_version, sources)
        os.rename(temporary, final)
        fsync_path(final.parent)
        make_current(settings, run_id)
        remove_old_versions(settings)
    return manifest


def build_version(
    settings: Settings,
    folder: Path,
    run_folder: Path,
    marts: Sequence[PublicMart],
    model_version: str | None,
    sources: Sequence[str],
) -> Manifest:
    """Write a complete version into ``folder``, its manifest last, and force it to disk."""
    folder.mkdir()
    facts = copy_marts(settings, marts, folder / WAREHOUSE_FILE, sources, current_version(settings))
    (folder / WAREHOUSE_FILE).chmod(0o444)
    write_lineage(run_folder / "dbt" / "manifest.json", folder / LINEAGE_FILE)
    for part in ("model", "session_index"):
        copy_folder(run_folder / part, folder / part)
    manifest = Manifest(
        run_id=run_folder.name,
        published_at=datetime.now(UTC),
        data_until=facts.data_until,
        row_counts=RowCounts(landing=facts.landing_rows, marts=facts.mart_rows),
        gate="passed",
        model_version=model_version,
        versions=library_versions(),
        checksums=checksums(folder),
        processed_until=facts.processed_until,
        increments=facts.increments,
    )
    write_text_atomically(folder / MANIFEST_FILE, json.dumps(manifest.model_dump(mode="json"), indent=2) + "\n")
    fsync_tree(folder)
    return manifest


def current_version(settings: Settings) -> PublishedVersion | None:
    """Return the version to start from; None where there is none, or its manifest is damaged."""
    try:
        return resolve_current(settings)
    except ShelfwiseError:
        return None


def copy_folder(source: Path, target: Path) -> None:
    """Copy a part that the run made; an empty folder where it made none."""
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        target.mkdir()


def make_current(settings: Settings, run_id: str) -> None:
    """Swap the symlink: the only thing that changes for readers."""
    swap_symlink(current_link(settings), f"versions/{run_id}")


def checksums(folder: Path) -> dict[str, str]:
    """Return {relative path: sha256} of every file but the manifest."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST_FILE)
    return {path.relative_to(folder).as_posix(): sha256_of(path) for path in files}


def verify_checksums(folder: Path, manifest: Manifest) -> None:
    """Raise ShelfwiseError when a file of a version is missing, added or changed."""
    found = checksums(folder)
    differing = sorted({name for name, _ in found.items() ^ manifest.checksums.items()})
    if differing:
        differ = "differs" if len(differing) == 1 else "differ"
        raise ShelfwiseError(
            f"version {manifest.run_id} is damaged: {', '.join(differing[:3])} {differ} from its manifest",
            remedy="Choose another version (`shelfwise status` lists them)",
        )


def library_versions() -> dict[str, str]:
    """Return the versions of Python, of ours, and of what made the numbers."""
    found = {"python": python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
