"""Closed segments become a landed file; each of their events is in landing once, whenever this is interrupted.

One at a time may do it. It notes which segments go into which file before that file gets its name. So whoever comes
after a crash knows: is the file there, the segments have landed and go; is it not, nothing has landed.
"""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.json as pa_json

from shelfwise.collector.append_file import taken
from shelfwise.collector.frames import read_frames
from shelfwise.collector.segments import segments, segments_folder
from shelfwise.files import fsync_path, write_text_atomically
from shelfwise.landing.files import LandingFileWriter, add_provenance, landing_file_path
from shelfwise.landing.import_lock import import_lock
from shelfwise.privacy.landing_guard import LandingGuard
from shelfwise.redaction import without_contacts, without_values
from shelfwise.settings import Settings

logger = logging.getLogger(__name__)

SOURCE, TABLE = "web", "events"
#: as models/staging/web/_web__sources.yml says; a test holds the two together
EVENT_SCHEMA = pa.schema(
    [
        ("message_id", pa.string()),
        ("type", pa.string()),
        ("event", pa.string()),
        ("occurred_at", pa.timestamp("us")),
        ("received_at", pa.timestamp("us")),
        ("anonymous_id", pa.string()),
        ("user_id", pa.string()),
        ("product_id", pa.string()),
        ("quantity", pa.int64()),
        ("price", pa.decimal128(18, 2)),
        ("currency", pa.string()),
        ("order_id", pa.string()),
        ("query", pa.string()),
        ("list_id", pa.string()),
        ("position", pa.int64()),
        ("recommendation_id", pa.string()),
        ("page_url", pa.string()),
        ("user_agent", pa.string()),
        ("products", pa.string()),
        ("namespace", pa.string()),
    ]
)
_PART_BYTES = 16 * 2**20
#: each is an open file while it lands
_SEGMENTS_A_FILE = 200


class Plan(msgspec.Struct, forbid_unknown_fields=True):
    """Which segments go into which landed file, below landing/."""

    landing_file: str
    segments: list[str]


def compact(settings: Settings) -> int:
    """Land what closed segments hold, remove them, and return how many events that were.

    Waits for whoever does the same. Raises OSError when landing does not take a file; the segments stay.
    """
    row_count = 0
    if not segments(settings) and not plan_path(settings).exists():
        return 0
    with import_lock(settings.landing_path / SOURCE, wait=True):
        finish_interrupted(settings)
        while True:
            with ExitStack() as stack:
                free = (path for path in segments(settings) if stack.enter_context(taken(path)))
                closed = list(islice(free, _SEGMENTS_A_FILE))
                if not closed:
                    return row_count
                row_count += land_segments(settings, closed)


def finish_interrupted(settings: Settings) -> None:
    """Remove the segments of a plan that was carried out; forget one that was not."""
    path = plan_path(settings)
    if not path.exists():
        return
    plan = msgspec.json.decode(path.read_bytes(), type=Plan)
    if (settings.landing_path / plan.landing_file).exists():
        remove_segments(settings, [segments_folder(settings) / name for name in plan.segments])
    path.unlink()


def land_segments(settings: Settings, closed: Sequence[Path]) -> int:
    """Land segments that are nobody's as one file, in their order, and remove them. Return how many events they had."""
    loaded_at = datetime.now(UTC).replace(tzinfo=None)
    name = f"collected-{closed[0].stem}-{len(closed)}"
    target = landing_file_path(settings.landing_path, SOURCE, TABLE, loaded_at.date(), name)
    sha256 = _sha256_of_all(closed)

    def landed(table: pa.Table, rows_before: int) -> pa.Table:
        numbers = np.arange(rows_before + 1, rows_before + 1 + table.num_rows, dtype=np.int64)
        return add_provenance(
            table,
            source_file=name,
            file_sha256=sha256,
            loaded_at=loaded_at,
            source_rows=pa.chunked_array([numbers]),
        )

    schema = landed(EVENT_SCHEMA.empty_table(), 0).schema
    row_count = 0
    guard = LandingGuard.of(settings, SOURCE)
    with LandingFileWriter(target, schema, {"source_file": name, "file_sha256": sha256}, guard) as file:
        for path in closed:
            for table in tables_of(settings, path):
                file.write(landed(table, row_count))
                row_count += table.num_rows
        if row_count:
            note_plan(settings, target, closed)
            file.publish()
    remove_segments(settings, closed)
    plan_path(settings).unlink(missing_ok=True)
    logger.info("landed %d events of %d segments", row_count, len(closed))
    return row_count


def note_plan(settings: Settings, target: Path, closed: Sequence[Path]) -> None:
    """Write down, durably, which segments are about to land in which file."""
    plan = Plan(target.relative_to(settings.landing_path).as_posix(), [path.name for path in closed])
    write_text_atomically(plan_path(settings), msgspec.json.encode(plan).decode())


def tables_of(settings: Settings, segment: Path) -> Iterator[pa.Table]:
    """Give a segment's events in parts. What cannot be read is logged; a segment that was damaged is kept aside."""
    frames = read_frames(segment.read_bytes())
    if frames.torn_bytes:
        logger.warning("%s ends in %d bytes that nobody was told are kept", segment.name, frames.torn_bytes)
    if frames.damaged_bytes:
        _keep_aside(settings, segment, f"{frames.damaged_bytes} bytes of it were damaged by the disk")
    for part in _parts(frames.payloads):
        try:
            yield read_lines(part)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            why = without_contacts(without_values(str(error)))
            _keep_aside(settings, segment, f"{len(part)} bytes of it cannot be read as events: {why}")


def _parts(payloads: Sequence[bytes]) -> Iterator[bytes]:
    part: list[bytes] = []
    size = 0
    for payload in payloads:
        part.append(payload)
        size += len(payload)
        if size >= _PART_BYTES:
            yield b"".join(part)
            part, size = [], 0
    if part:
        yield b"".join(part)


def read_lines(lines: bytes) -> pa.Table:
    """Return the events of a segment's lines, typed. Raises pyarrow.ArrowInvalid when they are no events."""
    return pa_json.read_json(
        io.BytesIO(lines),
        read_options=pa_json.ReadOptions(use_threads=False, block_size=len(lines) + 1),
        parse_options=pa_json.ParseOptions(explicit_schema=EVENT_SCHEMA, unexpected_field_behavior="error"),
    )


def _keep_aside(settings: Settings, segment: Path, why: str) -> None:
    folder = settings.collector_path / "damaged"
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / segment.name
    copy.write_bytes(segment.read_bytes())
    fsync_path(copy)
    fsync_path(folder)
    logger.error("%s: %s; it is kept in %s", segment.name, why, folder)


def _sha256_of_all(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def remove_segments(settings: Settings, closed: Sequence[Path]) -> None:
    """Remove segments that have landed, durably."""
    for path in closed:
        path.unlink(missing_ok=True)
    fsync_path(segments_folder(settings))


def plan_path(settings: Settings) -> Path:
    """Return where the plan of a landing under way is noted."""
    return settings.collector_path / "compaction.json"
