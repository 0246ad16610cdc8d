"""Logs, records of runs, reports and alerts without a person: wherever an id stands in a text of the data folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from shelfwise.files import write_bytes_atomically
from shelfwise.pipeline.forgetting.tokens import ERASED, text_pattern
from shelfwise.privacy.erasures import Person, erasures_path
from shelfwise.settings import Settings

#: files with a place of their own in an erasure
OTHERWISE = frozenset({".parquet", ".duckdb", ".wal", ".segment", ".rejected", ".npz", ".lock"})


def text_files(settings: Settings) -> Iterator[Path]:
    """Yield the texts of the data folder, but for published versions, and what dbt by hand leaves in the project."""
    apart = {erasures_path(settings.data_path), settings.published_path, settings.spill_path}
    for folder in (settings.data_path, settings.project_dir / "logs", settings.project_dir / "target"):
        for path in sorted(folder.rglob("*")):
            is_text = path.suffix not in OTHERWISE and path.is_file() and not path.is_symlink()
            if is_text and not any(parent in apart for parent in path.parents):
                yield path


def erase_from_texts(settings: Settings, person: Person) -> int:
    """Put a word in the place of the person's ids; return how many files had any."""
    pattern = text_pattern(person)
    return sum(erase_from_text(path, pattern) for path in text_files(settings))


def count_in_texts(settings: Settings, person: Person) -> int:
    """Return how many files have an id of the person."""
    pattern = text_pattern(person)
    return sum(bool(pattern.search(read(path))) for path in text_files(settings))


def erase_from_text(path: Path, pattern: re.Pattern[str]) -> bool:
    """Rewrite one file if an id stands in it, with the mode it has; return whether one did."""
    text = read(path)
    cleaned = pattern.sub(ERASED, text)
    if cleaned == text:
        return False
    mode = path.stat().st_mode & 0o777
    write_bytes_atomically(path, cleaned.encode(errors="surrogateescape"))
    path.chmod(mode)
    return True


def read(path: Path) -> str:
    """Return a file's text; bytes that are none survive the way back."""
    try:
        return path.read_bytes().decode(errors="surrogateescape")
    except FileNotFoundError:  # a log that was taken away since it was listed
        return ""
