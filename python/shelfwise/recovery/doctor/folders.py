"""The data folder: there, writable, of one owner, and with room for another run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from shelfwise.recovery.doctor.finding import Finding, Findings, Patient, modified_at, quoted
from shelfwise.settings import Settings
from shelfwise.warehouse.published import current_link
from shelfwise.wording import byte_size

#: what a run writes beside its databases
SMALL_CHANGE_BYTES = 50 * 2**20
SHOWN = 3


def check_folders(patient: Patient) -> Findings:
    """See that a run could write where it has to."""
    settings = patient.settings
    folder = settings.data_path
    if not folder.exists():
        return Findings(
            str(folder),
            (
                Finding(
                    f"there is no data folder at {folder}",
                    "shelfwise restore BACKUP",
                    hint="brings back what was saved; `shelfwise run` starts from nothing",
                ),
            ),
        )
    if not folder.is_dir():
        return Findings(str(folder), (Finding(f"{folder} is a file", f"mv {quoted(folder)} {quoted(folder)}.aside"),))
    free = shutil.disk_usage(folder).free
    found = (*closed_folders(settings), *strange_owners(folder), *little_room(settings, free))
    return Findings(f"{folder}, {byte_size(free)} free", found)


def written_folders(settings: Settings) -> Iterator[Path]:
    """Give the folders that a run or a server writes into, as far as they are there."""
    data = settings.data_path
    yield data
    for folder in (settings.spill_path, settings.project_dir / "target", settings.published_path / "versions"):
        if folder.is_dir():
            yield folder
    yield from (path for path in sorted(data.iterdir()) if path.is_dir() and not path.is_symlink())
    for pattern in ("*", "*/*"):
        yield from (path for path in sorted(settings.landing_path.glob(pattern)) if path.is_dir())
    yield from (path for path in sorted(settings.collector_path.glob("*")) if path.is_dir())


def closed_folders(settings: Settings) -> Iterator[Finding]:
    """Give the folders into which this account may not write."""
    try:
        closed = [path for path in written_folders(settings) if not os.access(path, os.R_OK | os.W_OK | os.X_OK)]
    except PermissionError as error:
        closed = [Path(error.filename)]
    if closed:
        yield Finding(
            f"uid {os.geteuid()} may not read and write {listed(closed)}",
            f"chown -R {os.geteuid()} {quoted(settings.data_path)} && chmod -R u+rwX {quoted(settings.data_path)}",
            since=modified_at(closed[0]),
        )


def strange_owners(folder: Path) -> Iterator[Finding]:
    """Give what belongs to somebody else than the data folder: a run by another account (sudo) left it."""
    owner = folder.stat().st_uid
    strange = [
        Path(root, name)
        for root, folders, files in os.walk(folder)
        for name in (*folders, *files)
        if os.stat(Path(root, name), follow_symlinks=False).st_uid != owner  # noqa: PTH116  not what a link leads to
    ]
    if strange:
        yield Finding(
            f"{folder} is of uid {owner}, but not all that is in it: {listed(strange)}",
            f"chown -R {owner} {quoted(folder)}",
            "warning",
        )


def little_room(settings: Settings, free: int) -> Iterator[Finding]:
    """Give a disk on which another version, or what a run adds to the build database, has no room."""
    version = sum(path.stat().st_size for path in current_link(settings).rglob("*") if path.is_file())
    build = settings.build_database.stat().st_size if settings.build_database.is_file() else 0
    necessary = version + SMALL_CHANGE_BYTES
    wanted = 2 * necessary + build // 2
    where = f"{byte_size(free)} are free on the disk of {settings.data_path}"
    remedy = "shelfwise clean"
    hint = "shows what may go; `--yes` removes it, and SHELFWISE_KEEP_VERSIONS says how many versions stay"
    if free < necessary:
        yield Finding(f"{where}, and the next version needs about {byte_size(necessary)}", remedy, hint=hint)
    elif free < wanted:
        yield Finding(f"{where}; a run is at ease with {byte_size(wanted)}", remedy, "warning", hint=hint)
    if (inodes := os.statvfs(settings.data_path)).f_files and not inodes.f_favail:
        yield Finding(f"the disk of {settings.data_path} takes no more files (inodes are used up)", remedy, hint=hint)


def listed(paths: list[Path]) -> str:
    """Return the first few paths."""
    more = f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
    return ", ".join(map(str, paths[:SHOWN])) + more
