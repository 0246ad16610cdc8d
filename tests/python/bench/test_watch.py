from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bench.warehouse.watch import PROCESSES, Watch, descendants_bytes, folder_bytes

TAKES = 150_000_000
# The memory is taken by a grandchild, as DuckDB's is below the tether of a step.
GRANDCHILD = f"import sys; taken = bytearray({TAKES}); print('taken', flush=True); sys.stdin.readline()"
CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {GRANDCHILD!r}])"


@pytest.mark.skipif(not PROCESSES.is_dir(), reason="memory is read from /proc")
def test_memory_of_descendants_is_seen_until_they_end(tmp_path: Path) -> None:
    before = descendants_bytes(os.getpid())
    with (
        Watch(tmp_path) as watch,
        subprocess.Popen([sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child,
    ):
        assert child.stdout
        assert child.stdout.readline() == b"taken\n"
        while watch.peak_bytes < before + TAKES:
            assert child.poll() is None
            time.sleep(0.05)
        child.communicate(b"\n")
    assert watch.seconds > 0
    assert descendants_bytes(os.getpid()) < before + TAKES


def test_a_folder_is_as_large_as_the_files_below_it(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "spilled.tmp").write_bytes(os.urandom(100_000))
    assert 100_000 <= folder_bytes(tmp_path) < 110_000
    assert folder_bytes(tmp_path / "missing") == 0


def test_the_peak_of_a_folder_stays_when_its_files_go(tmp_path: Path) -> None:
    spilled = tmp_path / "spilled.tmp"
    with Watch(tmp_path) as watch:
        spilled.write_bytes(os.urandom(200_000))
        while watch.peak_spill_bytes < 200_000:
            time.sleep(0.05)
        spilled.unlink()
    assert watch.peak_spill_gb == watch.peak_spill_bytes / 1e9 < 0.001


def test_a_folder_that_goes_while_it_is_counted_stops_nobody(tmp_path: Path) -> None:
    """DuckDB removes its temporary folder when nothing is spilled any more."""
    over = threading.Event()

    def come_and_go() -> None:
        while not over.is_set():
            deep = tmp_path / "tmp" / "deep"
            deep.mkdir(parents=True)
            (deep / "spilled.tmp").write_bytes(b"x")
            shutil.rmtree(tmp_path / "tmp")

    coming_and_going = threading.Thread(target=come_and_go)
    coming_and_going.start()
    try:
        for _ in range(3_000):
            assert folder_bytes(tmp_path / "tmp") >= 0
    finally:
        over.set()
        coming_and_going.join()
