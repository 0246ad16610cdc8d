"""The landed files: all readable, none changed, and those that the warehouse was built from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from shelfwise.landing.integrity import damage_of
from shelfwise.recovery.doctor.finding import Finding, Findings, Patient, modified_at, quoted
from shelfwise.sample_shop.land import MARKER, SOURCE, read_marker
from shelfwise.settings import Settings
from shelfwise.wording import counted

SHOWN = 10
FROM_BACKUP = "shelfwise restore BACKUP --repair"


def check_landing(patient: Patient) -> Findings:
    """Read every landed file; only its footer in a quick look."""
    settings = patient.settings
    paths = sorted(settings.landing_path.glob("*/*/dt=*/*.parquet"))
    damaged = {path: damage for path in paths if (damage := damage_of(path, pages=not patient.quick))}
    found = [damaged_file(settings, path, damage) for path, damage in list(damaged.items())[:SHOWN]]
    if len(damaged) > SHOWN:
        found.append(Finding(f"{len(damaged) - SHOWN} more landed files are damaged", FROM_BACKUP))
    found += [*missing_of_the_sample_shop(settings), *early_files(settings, patient.now)]
    return Findings(
        f"{counted(len(paths), 'landed file')}, {'footers' if patient.quick else 'all pages'} read", (*found,)
    )


def damaged_file(settings: Settings, path: Path, damage: str) -> Finding:
    """Return the finding for a damaged file, with how to get it back."""
    what, since = f"the landed file {path} is damaged: {damage}", modified_at(path)
    if path.relative_to(settings.landing_path).parts[0] == SOURCE:
        remedy = f"rm {quoted(path)} && shelfwise run"
        return Finding(what, remedy, since=since, hint="the sample shop lands it again")
    aside = settings.data_path / "damaged"
    hint = f"or import its source file again, after `mkdir -p {quoted(aside)} && mv {quoted(path)} {quoted(aside)}`"
    return Finding(what, FROM_BACKUP, since=since, hint=hint)


def missing_of_the_sample_shop(settings: Settings) -> Iterator[Finding]:
    """Give files that the sample shop's marker names and that are not there."""
    folder = settings.landing_path / SOURCE
    marker = read_marker(folder)  # its own error says what to do, and becomes a finding
    missing = [name for name in marker.get("files", ()) if not (folder / name).is_file()]
    if missing:
        yield Finding(
            f"{counted(len(missing), 'file')} of the sample shop are gone, {folder / missing[0]} first",
            "shelfwise run",
            hint=f"lands them again, by {MARKER}",
        )


def early_files(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Give files of a landing date to come: they landed while the clock was wrong. The sample shop has its own time."""
    limit = (now.astimezone(UTC) + timedelta(days=1)).date()
    for path in sorted(settings.landing_path.glob("*/*/dt=*")):
        day = path.name.removeprefix("dt=")
        if path.parent.parent.name != SOURCE and is_after(day, limit):
            yield Finding(
                f"{path} says that files landed on {day}: the clock was ahead then, or is behind now",
                "timedatectl set-ntp true",
                "warning",
                modified_at(path),
                "nothing is lost: a landing date is a name",
            )


def is_after(day: str, limit: date) -> bool:
    """Return whether a folder's day is after a limit; a name that is no day is not."""
    try:
        return date.fromisoformat(day) > limit
    except ValueError:
        return False
