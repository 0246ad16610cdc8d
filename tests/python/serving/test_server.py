"""The server as a process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyarrow.parquet as pq
import pytest
from live_server import WAIT_SECONDS, wait_until
from published_shops import publish

from shelfwise.errors import ShelfwiseError
from shelfwise.settings import Settings
from shelfwise.website import run_website

SERVE = "from shelfwise.website import run_website; from shelfwise.settings import Settings; run_website(Settings())"


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("stop_signal", [signal.SIGTERM, signal.SIGINT])
def test_the_process_serves_keeps_ids_out_of_its_log_and_stops_when_told(
    settings: Settings, tmp_path: Path, stop_signal: signal.Signals
) -> None:
    publish(settings, "run-1")
    port = free_port()
    environment = {**os.environ, **settings.environment(), "SHELFWISE_API_PORT": str(port)}
    log_path = tmp_path / "server.log"
    address = f"http://127.0.0.1:{port}"

    def is_ready() -> bool:
        assert process.poll() is None, log_path.read_text()
        try:
            return httpx.get(f"{address}/readyz").status_code == 200
        except httpx.TransportError:
            return False

    with log_path.open("w") as log:
        process = subprocess.Popen([sys.executable, "-c", SERVE], env=environment, stdout=log, stderr=log)
        try:
            wait_until(is_ready, "the process is ready")
            answer = httpx.get(f"{address}/v1/recommendations", params={"customer_id": "C1"})
            assert answer.json()["customer_id"] == "sample_shop:C1"
            process.send_signal(stop_signal)
            assert process.wait(WAIT_SECONDS) == (0 if stop_signal is signal.SIGINT else -stop_signal)
        finally:
            process.kill()
            process.wait()
    log_text = log_path.read_text()
    assert f"http://127.0.0.1:{port}/" in log_text
    assert "serving version run-1" in log_text
    assert "Application shutdown complete" in log_text
    assert "customer_id" not in log_text
    assert "Traceback" not in log_text


# What a machine under load does to a process that begins: its imports take longer than uvicorn would wait.
BEGIN_SLOWLY = "import sys, time; time.sleep(6 if '--multiprocessing-fork' in sys.orig_argv else 0)"


class SeveralProcesses:
    """A server of two processes."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.counts = settings.serving_path / "workers" / str(self.port)
        self.log_path = folder / "server.log"
        (folder / "path").mkdir()
        (folder / "path" / "sitecustomize.py").write_text(BEGIN_SLOWLY)
        environment = {
            **os.environ,
            **settings.environment(),
            "PYTHONPATH": str(folder / "path"),
            "SHELFWISE_API_PORT": str(self.port),
            "SHELFWISE_API_WORKERS": "2",
        }
        with self.log_path.open("w") as log:
            self.parent = subprocess.Popen([sys.executable, "-c", SERVE], env=environment, stdout=log, stderr=log)
        try:
            wait_until(lambda: len(self.workers()) == 2, "both processes serve", seconds=90)
        except BaseException:
            self.parent.kill()
            raise

    def workers(self) -> set[str]:
        """The processes that have shared their counts."""
        return {path.stem for path in self.counts.glob("*.json")}

    def counted(self) -> int:
        """The requests that all processes have counted, whichever is asked."""
        text = httpx.get(f"{self.address}/metrics").text
        return sum(
            int(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith("shelfwise_lists_total{")
        )

    def listens(self) -> bool:
        """Whether anything still has the port."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture
def several(settings: Settings, tmp_path: Path) -> Iterator[SeveralProcesses]:
    publish(settings, "run-1")
    server = SeveralProcesses(settings, tmp_path)
    yield server
    server.parent.kill()
    server.parent.wait()


def test_several_processes_answer_on_one_port_and_stop_when_told(several: SeveralProcesses, settings: Settings) -> None:
    for _ in range(40):
        assert httpx.get(f"{several.address}/v1/recommendations").status_code == 200
    wait_until(lambda: several.counted() == 40, "the counts of both are added up")
    several.parent.send_signal(signal.SIGTERM)
    assert several.parent.wait(90) == 0
    assert several.workers() == set()
    for line in several.log_path.read_text().splitlines():
        assert json.loads(line)["level"] in ("info", "warning")
    files = list((settings.serving_path / "figures").rglob("*.parquet"))
    rows = [row for path in files for row in pq.read_table(path).to_pylist()]
    assert len(files) == 2
    assert sum(row["counted"] for row in rows if row["figure"] == "lists") == 40


def test_processes_whose_parent_was_killed_leave_the_port(several: SeveralProcesses) -> None:
    several.parent.kill()
    several.parent.wait()
    wait_until(lambda: not several.listens(), "the port is free", seconds=60)
    wait_until(lambda: several.workers() == set(), "they have stopped in good order", seconds=60)
    assert "the process that started this one is gone" in several.log_path.read_text()


def test_the_server_needs_nothing_of_training() -> None:
    """Scikit-learn takes seconds to start, and a change of training must not break the API."""
    code = "import sys, shelfwise.serving; print(*(name for name in sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = told.stdout.split()
    assert "shelfwise.scoring.candidates" in loaded
    assert not [name for name in loaded if name.startswith(("sklearn", "pandas", "shelfwise.recommender"))]


def test_a_taken_port_is_an_error_with_a_remedy(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        occupied = settings.model_copy(update={"api_port": taken.getsockname()[1]})
        with pytest.raises(ShelfwiseError, match="cannot listen on") as caught:
            run_website(occupied)
    assert "SHELFWISE_API_PORT" in caught.value.remedy
