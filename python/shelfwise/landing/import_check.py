"""The first pass of an import: which files may land, which have, and which of these they correct."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from shelfwise.landing.earlier_files import EarlierFiles
from shelfwise.landing.errors import LandingError, unreadable
from shelfwise.landing.import_options import ImportOptions
from shelfwise.landing.registry import LandedFile
from shelfwise.landing.results import FileOutcome
from shelfwise.landing.tabular import Field, TabularSource
from shelfwise.settings import Settings

Progress = Callable[[str], None]


@dataclass(frozen=True)
class TargetTable:
    """The source table that files land in, and its columns as files name them.

    Where `names_people`, the text of a rejected line is not kept, for it may hold a name or an address.
    """

    source: str
    table: str
    fields: tuple[Field, ...]
    names_people: bool = False


class Incoming(NamedTuple):
    """A file and the table it is to land in."""

    source: TabularSource
    target: TargetTable


@dataclass(frozen=True)
class Checked:
    """A file that may land: its state on disk when it was looked at, and notes for the person who imports.

    `corrects` is the landed file that it supersedes.
    """

    file: Incoming
    stamp: tuple[int, int]
    notes: tuple[str, ...]
    corrects: LandedFile | None


class ImportCheck:
    """Looks at the files of an import to one source, without landing any."""

    def __init__(self, source: str, settings: Settings, report: Progress, options: ImportOptions) -> None:
        self.options = options
        self.report = report
        self.earlier = cache(lambda table: EarlierFiles(settings, source, table, options.namespace))

    def outcomes(self, files: Sequence[Incoming]) -> Iterator[Checked | FileOutcome]:
        """Yield, for each file in order, that it may land, or why it does not."""
        chosen: set[tuple[str, str]] = set()
        for position, file in enumerate(files, start=1):
            self.report(f"checking file {position} of {len(files)}: {file.source.name}")
            try:
                stamp = stamp_of(file.source)
                content = (file.target.table, file.source.sha256)
                if content in chosen:
                    yield FileOutcome(file.source.label, "already_landed")
                elif landed := self._already_landed(file):
                    yield landed
                else:
                    notes = file.source.check(file.target.fields)
                    corrects, more_notes = self._earlier_version(file)
                    yield Checked(file, stamp, (*notes, *more_notes), corrects)
                    chosen.add(content)
            except LandingError as error:
                yield FileOutcome(file.source.label, "failed", error=error)

    def _already_landed(self, file: Incoming) -> FileOutcome | None:
        """Return the outcome of a file whose bytes have landed before; None when it is to land."""
        earlier = self.earlier(file.target.table)
        landed = earlier.with_bytes(file.source.sha256)
        if not landed:
            return None
        if earlier.in_force(landed):
            return FileOutcome(file.source.label, "already_landed")
        if self.options.supersede:
            return None
        note = "landed before and was superseded since; --supersede makes it count again"
        return FileOutcome(file.source.label, "already_landed", notes=(note,))

    def _earlier_version(self, file: Incoming) -> tuple[LandedFile | None, tuple[str, ...]]:
        """Return the landed file of the same name that this one corrects, and notes.

        Raises LandingError when several are in force, for the metadata of a landed file names one.
        """
        earlier = self.earlier(file.target.table)
        namesakes = earlier.in_force(earlier.with_name(file.source.name))
        if not self.options.supersede:
            note = "a file of this name landed before with other content, and both count; --supersede replaces it"
            return None, (note,) if namesakes else ()
        if len(namesakes) > 1:
            raise LandingError(
                f"{len(namesakes)} files of this name have landed and count: which one it corrects cannot be told",
                file=file.source.label,
                remedy="Remove from data/landing those that are wrong, or import it under another name: "
                + ", ".join(earlier.landing_file(namesake) for namesake in namesakes),
            )
        if not namesakes:
            return None, ("supersedes nothing: no file of this name had landed",)
        return namesakes[0], ("supersedes the file of this name that landed before",)


def stamp_of(source: TabularSource) -> tuple[int, int]:
    """Return what changes when a file is written to. Raises LandingError when it cannot be looked at."""
    try:
        status = source.path.stat()
    except OSError as error:
        raise unreadable(source.label, error) from error
    return status.st_size, status.st_mtime_ns
