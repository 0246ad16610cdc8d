"""A small data folder with everything in it that a backup saves, and what is in it."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
from published_shops import publish

from shelfwise.collector.append_file import AppendFile
from shelfwise.collector.intake import framed, take_call
from shelfwise.collector.rows import Receipt
from shelfwise.collector.segments import SEGMENT_SUFFIX, segments_folder
from shelfwise.landing.files import add_provenance, landing_file_path, write_landing_file
from shelfwise.pipeline.history import RunOptions, save_record, start_record
from shelfwise.recovery.saved_files import saved_paths
from shelfwise.settings import Settings
from shelfwise.warehouse.publish import checksums


def land(settings: Settings, table: str, day: date, rows: int = 500) -> Path:
    """Land a file of the shop's database."""
    column = pa.array([f"{table}-{number}" for number in range(rows)])
    with_provenance = add_provenance(
        pa.table({"id": column}), source_file=f"{day}.csv", file_sha256="ab" * 32, loaded_at=datetime(2026, 3, 4)
    )
    path = landing_file_path(settings.landing_path, "shop", table, day, f"{table}-{day}")
    return write_landing_file(with_provenance, path, source_file=f"{day}.csv", file_sha256="ab" * 32)


def publish_whole(settings: Settings, run_id: str) -> Path:
    """Publish a version whose manifest says what its files are."""
    folder = publish(settings, run_id)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"checksums": checksums(folder)}))
    return folder


def record_run(settings: Settings, status: str = "succeeded") -> str:
    """Leave a run's folder with its record, a log and a gate's results."""
    record = start_record(settings, sources=("shop",), options=RunOptions(), step_names=["land", "publish"])
    for step in record.steps:
        step.status = "succeeded"
    record.status = status  # type: ignore[assignment]
    record.finish()
    save_record(settings, record)
    folder = settings.runs_path / record.run_id
    for part in ("dbt", "logs", "model"):
        (folder / part).mkdir()
        (folder / part / "much").write_bytes(b"x" * 100_000)
    (folder / "gate").mkdir()
    (folder / "gate" / "marts.jsonl").write_text("")
    return record.run_id


def collect(settings: Settings, message_id: str) -> None:
    """Leave a closed segment with one page view, as a collector does."""
    body = json.dumps({"type": "page", "messageId": message_id, "anonymousId": "d1"}).encode()
    receipt = Receipt(datetime(2026, 3, 2, 12), None, "Mozilla/5.0", None)
    file = AppendFile(segments_folder(settings), SEGMENT_SUFFIX)
    file.append(framed(take_call(body, None, receipt, event_bytes=32768).rows))
    file.close()


def everything_saved(settings: Settings) -> dict[str, bytes | str]:
    """What a backup has to hold, and a restore to bring back."""
    return {
        path.relative_to(settings.data_path).as_posix(): str(path.readlink())
        if path.is_symlink()
        else path.read_bytes()
        for path in saved_paths(settings, all_versions=False)
        if path.is_symlink() or path.is_file()
    }
