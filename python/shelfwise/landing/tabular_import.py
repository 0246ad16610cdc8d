"""Landing tabular files: all headers first, then file by file, each whole or not at all, and none twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from shelfwise.landing.errors import LandingAreaError, LandingError, unreadable, unwritable
from shelfwise.landing.files import add_provenance, landing_file_path, write_landing_file
from shelfwise.landing.import_lock import import_lock
from shelfwise.landing.registry import landed_paths, read_landed_file
from shelfwise.landing.results import FileOutcome, ImportResult
from shelfwise.landing.row_tables import RowTables, collect_rows
from shelfwise.landing.source_paths import open_sources
from shelfwise.landing.tabular import Field, TabularSource
from shelfwise.settings import Settings
from shelfwise.wording import counted

REJECTED_TABLE = "rejected_lines"

Progress = Callable[[str], None]


@dataclass(frozen=True)
class TargetTable:
    """The source table that files land in, and its columns as files name them."""

    source: str
    table: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Checked:
    """A file that may land: its state on disk when it was looked at, and notes for the person who imports."""

    source: TabularSource
    stamp: tuple[int, int]
    notes: tuple[str, ...]


def import_tabular(
    path: Path, target: TargetTable, settings: Settings, progress: Progress | None = None
) -> ImportResult:
    """Land the files of ``path`` (see `open_sources`), a Parquet file each, every column text as it stood.

    Lines that are no whole row land in ``rejected_lines`` of the same source, so that the rows of a file are those
    landed plus those rejected. A file whose bytes have landed before is skipped. A bad file fails by itself; the
    others land. ``progress`` is called with a short text for every file and every 50,000 rows.

    Raises LandingError when there is nothing to import, another import runs, or landing cannot be written at all.
    """
    report = progress or (lambda _: None)
    with open_sources(path, settings.spill_path) as sources, import_lock(settings.landing_path / target.source):
        landing = _Landing(target, settings, datetime.now(UTC).replace(tzinfo=None), report)
        checked = list(landing.check(sources))
        return ImportResult(target.source, tuple(landing.land(checked)))


class _Landing:
    """One import: where it lands, and what has landed."""

    def __init__(self, target: TargetTable, settings: Settings, loaded_at: datetime, report: Progress) -> None:
        self.target = target
        self.settings = settings
        self.loaded_at = loaded_at
        self.report = report
        self.landed = _by_short_hash(landed_paths(settings, target.source, target.table))

    def check(self, sources: Sequence[TabularSource]) -> Iterator[Checked | FileOutcome]:
        """Yield, for each file in order, that it may land, or why it does not."""
        chosen: set[str] = set()
        for position, source in enumerate(sources, start=1):
            self.report(f"checking file {position} of {len(sources)}: {source.name}")
            try:
                stamp = _stamp(source)
                if source.sha256 in chosen or self._has_landed(source.sha256):
                    yield FileOutcome(source.label, "already_landed")
                else:
                    yield Checked(source, stamp, source.check(self.target.fields))
                    chosen.add(source.sha256)
            except LandingError as error:
                yield FileOutcome(source.label, "failed", error=error)

    def land(self, checked: Sequence[Checked | FileOutcome]) -> Iterator[FileOutcome]:
        """Land the files that may; once landing takes no more, the others are not tried."""
        is_open = True
        for position, file in enumerate(checked, start=1):
            if isinstance(file, FileOutcome):
                yield file
            elif not is_open:
                yield FileOutcome(file.source.label, "not_tried")
            else:
                outcome = self._land_file(file, f"landing file {position} of {len(checked)}: {file.source.name}")
                is_open = not isinstance(outcome.error, LandingAreaError)
                yield outcome

    def _land_file(self, file: Checked, title: str) -> FileOutcome:
        self.report(title)
        source, fields = file.source, self.target.fields
        try:
            rows = collect_rows(source.read(fields), fields, lambda count: self.report(f"{title}, {count:,} rows"))
            if _stamp(source) != file.stamp:
                raise LandingError(
                    "it changed while it was read", file=source.label, remedy="Import it again once it is complete."
                )
            # Rejected lines first: a file counts as landed by its file in the target table.
            if rows.rejected.num_rows and not self._rejected_paths(source.sha256):
                self._write(rows.rejected, rows.rejected_numbers, REJECTED_TABLE, source)
            self._write(rows.whole, rows.whole_numbers, self.target.table, source)
        except LandingError as error:
            return FileOutcome(source.label, "failed", error=error)
        notes = (*_rejected_note(rows), *file.notes)
        return FileOutcome(source.label, "landed", rows.whole.num_rows, rows.rejected.num_rows, notes)

    def _write(self, table: pa.Table, numbers: pa.ChunkedArray, table_name: str, source: TabularSource) -> None:
        provenance = {"source_file": source.name, "file_sha256": source.sha256}
        stem = re.sub(r"[^a-zA-Z0-9_.-]+", "_", Path(source.name).stem)[:100]
        name = f"{stem}-{_short(source.sha256)}"
        path = landing_file_path(
            self.settings.landing_path, self.target.source, table_name, self.loaded_at.date(), name
        )
        try:
            write_landing_file(
                add_provenance(table, **provenance, loaded_at=self.loaded_at, source_rows=numbers), path, **provenance
            )
        except OSError as error:
            raise unwritable(path, error) from error

    def _has_landed(self, sha256: str) -> bool:
        return any(read_landed_file(path).file_sha256 == sha256 for path in self.landed.get(_short(sha256), ()))

    def _rejected_paths(self, sha256: str) -> list[Path]:
        """Return the rejected lines that an import, stopped before it was through with this file, had landed."""
        return _by_short_hash(landed_paths(self.settings, self.target.source, REJECTED_TABLE)).get(_short(sha256), [])


def _stamp(source: TabularSource) -> tuple[int, int]:
    """Return what changes when a file is written to. Raises LandingError when it cannot be looked at."""
    try:
        status = source.path.stat()
    except OSError as error:
        raise unreadable(source.label, error) from error
    return status.st_size, status.st_mtime_ns


def _rejected_note(rows: RowTables) -> tuple[str, ...]:
    """Return a note on the lines of a file that were rejected; empty when none was."""
    if not rows.rejected.num_rows:
        return ()
    first, reason = rows.rejected_numbers[0].as_py(), rows.rejected["reason"][0].as_py()
    return (
        f"{counted(rows.rejected.num_rows, 'line')} could not be read as a row, first row {first} ({reason}); "
        f"kept in {REJECTED_TABLE}",
    )


def _short(sha256: str) -> str:
    """Return the part of a hash that stands in the names of landed files."""
    return sha256[:12]


def _by_short_hash(paths: Iterable[Path]) -> dict[str, list[Path]]:
    """Group landed files by the short hash at the end of their names."""
    grouped = defaultdict(list)
    for path in paths:
        grouped[path.stem.rpartition("-")[2]].append(path)
    return grouped
