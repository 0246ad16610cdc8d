"""kill -9 under load: whatever was acknowledged is in landing, once."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from functools import partial
from pathlib import Path

import httpx
import pytest
from live_collector import AUTH, CollectorProcess, event, message_ids, settings_in, wait_until

from shelfwise.collector.segments import segments

KILLS = 20
SENDERS = 4
ENOUGH = 60  # acknowledged events of a life, before its end


class Sender(threading.Thread):
    """Sends batches of one to three events until its collector is gone, and notes what was acknowledged."""

    def __init__(self, address: str, name: str, acknowledged: list[str]) -> None:
        super().__init__(name=name)
        self._address = address
        self._acknowledged = acknowledged
        self.start()

    def run(self) -> None:
        number = 0
        with httpx.Client(base_url=self._address, auth=AUTH, timeout=10) as client:
            while True:
                names = [f"{self.name}-{number}-{part}" for part in range(number % 3 + 1)]
                number += 1
                try:
                    answer = client.post("/v1/batch", json={"batch": [event(name) for name in names]})
                except httpx.TransportError:
                    return
                if answer.status_code == 200:
                    self._acknowledged += [f"m{name}" for name in names]


@pytest.mark.slow
def test_killed_twenty_times_under_load_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path) -> None:
    # segments and landing as busy as can be, so that kills meet rotation and compaction as well
    settings = settings_in(tmp_path, collector_segment_bytes=8 * 1024, collector_segment_seconds=0.2)
    acknowledged: list[str] = []
    for life in range(KILLS):
        enough = len(acknowledged) + ENOUGH + 17 * life  # each life ends elsewhere
        with CollectorProcess(settings) as process:
            senders = [Sender(process.address, f"{life}-{number}", acknowledged) for number in range(SENDERS)]
            wait_until(partial(has_grown_to, acknowledged, enough), "load is on")
            process.end(signal.SIGKILL)
        for sender in senders:
            sender.join()

    times = Counter(message_ids(settings))

    assert len(acknowledged) >= KILLS * ENOUGH
    assert {name: times[name] for name in acknowledged if times[name] != 1} == {}
    # what was never acknowledged may be there too, for it may have been written; twice it is not
    assert max(times.values()) == 1


def has_grown_to(names: list[str], count: int) -> bool:
    return len(names) >= count


def test_several_processes_share_a_port_and_a_data_folder(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    taken: list[str] = []
    with CollectorProcess(settings, SHELFWISE_COLLECTOR_WORKERS="2") as process:
        for number in range(200):  # a connection each, so that either process gets some
            assert httpx.post(f"{process.address}/v1/track", json=event(number), auth=AUTH).status_code == 200
            taken.append(f"m{number}")
        assert len(segments(settings)) == 2
        process.end(signal.SIGTERM)
    assert message_ids(settings) == sorted(taken)
