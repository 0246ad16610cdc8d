"""What readers see: `current` leads to a whole version, and the record of operations opens."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import duckdb
from packaging.version import Version

from shelfwise.errors import ShelfwiseError
from shelfwise.recovery.doctor.finding import Finding, Findings, Patient, modified_at, quoted
from shelfwise.settings import Settings
from shelfwise.warehouse.publish import verify_checksums
from shelfwise.warehouse.published import (
    NothingPublishedError,
    connect_operations,
    current_link,
    read_version,
    versions_path,
)
from shelfwise.wording import counted

AGAIN = "shelfwise clean --yes"
AGAIN_HINT = "makes it again from runs/; so does the next run"


def check_published(patient: Patient) -> Findings:
    """Verify the current version and the kept ones against their manifests; only manifests in a quick look."""
    settings = patient.settings
    folders = [path for path in sorted(versions_path(settings).glob("*")) if ".tmp-" not in path.name]
    damaged = {path: damage for path in folders if (damage := damage_of(settings, path, quick=patient.quick))}
    found = [*wrong_current(settings, folders, damaged)]
    current = current_link(settings).resolve()
    for path, damage in damaged.items():
        if path.resolve() != current:
            found.append(
                Finding(
                    f"the kept version {path} is damaged, so nobody can go back to it: {damage}",
                    f"rm -r {quoted(path)}",
                    "warning",
                    modified_at(path),
                    "`shelfwise restore BACKUP --repair` brings it back where it was saved",
                )
            )
    found += newer_library(settings, current)
    return Findings(f"{counted(len(folders), 'version')}, current {current.name if folders else 'none'}", (*found,))


def damage_of(settings: Settings, folder: Path, *, quick: bool) -> str:
    """Return what is wrong with a version; empty where it is as it was published."""
    try:
        found = read_version(settings, folder)
        if not quick:
            verify_checksums(folder, found.manifest)
    except (ShelfwiseError, OSError) as error:
        return error.message if isinstance(error, ShelfwiseError) else str(error)
    return ""


def wrong_current(settings: Settings, folders: list[Path], damaged: dict[Path, str]) -> Iterator[Finding]:
    """Say when `current` leads nowhere, or to a damaged version."""
    link = current_link(settings)
    whole = [path for path in folders if path not in damaged]
    back = f"shelfwise rollback {whole[-1].name}" if whole else "shelfwise run"
    if not link.is_symlink():
        if folders or link.exists():
            yield Finding(f"{link} is gone, so readers find no version", back, since=modified_at(link.parent))
        elif any(settings.runs_path.glob("*/run.json")):
            yield Finding(
                f"no version is left in {versions_path(settings)}",
                "shelfwise run",
                hint="`shelfwise restore BACKUP --repair` brings one back at once",
            )
        return
    current = link.resolve()
    if not current.is_dir():
        yield Finding(f"{link} leads to {current}, which is gone", back, since=modified_at(current.parent))
    for path, damage in damaged.items():
        if path.resolve() == current:
            yield Finding(
                f"the published version {path} is damaged: {damage}",
                back,
                since=modified_at(path),
                hint="a running API goes on with what it has in memory",
            )


def newer_library(settings: Settings, current: Path) -> Iterator[Finding]:
    """Say when the current version was written by a later DuckDB than the one that is to read it."""
    try:
        manifest = read_version(settings, current).manifest
    except (ShelfwiseError, OSError):  # told above
        return
    written = manifest.versions.get("duckdb")
    if written and Version(written).release[:2] > Version(version("duckdb")).release[:2]:
        yield Finding(
            f"version {current.name} was written by DuckDB {written}; {version('duckdb')} may not be able to read it",
            "rm -rf .venv && make setup",
        )


def check_operations(patient: Patient) -> Findings:
    """Open the record of operations."""
    settings = patient.settings
    link = settings.published_path / "operations.duckdb"
    try:
        with connect_operations(settings) as connection:
            (count,) = connection.execute("select count(*) from runs").fetchall()[0]
    except NothingPublishedError:
        if any(settings.runs_path.glob("*/run.json")):
            return Findings("missing", (Finding(f"{link} is gone", AGAIN, hint=AGAIN_HINT),))
        return Findings("none yet")
    except (duckdb.Error, ShelfwiseError, OSError) as error:
        return Findings(
            "damaged",
            (
                Finding(
                    f"the record of operations {link.resolve()} is damaged: {str(error).splitlines()[0]}",
                    AGAIN,
                    since=modified_at(link),
                    hint=AGAIN_HINT,
                ),
            ),
        )
    return Findings(f"{counted(count, 'run')} recorded")
