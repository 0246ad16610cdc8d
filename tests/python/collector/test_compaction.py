"""From segments to landing, once, whatever happens on the way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from live_collector import landed, landed_files, message_ids, settings_in

from shelfwise.collector import compaction
from shelfwise.collector.append_file import AppendFile
from shelfwise.collector.compaction import EVENT_SCHEMA, compact
from shelfwise.collector.frames import frame
from shelfwise.collector.intake import framed
from shelfwise.collector.rows import LandingRow
from shelfwise.collector.segments import SEGMENT_SUFFIX, ask_for_handover, segments, segments_folder
from shelfwise.landing.declared_tables import declared_tables
from shelfwise.landing.files import LandingFileWriter
from shelfwise.settings import Settings

NOON = datetime(2026, 3, 1, 12)


def row(number: int, **columns: object) -> LandingRow:
    return LandingRow(f"m{number:05}", "track", NOON, NOON, "d1", event="Product Viewed", **columns)  # type: ignore[arg-type]


def open_segment(settings: Settings, *numbers: int) -> AppendFile:
    segment = AppendFile(segments_folder(settings), SEGMENT_SUFFIX)
    for number in numbers:
        segment.append(framed([row(number)]))
    return segment


def test_rows_land_typed_as_the_source_declares(settings: Settings, project_dir: Path) -> None:
    segment = AppendFile(segments_folder(settings), SEGMENT_SUFFIX)
    segment.append(framed([row(1, price="12.50", quantity=2, namespace="uk"), row(2, query='"blue"\n\x00é')]))
    segment.close()

    first, second = landed(settings)

    assert (str(first["price"]), first["quantity"], first["namespace"], first["occurred_at"]) == (
        "12.50",
        2,
        "uk",
        NOON,
    )
    assert (second["query"], second["namespace"], second["price"]) == ('"blue"\n\x00é', None, None)
    assert [first["source_row"], second["source_row"]] == [1, 2]
    (path,) = landed_files(settings)
    assert path.parent.name == f"dt={first['loaded_at'].date()}"
    assert pq.read_metadata(path).metadata[b"file_sha256"].decode() == first["file_sha256"]
    (declared,) = declared_tables(project_dir, ["web"])
    types = {"bigint": "int64", "timestamp": "timestamp[us]", "decimal(18,2)": "decimal128(18, 2)"}
    expected = {name: types.get(data_type, data_type) for name, data_type in declared.columns.items()}
    assert {field.name: str(field.type) for field in pq.read_schema(path)} == expected
    assert segments(settings) == []


def test_many_segments_become_one_file_numbered_through(settings: Settings) -> None:
    for numbers in ((1, 2), (3,), (4, 5)):
        open_segment(settings, *numbers).close()
    assert compact(settings) == 5
    assert len(landed_files(settings)) == 1
    rows = landed(settings)
    assert [event["message_id"] for event in rows] == [f"m{n:05}" for n in (1, 2, 3, 4, 5)]
    assert [event["source_row"] for event in rows] == [1, 2, 3, 4, 5]


def test_more_segments_than_may_be_open_at_once_all_land(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "_SEGMENTS_A_FILE", 2)
    for number in range(5):
        open_segment(settings, number).close()
    assert compact(settings) == 5
    assert len(landed_files(settings)) == 3


def test_large_segments_land_in_parts(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "_PART_BYTES", 400)
    open_segment(settings, *range(20)).close()
    assert message_ids(settings) == [f"m{n:05}" for n in range(20)]
    assert pq.read_metadata(landed_files(settings)[0]).num_row_groups > 1


def test_a_held_segment_is_left_to_its_collector(settings: Settings) -> None:
    held = open_segment(settings, 1)
    open_segment(settings, 2).close()
    assert compact(settings) == 1
    assert segments(settings) == [held.path]
    held.close()
    assert message_ids(settings) == ["m00001", "m00002"]


def test_nothing_collected_lands_nothing(settings: Settings) -> None:
    assert compact(settings) == 0
    assert not settings.landing_path.exists()


def test_a_torn_end_is_dropped_and_said(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    segment = open_segment(settings, 1, 2)
    segment.close()
    with segment.path.open("ab") as stream:
        stream.write(frame(b'{"message_id":"never acknowledged"}\n')[:-5])
    assert message_ids(settings) == ["m00001", "m00002"]
    assert "nobody was told" in caplog.text


def test_a_segment_that_is_all_torn_goes(settings: Settings) -> None:
    segment = open_segment(settings, 1)
    segment.close()
    segment.path.write_bytes(segment.path.read_bytes()[:-1])
    assert compact(settings) == 0
    assert segments(settings) == []
    assert landed_files(settings) == []


@pytest.mark.parametrize("damage", [b"=", frame(b"this is no event\n")])
def test_a_damaged_segment_lands_what_is_whole_and_is_kept_aside(
    settings: Settings, caplog: pytest.LogCaptureFixture, damage: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "_PART_BYTES", 1)
    segment = open_segment(settings, 1)
    segment.append(damage)
    segment.append(framed([row(2)]))
    segment.close()
    content = segment.path.read_bytes()
    assert message_ids(settings) == ["m00001", "m00002"]
    (aside,) = (settings.collector_path / "damaged").iterdir()
    assert aside.read_bytes() == content
    assert "kept in" in caplog.text


class KilledError(BaseException):
    """The process dies here: nothing that catches errors sees it."""


def killed_before(target: object, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object, **__: object) -> None:
        raise KilledError

    monkeypatch.setattr(target, name, die)


def killed_after(target: object, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    original: Callable[..., object] = getattr(target, name)

    def die(*values: object, **named: object) -> None:
        original(*values, **named)
        raise KilledError

    monkeypatch.setattr(target, name, die)


@pytest.mark.parametrize("kill", [killed_before, killed_after])
@pytest.mark.parametrize(
    ("target", "name"),
    [
        (LandingFileWriter, "write"),
        (compaction, "note_plan"),
        (LandingFileWriter, "publish"),
        (Path, "rename"),
        (compaction, "remove_segments"),
        (Path, "unlink"),
    ],
)
def test_a_crash_at_any_step_lands_each_event_once(
    settings: Settings, kill: Callable[[object, str, pytest.MonkeyPatch], None], target: object, name: str
) -> None:
    for number in range(4):
        open_segment(settings, number).close()
    with pytest.MonkeyPatch.context() as monkeypatch:
        kill(target, name, monkeypatch)
        with pytest.raises(KilledError):
            compact(settings)
    open_segment(settings, 4).close()
    assert message_ids(settings) == [f"m{n:05}" for n in range(5)]
    assert segments(settings) == []
    assert not list(settings.landing_path.rglob("*.tmp"))
    assert not (settings.collector_path / "compaction.json").exists()


def test_a_crash_while_finishing_a_crash_lands_each_event_once(settings: Settings) -> None:
    for number in range(4):
        open_segment(settings, number).close()
    for target, name in ((LandingFileWriter, "publish"), (compaction, "remove_segments"), (Path, "unlink")):
        with pytest.MonkeyPatch.context() as monkeypatch:
            killed_after(target, name, monkeypatch)
            with pytest.raises(KilledError):
                compact(settings)
    assert message_ids(settings) == [f"m{n:05}" for n in range(4)]


def test_a_full_disk_keeps_the_segments(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    open_segment(settings, 1).close()
    with pytest.MonkeyPatch.context() as full:

        def no_space(*_: object) -> None:
            raise OSError(28, "No space left on device")

        full.setattr(LandingFileWriter, "publish", no_space)
        with pytest.raises(OSError, match="No space"):
            compact(settings)
    assert message_ids(settings) == ["m00001"]


def test_two_at_once_land_each_event_once(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    for number in range(50):
        open_segment(settings, number).close()
    threads = [threading.Thread(target=compact, args=[settings]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert message_ids(settings) == [f"m{n:05}" for n in range(50)]


def test_a_run_waits_for_no_one_where_nobody_collects(settings: Settings) -> None:
    assert ask_for_handover(settings, wait_seconds=5) == []
    open_segment(settings, 1).close()
    assert ask_for_handover(settings, wait_seconds=5) == []


def test_a_collector_that_does_not_answer_is_named(settings: Settings) -> None:
    held = open_segment(settings, 1)
    assert ask_for_handover(settings, wait_seconds=0.2) == [held.path]
    held.close()


def test_the_schema_is_what_rows_have() -> None:
    assert sorted(EVENT_SCHEMA.names) == sorted(LandingRow.__struct_fields__)
    assert pa.types.is_decimal(EVENT_SCHEMA.field("price").type)
