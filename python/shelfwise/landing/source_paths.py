"""From the path a person gives to the tabular files behind it."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from shelfwise.landing.csv_source import CsvSource
from shelfwise.landing.errors import LandingError, unreadable, unwritable
from shelfwise.landing.tabular import TabularSource
from shelfwise.landing.xlsx_source import XlsxSource

READERS: dict[str, type[CsvSource] | type[XlsxSource]] = {".csv": CsvSource, ".xlsx": XlsxSource}


@contextmanager
def open_sources(path: Path, scratch: Path) -> Iterator[list[TabularSource]]:
    """Give the files of ``path``: the CSV files of a folder, a CSV file, an Excel workbook, or those in a zip archive.

    An archive is unpacked into a folder under ``scratch`` that is removed at the end. Raises LandingError when there
    is nothing to import.
    """
    if path.suffix.lower() == ".zip" and path.is_file():
        with _unpacked(path, scratch) as sources:
            yield sources
    else:
        yield _sources_at(path)


def _sources_at(path: Path) -> list[TabularSource]:
    if path.is_dir():
        return _sources_in(path)
    if not path.exists():
        raise LandingError("there is no such file or folder", file=str(path), remedy="Check the path.")
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise LandingError(
            f"a file ending in `{path.suffix}` cannot be imported",
            file=str(path),
            remedy="Give a .csv or .xlsx file, a .zip that holds one, or a folder of .csv files.",
        )
    return [reader(path, str(path))]


def _sources_in(folder: Path) -> list[TabularSource]:
    try:
        names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise unreadable(str(folder), error) from error
    csv_names = [name for name in names if name.lower().endswith(".csv")]
    if not csv_names:
        others = [name for name in names if name.lower().endswith((".xlsx", ".zip"))]
        raise LandingError(
            "there is no .csv file in this folder",
            file=str(folder),
            remedy=f"Import {folder / others[0]} by its path." if others else "Give the folder that holds the files.",
        )
    return [CsvSource(folder / name, str(folder / name)) for name in csv_names]


@contextmanager
def _unpacked(archive: Path, scratch: Path) -> Iterator[list[TabularSource]]:
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        folder = TemporaryDirectory(prefix="import-", dir=scratch)
    except OSError as error:
        raise unwritable(scratch, error) from error
    with folder:
        yield _unpack(archive, Path(folder.name))


def _unpack(archive: Path, folder: Path) -> list[TabularSource]:
    sources: list[TabularSource] = []
    try:
        with zipfile.ZipFile(archive) as opened:
            for position, member in enumerate(opened.infolist()):
                inside = PurePosixPath(member.filename)
                reader = READERS.get(inside.suffix.lower())
                if reader is None or inside.name.startswith(".") or inside.parts[0] == "__MACOSX":
                    continue
                # A folder each, so that two members of the same name do not meet.
                target = folder / str(position) / inside.name
                target.parent.mkdir()
                _copy(opened, member, target)
                sources.append(reader(target, f"{archive}, {member.filename}"))
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
            "there is no .csv or .xlsx file in it",
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
