"""What of a data folder is saved: everything, but for what a run makes again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from shelfwise.settings import Settings
from shelfwise.warehouse.published import current_link

#: at the top of the data folder: made again by the next run, or nobody's
LEFT_OUT = ("build.duckdb", "tmp", "target", "run.lock", "damaged", "README.md")
#: of published/: made again from runs/
LEFT_OUT_OF_PUBLISHED = ("operations", "operations.duckdb")
#: of a run's folder: what dbt, the gate and training said, and the model, which its version holds as well
LEFT_OUT_OF_RUNS = ("dbt", "logs", "model", "session_index", "error.log")


def saved_paths(settings: Settings, *, all_versions: bool) -> Iterator[Path]:
    """Give the files and symlinks to save, sorted within a folder; temporary names and locks are none."""
    data = settings.data_path
    current = current_link(settings).resolve().name
    for root, folders, names in os.walk(data, onerror=complain):
        folder = Path(root)
        parts = folder.relative_to(data).parts
        kept = [
            name
            for name in sorted(folders)
            if is_saved((*parts, name)) and (all_versions or is_version_to_save((*parts, name), current))
        ]
        links = [name for name in kept if (folder / name).is_symlink()]
        folders[:] = [name for name in kept if name not in links]
        yield from (folder / name for name in sorted([*names, *links]) if is_saved((*parts, name)))


def complain(error: OSError) -> None:
    """Raise an error of listing a folder, which would be missing from the backup; one that has gone is none."""
    if not isinstance(error, FileNotFoundError):
        raise error


def is_saved(parts: tuple[str, ...]) -> bool:
    """Return whether a path, by its parts below the data folder, is to be saved."""
    name = parts[-1]
    if ".tmp" in name or name.endswith(".lock") or name == ".lock" or name.startswith((".restore-", "replaced-")):
        return False
    if parts[0].startswith(LEFT_OUT[0]) or parts[0] in LEFT_OUT:
        return False
    if parts[0] == "published" and len(parts) == 2:
        return name not in LEFT_OUT_OF_PUBLISHED
    return not (parts[0] == "runs" and len(parts) == 3 and name in LEFT_OUT_OF_RUNS)


def is_version_to_save(parts: tuple[str, ...], current: str) -> bool:
    """Return whether a folder is no version, or the current one."""
    return not (parts[:2] == ("published", "versions") and len(parts) == 3 and parts[2] != current)
