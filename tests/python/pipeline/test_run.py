from __future__ import annotations

import errno
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from fake_shop import FakeShop, land_one_line
from rich.console import Console

from shelfwise.errors import ShelfwiseError
from shelfwise.pipeline.history import RunOptions, read_records
from shelfwise.pipeline.land import default_sources
from shelfwise.pipeline.lock import run_lock
from shelfwise.pipeline.run import options_asked, with_sources
from shelfwise.pipeline.status import print_status
from shelfwise.pipeline.steps import STEPS
from shelfwise.settings import Settings
from shelfwise.warehouse.published import (
    NothingPublishedError,
    connect_current,
    connect_operations,
    resolve_current,
)

ALL_CALLS = [
    "gate landing",
    "dbt build sample_shop",
    "gate marts",
    "train",
    "forecast",
    "dbt after sample_shop",
    "gate recommendations",
]


def operations(shop: FakeShop, query: str) -> list[tuple[object, ...]]:
    with connect_operations(shop.settings) as connection:
        return connection.execute(query).fetchall()


def test_a_run_goes_through_all_steps_and_publishes(shop: FakeShop) -> None:
    record = shop.run()
    assert record.status == "succeeded"
    assert shop.calls() == ALL_CALLS
    version, connection = connect_current(shop.settings)
    with connection:
        assert connection.execute("from fct_orders").fetchall()[0][0] == "o1"
    assert version.run_id == record.run_id
    assert version.manifest.model_version == "m1"
    assert version.manifest.row_counts.landing == {"sample_shop": 5}
    assert (version.model_path / "model_card.json").is_file()
    steps = operations(shop, "select step, status, row_count from steps order by position")
    assert steps == [
        ("land", "succeeded", 5),
        ("gate_landing", "succeeded", None),
        ("dbt_build", "succeeded", 1),
        ("gate_marts", "succeeded", None),
        ("train", "succeeded", 2),
        ("forecast", "succeeded", 4),
        ("dbt_after_training", "succeeded", 1),
        ("gate_recommendations", "succeeded", None),
        ("publish", "succeeded", 1),
    ]
    assert operations(shop, "select status, published, sources from runs") == [("succeeded", True, ["sample_shop"])]
    assert operations(shop, "select source_name, reason, row_count from quarantine_counts") == [
        ("sample_shop", "is_bot", 2)
    ]
    assert operations(shop, "select count(*) from gate_results") == [(6,)]
    # flagged, and of the four weeks before the latest day judged
    assert operations(shop, "select source_name, metric_date::text, observed_value, severity from anomalies") == [
        ("sample_shop", "2026-03-30", 3.0, "warning"),
        ("sample_shop", "2026-03-29", 3.0, "warning"),
    ]


def test_status_tells_of_the_latest_unusual_value(shop: FakeShop) -> None:
    console = Console(file=io.StringIO(), width=200)
    print_status(shop.settings, console)
    assert "unusual" not in console.file.getvalue()  # type: ignore[attr-defined]
    shop.run()
    print_status(shop.settings, console)
    assert (
        "unusual     2 values in four weeks; 2026-03-30 sample_shop events row_count: 3, expected 9"
        in console.file.getvalue()  # type: ignore[attr-defined]
    )


def test_the_screen_says_what_was_done_in_80_columns(shop: FakeShop) -> None:
    record = shop.run()
    text = shop.screen.getvalue()
    assert max(len(line) for line in text.splitlines()) <= 80
    for expected in ("5 rows in landing, 1 new file", "1 passed, 1 warning", "closes", "ours (two_stage)",
                     "0.300 to 0.500", f"Published  {record.run_id}", "make dashboard", "make serve"):  # fmt: skip
        assert expected in text
    summary = json.loads((shop.settings.runs_path / record.run_id / "summary.json").read_text())
    assert summary["gate"]["marts"] == {"passed": 1, "warnings": 1, "errors": 0}
    assert summary["row_accounting"][0]["quarantined_count"] == 2


def test_a_run_that_names_no_source_takes_all_that_have_landed(shop: FakeShop) -> None:
    assert shop.run().sources == ("sample_shop",)  # a fresh checkout
    land_one_line(shop.settings)
    record = shop.run()
    assert record.sources == ("sample_shop", "online_retail")
    assert resolve_current(shop.settings).manifest.row_counts.landing == {"sample_shop": 5, "online_retail": 1}
    shutil.rmtree(shop.settings.landing_path / "sample_shop")
    assert default_sources(shop.settings) == ("online_retail",)
    (shop.settings.landing_path / "sample_shop" / "events").mkdir(parents=True)  # a folder without a landed file
    assert default_sources(shop.settings) == ("online_retail",)


def test_a_source_that_the_new_version_will_not_have_is_named_first(shop: FakeShop) -> None:
    land_one_line(shop.settings)
    shop.run(sources=["sample_shop", "online_retail"])
    assert "will not be in this one" not in shop.screen.getvalue()
    before = len(shop.screen.getvalue())
    record = shop.run(sources=["sample_shop"])
    said = shop.screen.getvalue()[before:].splitlines()
    assert said[0] == "online_retail is in the published version and will not be in this one"
    assert said[1].startswith(f"Run {record.run_id}")


def test_a_repeated_run_says_that_landing_has_nothing_new(shop: FakeShop) -> None:
    shop.run()
    shop.run()
    assert "5 rows in landing, no new file" in shop.screen.getvalue()


@pytest.mark.parametrize("door", ["landing", "marts", "recommendations"])
def test_a_failed_gate_stops_the_run_and_is_seen(shop: FakeShop, door: str) -> None:
    good = shop.run()
    shop.set("gate_fails_at", door)
    record = shop.run()
    assert (record.status, record.failed_step, record.published) == ("failed", f"gate_{door}", False)
    assert resolve_current(shop.settings).run_id == good.run_id
    assert operations(shop, f"select status, failed_step, message from runs where run_id = '{record.run_id}'") == [
        ("failed", f"gate_{door}", f"the gate at {door} stopped the run: 0 passed, 1 warning, 1 error")
    ]
    failing = operations(
        shop,
        "select door, owner, unexpected_count, failing_rows from gate_results where not success and severity = 'error'",
    )
    assert [(row[0], row[1], row[2], json.loads(str(row[3]))) for row in failing] == [
        (door, "data_engineering", 2, [{"order_id": "o1"}])
    ]
    text = shop.screen.getvalue()
    assert "fct_orders.order_id: Each order once. (2 rows); owner: data_engineering" in text
    assert f"{good.run_id} goes on serving" in text
    assert "gate/index.html" in text


def test_a_gate_that_breaks_is_not_a_gate_that_passed(shop: FakeShop) -> None:
    shop.set("gate_breaks")
    record = shop.run()
    assert record.status == "failed"
    assert "the gate at landing broke (exit code 1)" in record.message
    assert "RuntimeError: no suite" in shop.screen.getvalue()


def test_a_gate_without_a_result_is_not_a_gate_that_passed(shop: FakeShop) -> None:
    shop.set("gate_says_nothing")
    record = shop.run()
    assert (record.status, record.failed_step, record.published) == ("failed", "gate_landing", False)
    assert record.message == "the gate at landing broke: it passed without a result"


def test_a_failed_dbt_shows_its_errors_and_its_log(shop: FakeShop) -> None:
    shop.set("dbt_fails")
    record = shop.run()
    assert (record.status, record.failed_step) == ("failed", "dbt_build")
    assert record.message == "dbt failed: 1 node"
    text = shop.screen.getvalue()
    assert "depends on a node named 'nothing'" in text
    assert "[RUN FAILED]" not in text
    assert "dbt/build/dbt.log" in text


def test_a_failed_run_resumes_where_it_stopped(shop: FakeShop) -> None:
    shop.set("train_fails")
    failed = shop.run()
    assert failed.failed_step == "train"
    assert "MemoryError: too many candidates" in shop.screen.getvalue()
    shop.calls()
    shop.unset("train_fails")
    resumed = shop.run(resume=True)
    assert resumed.run_id == failed.run_id
    assert (resumed.status, resumed.failed_step, resumed.message) == ("succeeded", None, "")
    assert shop.calls() == ["train", "forecast", "dbt after sample_shop", "gate recommendations"]
    assert resolve_current(shop.settings).run_id == failed.run_id
    with pytest.raises(ShelfwiseError, match="nothing to resume: the last run"):
        shop.run(resume=True)


def test_forecasting_is_a_step_of_its_own_to_resume_at(shop: FakeShop) -> None:
    shop.set("forecast_fails")
    failed = shop.run()
    assert (failed.failed_step, failed.message) == ("forecast", "forecasting failed (exit code 1)")
    assert "LeakageError: a feature knows the future" in shop.screen.getvalue()
    shop.calls()
    shop.unset("forecast_fails")
    resumed = shop.run(resume=True)
    assert shop.calls() == ["forecast", "dbt after sample_shop", "gate recommendations"]
    assert resumed.step("forecast").detail == "1 by ours, 2 by a baseline"
    assert resumed.step("forecast").data["forecast_version"] == "f1"


def test_a_resumed_run_publishes_only_what_its_own_dbt_built(shop: FakeShop) -> None:
    shop.set("train_fails")
    failed = shop.run()
    shop.unset("train_fails")
    with duckdb.connect(str(shop.settings.build_database)) as connection:
        connection.execute("insert into fct_orders values ('by hand', timestamp '2026-01-02')")
    resumed = shop.run(resume=True)
    assert (resumed.run_id, resumed.status, resumed.failed_step) == (failed.run_id, "failed", "train")
    assert "changed by something else" in shop.screen.getvalue()
    with pytest.raises(NothingPublishedError):
        resolve_current(shop.settings)
    assert shop.run().status == "succeeded"


def test_resume_needs_a_run(shop: FakeShop) -> None:
    with pytest.raises(ShelfwiseError, match="there has been no run"):
        shop.run(resume=True)


def test_resume_is_refused_when_landing_changed(shop: FakeShop) -> None:
    shop.set("dbt_fails")
    shop.run()
    first = next(shop.settings.landing_path.rglob("*.parquet"))
    (first.parent / "b.parquet").write_bytes(first.read_bytes())
    with pytest.raises(ShelfwiseError, match="landing has changed"):
        shop.run(resume=True)


def test_resume_is_refused_for_other_sources(shop: FakeShop) -> None:
    shop.set("dbt_fails")
    shop.run()
    with pytest.raises(ShelfwiseError, match="not of online_retail"):
        shop.run(resume=True, sources=["online_retail"])


def test_options_of_the_sample_shop_are_refused_in_a_run_without_it(shop: FakeShop) -> None:
    land_one_line(shop.settings)
    with pytest.raises(ShelfwiseError, match="this run is of online_retail"):
        shop.run(size="small")
    assert read_records(shop.settings) == []


def test_what_is_not_asked_for_is_as_the_sample_shop_has_landed(shop: FakeShop) -> None:
    """Who ran `--size small --until 2026-11-22` once need not say so every night."""
    marker = shop.settings.landing_path / "sample_shop" / "sample_shop.json"
    marker.parent.mkdir(parents=True)
    landed = {"seed": 7, "customer_count": 400, "days": 60, "until": "2026-11-22"}
    marker.write_text(json.dumps({"parameters": landed, "complete": False}))
    settings = with_sources(shop.settings, ("sample_shop",))
    options = options_asked(settings, days=None, size=None, until=None)
    assert (options.days, options.size, options.until) == (60, "400", date(2026, 11, 22))
    assert options_asked(settings, days=30, size=None, until=None).days == 30


def test_an_unknown_source_starts_nothing(shop: FakeShop) -> None:
    with pytest.raises(ShelfwiseError, match="unknown source bakery"):
        shop.run(sources=["bakery"])
    assert read_records(shop.settings) == []


def test_too_little_data_to_train_is_said_and_the_run_goes_on(shop: FakeShop) -> None:
    shop.set("train_has_too_little")
    record = shop.run()
    assert record.status == "succeeded"
    assert "no new model" in shop.screen.getvalue()
    assert resolve_current(shop.settings).manifest.model_version is None


def test_an_unforeseen_error_is_recorded_with_its_traceback(shop: FakeShop) -> None:
    shop.tools = replace(shop.tools, landers={})
    record = shop.run()
    assert record.status == "failed"
    assert record.message.startswith("KeyError")
    assert "Traceback" in (shop.settings.runs_path / record.run_id / "error.log").read_text()


def test_a_full_disk_is_said_as_such(shop: FakeShop) -> None:
    def land(_settings: Settings, _options: RunOptions, _progress: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    shop.tools = replace(shop.tools, landers={"sample_shop": land})
    record = shop.run()
    assert record.status == "failed"
    assert record.message == f"no space left on the disk of {shop.settings.data_path}"
    assert "SHELFWISE_KEEP_VERSIONS" in shop.screen.getvalue()


def test_status_says_that_the_current_version_is_damaged(shop: FakeShop) -> None:
    def status() -> str:
        screen = io.StringIO()
        print_status(shop.settings, Console(file=screen, width=80))
        return screen.getvalue()

    record = shop.run()
    assert "damaged" not in status()
    card = resolve_current(shop.settings).model_path / "model_card.json"
    card.chmod(0o644)
    card.write_text("[]")
    assert f"version {record.run_id} is damaged: model/model_card.json differs from its manifest" in status()
    assert "`shelfwise rollback`" in status()


def test_a_second_run_is_told_who_holds_the_lock(shop: FakeShop) -> None:
    with run_lock(shop.settings), pytest.raises(ShelfwiseError, match=f"process {os.getpid()} "):
        shop.run()
    assert shop.run().status == "succeeded"


def test_a_resumed_run_says_first_what_is_done(shop: FakeShop) -> None:
    shop.set("gate_breaks")
    shop.run()
    before = len(shop.screen.getvalue())
    shop.unset("gate_breaks")
    shop.set("dbt_fails")
    shop.run(resume=True)
    assert shop.screen.getvalue()[before:].startswith("Resuming, step 1 is done\nRun ")
    before = len(shop.screen.getvalue())
    shop.run(resume=True)
    assert shop.screen.getvalue()[before:].startswith("Resuming, steps 1–2 are done\nRun ")  # noqa: RUF001


# A test run that a shell put into the background passes on that Ctrl-C is ignored.
CHILD_RUN = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from fake_shop import FakeShop
shop = FakeShop(Path(sys.argv[2]))
shop.screen = sys.stdout
shop.run()
"""


def start_hanging_run(shop: FakeShop) -> subprocess.Popen[bytes]:
    """Start a run in a process of its own and wait until its dbt holds the build database."""
    shop.set("dbt_hangs")
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD_RUN, str(Path(__file__).parent), str(shop.folder)],
        stdout=(shop.folder / "child_screen").open("w"),
    )
    deadline = time.monotonic() + 120
    while not (shop.folder / "dbt_hangs_now").exists():
        assert child.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    shop.unset("dbt_hangs")
    return child


def test_a_killed_run_takes_its_dbt_along_and_the_next_run_succeeds(shop: FakeShop) -> None:
    good = shop.run()
    child = start_hanging_run(shop)
    assert operations(shop, "select status from runs order by run_id")[-1] == ("running",)
    child.kill()
    child.wait()
    assert resolve_current(shop.settings).run_id == good.run_id
    record = shop.run()
    assert record.status == "succeeded"
    assert operations(shop, "select status, failed_step, message from runs order by run_id")[1] == (
        "failed",
        "dbt_build",
        "interrupted: the process ended before the run did",
    )


def test_a_killed_run_can_be_resumed(shop: FakeShop) -> None:
    child = start_hanging_run(shop)
    child.kill()
    child.wait()
    shop.calls()
    record = shop.run(resume=True)
    assert record.status == "succeeded"
    assert shop.calls() == ALL_CALLS[1:]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stopped_run_is_recorded(shop: FakeShop, number: signal.Signals) -> None:
    good = shop.run()
    child = start_hanging_run(shop)
    child.send_signal(number)
    assert child.wait(60) != 0
    run_id, status, message = operations(shop, "select run_id, status, message from runs order by run_id")[-1]
    assert status == "failed"
    assert message == ("stopped by Ctrl-C" if number == signal.SIGINT else f"stopped by {number.name}")
    screen = (shop.folder / "child_screen").read_text()
    assert f"Run {run_id} was stopped; `shelfwise run --resume` goes on with it." in screen
    assert f"{good.run_id} goes on serving." in screen
    with run_lock(shop.settings):  # its dbt is gone too
        pass


def test_a_run_works_in_a_thread_of_an_orchestrator(shop: FakeShop) -> None:
    records = []
    thread = threading.Thread(target=lambda: records.append(shop.run()))
    thread.start()
    thread.join()
    assert records[0].status == "succeeded"


def test_steps_asked_for_one_at_a_time_are_one_run(shop: FakeShop) -> None:
    names = [step.name for step in STEPS]
    records = [shop.run(only=name) for name in names]
    assert len({record.run_id for record in records}) == 1
    assert [record.status for record in records] == [*["running"] * (len(names) - 1), "succeeded"]
    assert shop.calls() == ALL_CALLS
    assert resolve_current(shop.settings).run_id == records[0].run_id
    assert shop.screen.getvalue().count("Published  ") == 1
    assert "interrupted" not in shop.screen.getvalue()


def test_a_step_asked_for_alone_has_to_be_the_next_one(shop: FakeShop) -> None:
    with pytest.raises(ShelfwiseError, match="there has been no run"):
        shop.run(only="train")
    shop.run(only="land")
    with pytest.raises(ShelfwiseError, match=r"train is not the next step of run .*, which is gate_landing"):
        shop.run(only="train")
    shop.set("gate_fails_at", "landing")
    assert shop.run(only="gate_landing").status == "failed"
    shop.unset("gate_fails_at")
    assert shop.run(only="gate_landing").status == "running"
    shop.run()  # somebody else's, between two steps
    with pytest.raises(ShelfwiseError, match="nothing to resume"):
        shop.run(only="dbt_build")
    assert [record.status for record in read_records(shop.settings)] == ["failed", "succeeded"]
