"""From the path a person gives to the tabular files behind it."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from shelfwise.landing.compression import kind_of
from shelfwise.landing.csv_source import CsvSource
from shelfwise.landing.errors import LandingError, unreadable, unwritable
from shelfwise.landing.json_lines_source import JsonLinesSource
from shelfwise.landing.parquet_source import ParquetSource
from shelfwise.landing.tabular import TabularSource
from shelfwise.landing.xlsx_source import XlsxSource

READERS: Mapping[str, Callable[[Path, str], TabularSource]] = {
    ".csv": CsvSource,
    ".csv.gz": CsvSource,
    ".xlsx": XlsxSource,
    ".parquet": ParquetSource,
    **dict.fromkeys((".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz", ".json", ".json.gz"), JsonLinesSource),
}


@dataclass(frozen=True)
class Formats:
    """The endings of the files that an importer takes: by their own path or from an archive, and from a folder."""

    by_path: tuple[str, ...]
    in_folders: tuple[str, ...]


@contextmanager
def open_sources(path: Path, scratch: Path, formats: Formats) -> Iterator[list[TabularSource]]:
    """Give the files of ``path``: those of a folder, a single file, or those in a zip archive.

    An archive is unpacked into a folder under ``scratch`` that is removed at the end. Raises LandingError when there
    is nothing to import.
    """
    if path.suffix.lower() == ".zip" and path.is_file():
        with _unpacked(path, scratch, formats) as sources:
            yield sources
    else:
        yield _sources_at(path, formats)


def _sources_at(path: Path, formats: Formats) -> list[TabularSource]:
    if path.is_dir():
        return _sources_in(path, formats)
    if not path.exists():
        raise LandingError("there is no such file or folder", file=str(path), remedy="Check the path.")
    kind = kind_of(path.name)
    if kind not in formats.by_path:
        raise LandingError(
            f"a file ending in `{kind}` cannot be imported",
            file=str(path),
            remedy=f"Give a {one_of(formats.by_path)} file, a .zip that holds one, or a folder of "
            f"{one_of(formats.in_folders)} files.",
        )
    return [READERS[kind](path, str(path))]


def _sources_in(folder: Path, formats: Formats) -> list[TabularSource]:
    try:
        names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise unreadable(str(folder), error) from error
    chosen = [name for name in names if kind_of(name) in formats.in_folders]
    if not chosen:
        others = [name for name in names if kind_of(name) in (*formats.by_path, ".zip")]
        raise LandingError(
            f"there is no {one_of(formats.in_folders)} file in this folder",
            file=str(folder),
            remedy=f"Import {folder / others[0]} by its path." if others else "Give the folder that holds the files.",
        )
    return [READERS[kind_of(name)](folder / name, str(folder / name)) for name in chosen]


@contextmanager
def _unpacked(archive: Path, scratch: Path, formats: Formats) -> Iterator[list[TabularSource]]:
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        folder = TemporaryDirectory(prefix="import-", dir=scratch)
    except OSError as error:
        raise unwritable(scratch, error) from error
    with folder:
        yield _unpack(archive, Path(folder.name), formats)


def _unpack(archive: Path, folder: Path, formats: Formats) -> list[TabularSource]:
    sources: list[TabularSource] = []
    try:
        with zipfile.ZipFile(archive) as opened:
            for position, member in enumerate(opened.infolist()):
                inside = PurePosixPath(member.filename)
                kind = kind_of(inside.name)
                if kind not in formats.by_path or inside.name.startswith(".") or inside.parts[0] == "__MACOSX":
                    continue
                # A folder each, so that two members of the same name do not meet.
                target = folder / str(position) / inside.name
                target.parent.mkdir()
                _copy(opened, member, target)
                sources.append(READERS[kind](target, f"{archive}, {member.filename}"))
    except OSError as error:
        raise unreadable(str(archive), error) from error
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:
        raise LandingError(
            f"it cannot be unpacked ({error})",
            file=str(archive),
            remedy="Download it again, or unpack it yourself and import what it holds.",
        ) from error
    if not sources:
        raise LandingError(
            f"there is no {one_of(formats.by_path)} file in it",
            file=str(archive),
            remedy="Give the archive that holds one.",
        )
    return sources


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    with archive.open(member) as packed:
        try:
            with target.open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked)
        except OSError as error:
            raise unwritable(target, error) from error


def one_of(words: Sequence[str]) -> str:
    """Return words joined for a sentence: ``a, b or c``."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last
