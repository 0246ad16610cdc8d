"""What a check is given, and what it says."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from shelfwise.settings import Settings

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """Something that is wrong: what and where, since when if that is known, and the command that mends it.

    ``hint`` says what the command does, or what else there is; BACKUP in a command is the folder of one's backups. An
    error keeps the next run from a good end, or readers from the last one's; a warning can wait until the morning.
    """

    what: str
    remedy: str
    severity: Severity = "error"
    since: datetime | None = None
    hint: str = ""


@dataclass(frozen=True)
class Findings:
    """What a check looked at, in a few words, and what it found."""

    looked_at: str
    found: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Patient:
    """The installation that is looked at.

    ``holder`` is who holds the run's lock, None while nobody does: what a living run is writing is left alone.
    ``quick`` leaves out whatever reads all bytes of large files.
    """

    settings: Settings
    holder: str | None = None
    quick: bool = False
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


Check = Callable[[Patient], Findings]


def modified_at(path: Path) -> datetime | None:
    """Return when a file was last written; None where it is gone."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return None


def quoted(*paths: Path) -> str:
    """Return paths as one types them in a shell."""
    return " ".join(shlex.quote(str(path)) for path in paths)
