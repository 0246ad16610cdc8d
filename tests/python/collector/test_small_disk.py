"""A file system of a few megabytes that fills up, lands nothing then, and goes on once there is room."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from live_collector import AUTH, CollectorProcess, event, landed, settings_in, wait_until

from shelfwise.collector.compaction import compact
from shelfwise.collector.segments import ask_for_handover

DISK_BYTES = 6 * 2**20
BALLAST_BYTES = 3 * 2**20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk in memory, mounted for the test; skips where one may not mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(["mount", *options], capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small disk needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_disk_that_fills_up_refuses_and_goes_on_when_there_is_room(small_disk: Path) -> None:
    settings = settings_in(small_disk)
    (small_disk / "ballast").write_bytes(os.urandom(BALLAST_BYTES))
    acknowledged: list[str] = []
    with (
        CollectorProcess(settings) as process,
        httpx.Client(base_url=process.address, auth=AUTH) as client,
    ):

        def send(number: int) -> int:
            sent = [event(f"{number}-{item}", context={"userAgent": os.urandom(1000).hex()}) for item in range(50)]
            answer = client.post("/v1/batch", json={"batch": sent})
            if answer.status_code == 200:
                acknowledged.extend(str(one["messageId"]) for one in sent)
            return answer.status_code

        statuses = [send(number) for number in range(60)]
        assert set(statuses) == {200, 503}
        assert statuses[0] == 200
        assert statuses[-1] == 503
        ask_for_handover(settings, wait_seconds=5)
        with pytest.raises(OSError, match="No space left"):
            compact(settings)
        (small_disk / "ballast").unlink()
        wait_until(lambda: send(100) == 200, "events are taken again")
        ask_for_handover(settings, wait_seconds=5)
        kept = landed(settings)
    assert {row["message_id"] for row in kept} == set(acknowledged)
    log = process.log.read_text()
    assert "closed segments cannot be landed, and stay: " in log
    assert "Traceback" not in log
    assert not list(settings.landing_path.rglob("*.tmp"))
