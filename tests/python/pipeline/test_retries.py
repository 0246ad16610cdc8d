"""What is tried again, how often, and what is not."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace

import duckdb
import pytest
from fake_shop import FakeShop
from rich.console import Console

from shelfwise.errors import ShelfwiseError
from shelfwise.pipeline.failures import attempts_worth
from shelfwise.pipeline.history import RunOptions, read_records, save_record
from shelfwise.pipeline.run_history import print_history
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_build
from shelfwise.warehouse.published import connect_operations

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


def attempts(shop: FakeShop) -> list[tuple[str, int, str]]:
    query = "select step, attempts, retry_reason from steps where attempts <> 1 order by run_id, position"
    with connect_operations(shop.settings) as connection:
        return connection.execute(query).fetchall()


def hold_build_database(shop: FakeShop) -> subprocess.Popen[str]:
    """Another process that has the build database open for writing, until it is killed."""
    command = [sys.executable, "-c", HOLD, str(shop.settings.build_database)]
    holder = subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    return holder


def end_once_it_was_met(shop: FakeShop, holder: subprocess.Popen[str]) -> threading.Thread:
    def wait_and_end() -> None:
        deadline = time.monotonic() + 60
        while "trying again" not in shop.screen.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
        holder.kill()
        holder.wait()

    thread = threading.Thread(target=wait_and_end)
    thread.start()
    return thread


def test_a_lock_that_another_process_holds_for_a_moment_is_waited_for(shop: FakeShop) -> None:
    shop.run()
    shop.settings = shop.settings.model_copy(update={"retry_seconds": 0.5})
    waiting = end_once_it_was_met(shop, hold_build_database(shop))
    record = shop.run()
    waiting.join()
    assert record.status == "succeeded"
    reason = "dbt could not open the build database: another process uses it"
    ((step, tried, noted),) = attempts(shop)
    assert (step, noted) == ("dbt_build", reason)
    assert tried in (2, 3)
    assert f"dbt build: {reason}; trying again in 0 s (2 of 4)" in shop.screen.getvalue()


def test_a_lock_that_stays_fails_the_run_after_four_attempts(shop: FakeShop) -> None:
    shop.run()
    shop.calls()
    holder = hold_build_database(shop)
    try:
        record = shop.run()
    finally:
        holder.kill()
        holder.wait()
    assert (record.status, record.failed_step) == ("failed", "dbt_build")
    assert shop.calls() == ["gate landing", *["dbt build sample_shop"] * 4]
    assert "End the other dbt or DuckDB process and run again" in shop.screen.getvalue()


def test_a_dbt_that_the_system_killed_is_started_again(shop: FakeShop) -> None:
    shop.set("dbt_is_killed")
    record = shop.run()
    assert (shop.folder / "dbt_was_killed").exists()
    assert record.status == "succeeded"
    assert attempts(shop) == [("dbt_build", 2, "dbt failed: killed: out of memory, or by hand")]
    assert "attempt 2" in shop.screen.getvalue()
    assert max(len(line) for line in shop.screen.getvalue().splitlines() if "trying again" not in line) <= 80


def test_a_gate_that_was_killed_in_the_middle_of_a_line_judges_again(shop: FakeShop) -> None:
    shop.set("gate_is_killed")
    assert shop.run().status == "succeeded"
    assert attempts(shop)[0][:2] == ("gate_landing", 2)


def test_training_that_is_killed_each_time_is_tried_twice(shop: FakeShop) -> None:
    shop.set("train_is_killed")
    record = shop.run()
    assert (record.status, record.failed_step) == ("failed", "train")
    assert record.message == "training failed (killed: out of memory, or by hand)"
    assert shop.calls().count("train") == 2
    shop.unset("train_is_killed")
    assert shop.run(resume=True).step("train").attempts == 3


@pytest.mark.parametrize("fault", ["dbt_fails", "train_fails", "gate_breaks"])
def test_what_would_fail_again_is_not_tried_again(shop: FakeShop, fault: str) -> None:
    shop.set(fault)
    record = shop.run()
    failed = record.step(record.failed_step or "")
    assert (failed.status, failed.attempts, failed.retry_reason) == ("failed", 1, "")


def test_the_gates_verdict_is_asked_for_once(shop: FakeShop) -> None:
    shop.set("gate_fails_at", "landing")
    record = shop.run()
    assert (record.failed_step, record.step("gate_landing").attempts) == ("gate_landing", 1)
    assert shop.calls() == ["gate landing"]


def test_a_disk_that_stumbles_is_asked_again(shop: FakeShop) -> None:
    land, failures = shop.tools.landers["sample_shop"], [errno.EIO, errno.ETIMEDOUT]

    def stumble(settings: Settings, options: RunOptions, progress: object) -> None:
        if failures:
            number = failures.pop(0)
            raise OSError(number, os.strerror(number))
        land(settings, options, progress)  # type: ignore[arg-type]

    shop.tools = replace(shop.tools, landers={"sample_shop": stumble})
    record = shop.run()
    assert record.status == "succeeded"
    assert attempts(shop) == [("land", 3, "TimeoutError: [Errno 110] Connection timed out")]


@pytest.mark.parametrize(
    ("error", "most"),
    [
        (OSError(errno.EIO, os.strerror(errno.EIO)), 3),
        (OSError("Error reading bytes from file. Detail: [errno 5] Input/output error"), 3),  # as Arrow says it
        (duckdb.IOException('IO Error: Could not read from file "x": Input/output error'), 3),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 1),
        (PermissionError(errno.EACCES, os.strerror(errno.EACCES)), 1),
        (FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)), 1),
        (ValueError("Input/output error"), 1),
    ],
)
def test_which_errors_may_pass(error: Exception, most: int) -> None:
    assert attempts_worth(error) == most
    wrapped = ShelfwiseError("cannot be read")
    wrapped.__cause__ = error
    assert attempts_worth(wrapped) == most


def test_a_build_database_in_use_may_become_free(shop: FakeShop) -> None:
    shop.run()
    holder = hold_build_database(shop)
    try:
        with pytest.raises(ShelfwiseError, match="cannot be opened") as caught:
            connect_build(shop.settings)
    finally:
        holder.kill()
        holder.wait()
    assert attempts_worth(caught.value) == 4


def test_the_history_shows_each_step_and_what_stood_out(shop: FakeShop) -> None:
    def shown(last: int = 10) -> str:
        console = Console(file=io.StringIO(), width=80)
        print_history(shop.settings, last, console)
        return console.file.getvalue()  # type: ignore[attr-defined]

    assert "There has been no run" in shown()
    shop.run()
    shop.set("dbt_is_killed")
    again = shop.run()
    shop.set("gate_fails_at", "marts")
    failed = shop.run()
    for record, seconds in zip(read_records(shop.settings), (1.0, 2.0, 400.0), strict=True):
        for step in record.steps:
            step.seconds = seconds if step.seconds is not None else None
        record.seconds = sum(step.seconds or 0 for step in record.steps)
        save_record(shop.settings, record)
    text = shown()
    lines = text.splitlines()
    assert max(len(line) for line in lines[:6]) <= 80
    assert lines[2].split()[2:] == ["400", "400", "400", "400✗", "1600✗"]
    assert lines[3].split()[2:] == ["2.0", "2.0", "2.0²", *["2.0"] * 6, "18.0"]
    assert lines[5].split() == ["median", *["2.0"] * 3, *["1.5"] * 6, "13.5"]
    assert f"{failed.run_id}  failed at gate_marts: the gate at marts stopped the run" in text
    assert f"{again.run_id}  dbt_build took 2 attempts (dbt failed: killed: out of memory, or by hand)" in text
    assert len(shown(last=1).splitlines()) == len(lines) - 4
