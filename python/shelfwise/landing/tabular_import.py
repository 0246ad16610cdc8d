"""Landing tabular files: all headers first, then file by file, each whole or not at all, and none twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from shelfwise.landing.errors import LandingAreaError, LandingError
from shelfwise.landing.import_check import Checked, ImportCheck, Incoming, Progress, TargetTable, stamp_of
from shelfwise.landing.import_lock import import_lock
from shelfwise.landing.import_options import ImportOptions
from shelfwise.landing.registry import LandedFile
from shelfwise.landing.results import FileOutcome, ImportResult
from shelfwise.landing.row_tables import REJECTED_FIELDS, RowBatch, batches
from shelfwise.landing.source_paths import Formats, open_sources
from shelfwise.landing.table_output import Origin, TableOutput
from shelfwise.landing.tabular import Field, TabularSource
from shelfwise.privacy.landing_guard import LandingGuard
from shelfwise.settings import Settings
from shelfwise.wording import counted

REJECTED_TABLE = "rejected_lines"


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
        check = ImportCheck(source, settings, progress or (lambda _: None), options or ImportOptions())
        checked = list(check.outcomes(files))
        return ImportResult(source, tuple(_Landing(source, settings, check).outcomes(checked)))


class _Landing:
    """The second pass of an import: files that passed the first are landed one by one."""

    def __init__(self, source: str, settings: Settings, check: ImportCheck) -> None:
        self.source = source
        self.settings = settings
        self.report, self.earlier, self.namespace = check.report, check.earlier, check.options.namespace
        self.guard = LandingGuard.of(settings, source)
        self.loaded_at = datetime.now(UTC).replace(tzinfo=None)

    def outcomes(self, checked: Sequence[Checked | FileOutcome]) -> Iterator[FileOutcome]:
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
            if stamp_of(source) != checked.stamp:
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
        origin = Origin(source, self.namespace, self.loaded_at)
        path = origin.path_in(self.settings.landing_path, self.source, table)
        earlier = self.earlier(table)
        superseded = earlier.in_force(earlier.with_bytes(corrects.file_sha256)) if corrects else []
        corrected = earlier.landing_file(superseded[0]) if superseded else ""
        return TableOutput(path, origin, fields, self.guard, corrected)

    def _is_in_force(self, table: str, sha256: str) -> bool:
        """Tell whether an import that was stopped before it was through with a file had landed this table of it."""
        earlier = self.earlier(table)
        return bool(earlier.in_force(earlier.with_bytes(sha256)))


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
