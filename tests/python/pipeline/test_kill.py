"""kill -9 of the real run, at its real steps: the earlier version serves on, and the next run succeeds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from typing import Any

import pytest
from small_runs import start_run

from shelfwise.pipeline.history import read_records
from shelfwise.settings import Settings
from shelfwise.warehouse.published import connect_current, connect_operations, resolve_current

TIMEOUT_SECONDS = 300


def finish(settings: Settings, *arguments: str) -> None:
    """Run to the end."""
    assert start_run(settings, *arguments).wait(TIMEOUT_SECONDS) == 0


def kill_in(settings: Settings, run: subprocess.Popen[str], step: str, sign_of_work: str) -> None:
    """Kill the run once ``step`` is under way and the file ``sign_of_work`` of its folder has something in it."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while True:
        assert run.poll() is None, f"the run ended before {step}"
        assert time.monotonic() < deadline
        record = last_record(settings)
        state = {entry["name"]: entry["status"] for entry in record.get("steps", [])}
        sign = settings.runs_path / record.get("run_id", "") / sign_of_work
        if record.get("pid") == run.pid and state.get(step) == "running" and sign.exists() and sign.stat().st_size:
            break
        time.sleep(0.02)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()


def last_record(settings: Settings) -> dict[str, Any]:
    paths = sorted(settings.runs_path.glob("*/run.json"))
    return json.loads(paths[-1].read_text()) if paths else {}


def orders_served(settings: Settings) -> int:
    """Query what is current, as a dashboard does."""
    _, connection = connect_current(settings)
    with connection:
        return int(connection.execute("select count(*) from fct_orders").fetchall()[0][0])


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.xdist_group("published_shop")
def test_killed_during_dbt_training_and_publish(untested_shop: Settings) -> None:
    settings = untested_shop
    runs_before = len(read_records(settings))
    first = resolve_current(settings).run_id
    orders = orders_served(settings)
    assert orders > 0

    for step, sign, resume in (
        ("dbt_build", "dbt/build/events.jsonl", []),
        ("train", "logs/train.log", ["--resume"]),
        ("publish", "run.json", ["--resume"]),
    ):
        kill_in(settings, start_run(settings, *resume), step, sign)
        assert resolve_current(settings).run_id == first
        assert orders_served(settings) == orders

    killed = last_record(settings)["run_id"]
    finish(settings, "--resume")
    assert resolve_current(settings).run_id == killed != first
    assert orders_served(settings) == orders

    with connect_operations(settings) as connection:
        recorded = connection.execute("select status, published from runs where run_id = ?", [killed]).fetchall()
    assert recorded == [("succeeded", True)]
    assert [record.status for record in read_records(settings)[runs_before:]] == ["succeeded"]
