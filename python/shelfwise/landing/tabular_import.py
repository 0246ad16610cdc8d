"""Landing tabular files: all headers first, then file by file, each whole or not at all, and none twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from shelfwise.landing.earlier_files import EarlierFiles
from shelfwise.landing.errors import LandingAreaError, LandingError, unreadable
from shelfwise.landing.import_lock import import_lock
from shelfwise.landing.import_options import ImportOptions
from shelfwise.landing.registry import LandedFile
from shelfwise.landing.results import FileOutcome, ImportResult
from shelfwise.landing.row_tables import REJECTED_FIELDS, RowBatch, batches
from shelfwise.landing.source_paths import Formats, open_sources
from shelfwise.landing.table_output import Origin, TableOutput
from shelfwise.landing.tabular import Field, TabularSource
from shelfwise.settings import Settings
from shelfwise.wording import counted

REJECTED_TABLE = "rejected_lines"

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


def import_table(
    path: Path,
    target: TargetTable,
    formats: Formats,
    settings: Settings,
    progress: Progress | None = None,
    options: ImportOptions | None = None,
) -> ImportResult:
    """Land the files of ``path`` (see `open_sources`) in one table; see `import_files`.

    Raises LandingError when there is nothing to import, another import runs, or landing cannot be written at all.
    """
    with open_sources(path, settings.spill_path, formats) as sources:
        return import_files([Incoming(source, target) for source in sources], settings, progress, options)


def import_files(
    files: Sequence[Incoming],
    settings: Settings,
    progress: Progress | None = None,
    options: ImportOptions | None = None,
) -> ImportResult:
    """Land files of one source, a Parquet file each, every column text as it stood.

    Lines that are no whole row land in ``rejected_lines`` of the same source, so that the rows of a file are those
    landed plus those rejected. A file whose bytes have landed before in the namespace is skipped. A bad file fails by
    itself; the others land. ``progress`` is called with a short text for every file and every 50,000 rows.

    Raises LandingError when another import runs, or landing cannot be written at all.
    """
    source = files[0].target.source
    with import_lock(settings.landing_path / source):
        landing = _Landing(source, settings, progress or (lambda _: None), options or ImportOptions())
        checked = list(landing.check(files))
        return ImportResult(source, tuple(landing.land(checked)))


class _Landing:
    """One import: where it lands, and what has landed."""

    def __init__(self, source: str, settings: Settings, report: Progress, options: ImportOptions) -> None:
        self.source = source
        self.settings = settings
        self.options = options
        self.report = report
        self.loaded_at = datetime.now(UTC).replace(tzinfo=None)
        self.earlier = cache(lambda table: EarlierFiles(settings, source, table, options.namespace))

    def check(self, files: Sequence[Incoming]) -> Iterator[Checked | FileOutcome]:
        """Yield, for each file in order, that it may land, or why it does not."""
        chosen: set[tuple[str, str]] = set()
        for position, file in enumerate(files, start=1):
            self.report(f"checking file {position} of {len(files)}: {file.source.name}")
            try:
                stamp = _stamp(file.source)
                content = (file.target.table, file.source.sha256)
                skipped = FileOutcome(file.source.label, "already_landed")
                if outcome := skipped if content in chosen else self._already_landed(file):
                    yield outcome
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

    def land(self, checked: Sequence[Checked | FileOutcome]) -> Iterator[FileOutcome]:
        """Land the files that may; once landing takes no more, the others are not tried."""
        is_open = True
        for position, item in enumerate(checked, start=1):
            if isinstance(item, FileOutcome):
                yield item
            elif not is_open:
                yield FileOutcome(item.file.source.label, "not_tried")
            else:
                source = item.file.source
                try:
                    outcome = self._land_file(item, f"landing file {position} of {len(checked)}: {source.name}")
                except LandingError as error:
                    is_open = not isinstance(error, LandingAreaError)
                    outcome = FileOutcome(source.label, "failed", error=error)
                yield outcome

    def _land_file(self, checked: Checked, title: str) -> FileOutcome:
        """Stream a file into landing. Rejected lines appear first: a file counts as landed by its rows."""
        self.report(title)
        source, target = checked.file
        first_problem = ""
        with (
            self._output(source, target.table, target.fields, checked.corrects) as whole,
            self._output(source, REJECTED_TABLE, REJECTED_FIELDS, checked.corrects) as rejected,
        ):
            for batch in batches(source.read(target.fields), target.fields):
                if whole.row_count:
                    self.report(f"{title}, {whole.row_count:,} rows")
                first_problem = first_problem or _first_problem(batch)
                whole.write(batch.whole, batch.whole_numbers)
                rejected.write(_redacted(batch.rejected, target), batch.rejected_numbers)
            if _stamp(source) != checked.stamp:
                raise LandingError(
                    "it changed while it was read", file=source.label, remedy="Import it again once it is complete."
                )
            if (rejected.row_count or rejected.supersedes) and not self._is_in_force(REJECTED_TABLE, source.sha256):
                rejected.publish()
            whole.publish()
        notes = (*_rejected_note(rejected.row_count, first_problem), *checked.notes)
        return FileOutcome(source.label, "landed", whole.row_count, rejected.row_count, notes)

    def _output(
        self, source: TabularSource, table: str, fields: Sequence[Field], corrects: LandedFile | None
    ) -> TableOutput:
        """Return the landed file to be; it supersedes what the corrected file has in the same table."""
        origin = Origin(source, self.options.namespace, self.loaded_at)
        path = origin.path_in(self.settings.landing_path, self.source, table)
        earlier = self.earlier(table)
        superseded = earlier.in_force(earlier.with_bytes(corrects.file_sha256)) if corrects else []
        return TableOutput(path, origin, fields, earlier.landing_file(superseded[0]) if superseded else "")

    def _is_in_force(self, table: str, sha256: str) -> bool:
        """Tell whether an import that was stopped before it was through with a file had landed this table of it."""
        earlier = self.earlier(table)
        return bool(earlier.in_force(earlier.with_bytes(sha256)))


def _stamp(source: TabularSource) -> tuple[int, int]:
    """Return what changes when a file is written to. Raises LandingError when it cannot be looked at."""
    try:
        status = source.path.stat()
    except OSError as error:
        raise unreadable(source.label, error) from error
    return status.st_size, status.st_mtime_ns


def _redacted(rejected: pa.Table, target: TargetTable) -> pa.Table:
    """Return rejected lines, without their text where it may name a person."""
    if not target.names_people:
        return rejected
    position = rejected.schema.get_field_index("raw_text")
    return rejected.set_column(position, "raw_text", pa.nulls(rejected.num_rows, pa.string()))


def _first_problem(batch: RowBatch) -> str:
    """Return where a batch has its first rejected line, and why; empty where it has none."""
    if not batch.rejected.num_rows:
        return ""
    return f"first row {batch.rejected_numbers[0].as_py()} ({batch.rejected['reason'][0].as_py()})"


def _rejected_note(count: int, first_problem: str) -> tuple[str, ...]:
    """Return a note on the lines of a file that were rejected; empty when none was."""
    if not count:
        return ()
    return (f"{counted(count, 'line')} could not be read as a row, {first_problem}; kept in {REJECTED_TABLE}",)
