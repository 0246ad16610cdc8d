"""What every file of rows is, whatever its format: where it lies, what it is called, and its hash."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from shelfwise.files import sha256_of
from shelfwise.landing.errors import unreadable


@dataclass(frozen=True)
class SourceFile:
    """A file to import; ``label`` is what messages call it."""

    path: Path
    label: str

    @property
    def name(self) -> str:
        """What landing calls the file: its name without folders."""
        return self.path.name

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the bytes, hexadecimal. Raises LandingError when they cannot be read."""
        try:
            return sha256_of(self.path)
        except OSError as error:
            raise unreadable(self.label, error) from error
