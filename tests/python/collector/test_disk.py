"""A disk that is full, broken or slow: nothing is acknowledged that is not kept, and it ends when the trouble ends."""

from __future__ import annotations

import errno
import os
import resource
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from live_collector import (
    AUTH,
    COLLECT,
    RUN,
    CollectorProcess,
    collecting,
    event,
    letters,
    message_ids,
    settings_in,
    wait_until,
)

from shelfwise.collector.append_file import AppendFile
from shelfwise.collector.frames import frame, read_frames
from shelfwise.collector.segments import segments
from shelfwise.settings import Settings

LIMIT = 8000
# Files end at so many bytes until the process is told otherwise: to it, a disk that is full until we empty it.
FULL = f"""
import resource, signal
resource.setrlimit(resource.RLIMIT_FSIZE, ({LIMIT}, resource.RLIM_INFINITY))
signal.signal(signal.SIGUSR1, lambda *_: resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2))
"""


def test_a_full_disk_is_a_503_and_emptied_it_is_as_before(settings: Settings) -> None:
    acknowledged: list[str] = []
    with (
        CollectorProcess(settings, launch=FULL + COLLECT + RUN) as process,
        httpx.Client(base_url=process.address, auth=AUTH) as client,
    ):

        def send(number: int) -> int:
            padded = event(number, anonymousId="d" * 150, context={"userAgent": "x" * 1500})
            answer = client.post("/v1/track", json=padded)
            if answer.status_code == 200:
                acknowledged.append(f"m{number}")
            else:
                assert answer.status_code == 503
                assert answer.headers["retry-after"] == "5"
            return answer.status_code

        first = [send(number) for number in range(20)]
        assert {200, 503} == set(first)
        os.kill(process.pid, signal.SIGUSR1)
        wait_until(lambda: send(len(acknowledged) + 100) == 200, "events are taken again")
        assert [send(number) for number in range(1000, 1010)] == [200] * 10
        assert process.end(signal.SIGTERM) == -signal.SIGTERM
    log = process.log.read_text()
    assert log.count("File too large") >= 1
    assert "Traceback" not in log
    assert message_ids(settings) == sorted(acknowledged)


def test_what_was_half_written_when_the_disk_was_full_is_cut_off(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    is_full = threading.Event()

    def write_while_there_is_room(descriptor: int, data: memoryview) -> int:
        if not is_full.is_set():
            return write(descriptor, data)
        if len(data) < 200:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data[: len(data) // 2])

    with collecting(settings) as client:
        assert client.post("/v1/track", json=event(1)).status_code == 200
        (before,) = segments(settings)
        content = before.read_bytes()
        with monkeypatch.context() as full:
            full.setattr(os, "write", write_while_there_is_room)
            is_full.set()
            assert [client.post("/v1/track", json=event(n)).status_code for n in (2, 3)] == [503, 503]
        assert not before.exists() or before.read_bytes() == content
        assert client.post("/v1/track", json=event(4)).status_code == 200
    assert message_ids(settings) == ["m1", "m4"]


def test_a_file_ends_where_it_ended_before_a_write_failed(tmp_path: Path) -> None:
    file = AppendFile(tmp_path, ".segment")
    file.append(frame(b"kept\n"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.size + 10, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            file.append(frame(b"x" * 100))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    frames = read_frames(file.path.read_bytes())
    assert (frames.payloads, frames.torn_bytes) == ([b"kept\n"], 0)


def test_a_file_that_holds_nothing_goes(tmp_path: Path) -> None:
    AppendFile(tmp_path, ".segment").close()
    assert list(tmp_path.iterdir()) == []


def test_after_a_failed_sync_a_new_file_is_begun(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    sync = os.fdatasync
    failing = threading.Event()

    def fail_once(descriptor: int) -> None:
        if failing.is_set():
            failing.clear()
            raise OSError(errno.EIO, "Input/output error")
        sync(descriptor)

    monkeypatch.setattr(os, "fdatasync", fail_once)
    with collecting(settings) as client:
        assert client.post("/v1/track", json=event(1)).status_code == 200
        before = segments(settings)
        failing.set()
        assert client.post("/v1/track", json=event(2)).status_code == 503
        assert client.post("/v1/track", json=event(3)).status_code == 200
        assert segments(settings) != before
    assert message_ids(settings) == ["m1", "m3"]


def test_even_a_fault_of_ours_is_told_and_does_not_end_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with collecting(settings) as client:
        with monkeypatch.context() as broken:
            broken.setattr(AppendFile, "append", lambda *_: 1 / 0)
            assert client.post("/v1/track", json=event(1)).status_code == 503
        assert client.post("/v1/track", json=event(2)).status_code == 200


def test_many_requests_share_a_sync_and_a_slow_disk_pushes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_in(tmp_path, collector_pending_bytes=2**20)
    release = threading.Event()
    syncs = 0

    def sync_slowly(_: int) -> None:
        nonlocal syncs
        syncs += 1
        assert release.wait(20)

    monkeypatch.setattr(os, "fdatasync", sync_slowly)
    padded = [event(n, context={"userAgent": "x" * 30_000}) for n in range(60)]
    with collecting(settings) as client, ThreadPoolExecutor(60) as pool:
        sent = [pool.submit(client.post, "/v1/track", json=one) for one in padded]
        wait_until(lambda: sum(answer.done() for answer in sent) > 15, "what cannot be held is refused")
        refused = [answer.result().status_code for answer in sent if answer.done()]
        assert set(refused) == {503}
        release.set()
        taken = [answer.result().status_code for answer in sent].count(200)
    assert 20 < taken < 45
    assert len(message_ids(settings)) == taken
    assert syncs < taken / 2


def test_stopping_finishes_what_was_begun(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    sync = os.fdatasync

    def sync_slowly(descriptor: int) -> None:
        time.sleep(0.5)
        sync(descriptor)

    monkeypatch.setattr(os, "fdatasync", sync_slowly)
    answers: list[int] = []
    with collecting(settings) as client:
        url = f"{client.base_url}/v1/track"  # a client of its own, which outlives the server
        sender = threading.Thread(
            target=lambda: answers.append(httpx.post(url, json=event(), auth=AUTH, timeout=20).status_code)
        )
        sender.start()
        wait_until(lambda: len(segments(settings)) == 1, "the event is being written")
    sender.join()
    assert answers == [200]
    assert message_ids(settings) == ["m1"]


def test_rejected_events_do_not_fill_the_disk(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, collector_dead_letter_bytes=2**20)
    with collecting(settings) as client:
        for number in range(60):
            wrong = event(number, timestamp="?", properties={"note": "x" * 30_000})
            assert client.post("/v1/track", json=wrong).status_code == 400
        box = settings.collector_path / "dead-letter"
        wait_until(lambda: sum(path.stat().st_size for path in box.iterdir()) < 1.2 * 2**20, "the oldest are given up")
    kept = letters(settings)
    assert 25 < len(kept) < 45
    assert '"m59"' in kept[-1].text
