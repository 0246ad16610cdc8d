"""Imports that are killed, meet a full disk, or meet each other."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from inbox import Inbox

from shelfwise.landing.errors import LandingError
from shelfwise.landing.import_lock import import_lock
from shelfwise.landing.online_retail import import_online_retail
from shelfwise.landing.registry import landed_files, landed_row_counts
from shelfwise.settings import Settings

# Kills itself, as by kill -9, at the n-th of the calls that make a landed file.
KILLED_IMPORT = """
import os, signal, sys
from pathlib import Path
from shelfwise.landing import files
from shelfwise.landing.online_retail import import_online_retail
from shelfwise.settings import Settings

left = int(sys.argv[3])

def count_down(name, function):
    def call(*arguments, **named):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **named)
    return call

files.pq.ParquetWriter.write_table = count_down("write", files.pq.ParquetWriter.write_table)
files.os.fsync = count_down("fsync", files.os.fsync)
Path.rename = count_down("rename", Path.rename)
import_online_retail(Path(sys.argv[1]), Settings(data_dir=Path(sys.argv[2])))
"""


def fill(inbox: Inbox) -> None:
    """Put two files, the first of them cut."""
    inbox.put("a.csv", inbox.line(1), inbox.line(2), "700003,9003,PAP", end="")
    inbox.put("b.csv", inbox.line(4))


# Of the first file: two writes, then sync, rename and a sync of each of three folders for the rejected line, and the
# same for the rows; of the second: a write, sync, rename and a sync of its folder.
@pytest.mark.parametrize("call", [1, 2, 3, 4, 5, 8, 9, 12, 13, 15])
def test_an_import_after_a_kill_completes_it_without_duplicates(settings: Settings, inbox: Inbox, call: int) -> None:
    fill(inbox)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_IMPORT, inbox.path, settings.data_path, str(call)], check=False, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL
    assert import_online_retail(inbox.path, settings).succeeded
    landed = [*landed_files(settings, "online_retail", "order_lines")]
    assert sorted((file.source_file, file.row_count) for file in landed) == [("a.csv", 2), ("b.csv", 1)]
    rejected = landed_files(settings, "online_retail", "rejected_lines")
    assert [(file.source_file, file.row_count) for file in rejected] == [("a.csv", 1)]
    assert not list(settings.landing_path.rglob("*.tmp"))
    assert import_online_retail(inbox.path, settings).files_skipped == 2


def test_a_full_disk_is_told_and_leaves_no_half_file(
    settings: Settings, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.put("a.csv", inbox.line(1))
    inbox.put("b.csv", inbox.line(2))
    inbox.put("c.csv", inbox.line(3))
    write_table = pq.ParquetWriter.write_table
    written = 0

    def write_until_full(writer: pq.ParquetWriter, table: pa.Table) -> None:
        nonlocal written
        written += 1
        write_table(writer, table)
        if written > 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as full:
        full.setattr(pq.ParquetWriter, "write_table", write_until_full)
        result = import_online_retail(inbox.path, settings)
    assert [outcome.status for outcome in result.outcomes] == ["landed", "failed", "not_tried"]
    assert not result.succeeded
    assert "no space is left for it. Free some space and run the same command again" in str(result.errors[0])
    assert result.summary() == "online_retail: landed 1 file with 1 row, 1 file failed, 1 file not tried"
    (landed,) = landed_files(settings, "online_retail", "order_lines")
    assert list(landed.path.parent.iterdir()) == [landed.path]
    again = import_online_retail(inbox.path, settings)
    assert (again.files_landed, again.files_skipped, again.succeeded) == (2, 1, True)


def test_a_landing_folder_that_cannot_be_made_is_told(settings: Settings, inbox: Inbox) -> None:
    path = inbox.put("a.csv", inbox.line(1))
    settings.data_path.mkdir()
    settings.landing_path.write_text("a file where the folder should be")
    with pytest.raises(LandingError, match=r"it cannot be written .*See that you may write there"):
        import_online_retail(path, settings)


def test_one_import_at_a_time(settings: Settings, inbox: Inbox) -> None:
    path = inbox.put("a.csv", inbox.line(1))
    with (
        import_lock(settings.landing_path / "online_retail"),
        pytest.raises(LandingError, match=r"another import into online_retail is running.*Wait until it ends"),
    ):
        import_online_retail(path, settings)
    assert import_online_retail(path, settings).rows == 1
    assert landed_row_counts(settings, ["online_retail"]) == {"online_retail": 1}
