"""A run tells of what it found, a timer of the run that did not come; neither is broken by a channel that is down."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fake_shop import FakeShop
from rich.console import Console

from shelfwise.alerts import delivery
from shelfwise.alerts.told import read_state
from shelfwise.pipeline.alerting import check
from shelfwise.pipeline.history import read_records, save_record
from shelfwise.settings import Settings


@pytest.fixture
def told_shop(shop: FakeShop, monkeypatch: pytest.MonkeyPatch) -> FakeShop:
    """A shop of fakes whose alerts go to a file."""
    monkeypatch.setattr(delivery.time, "sleep", lambda _seconds: None)
    shop.settings = Settings(**{**shop.settings.model_dump(), "alert_file": Path("told.jsonl")})
    return shop


def told(shop: FakeShop) -> list[dict[str, Any]]:
    path = shop.settings.data_path / "told.jsonl"
    lines = path.read_text().splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    return [json.loads(line) for line in lines]


def checked(shop: FakeShop, **later: float) -> tuple[bool, str]:
    screen = io.StringIO()
    is_well = check(shop.settings, Console(file=screen, width=200), now=datetime.now(UTC) + timedelta(**later))
    return is_well, screen.getvalue()


def test_a_good_run_tells_of_unusual_days_once(told_shop: FakeShop) -> None:
    told_shop.run()
    (alert,) = told(told_shop)
    assert [cause["title"] for cause in alert["causes"]] == [
        "unusual day 2026-03-30 of sample_shop",
        "unusual day 2026-03-29 of sample_shop",
    ]
    assert "events row_count 3, expected 9" in alert["text"]
    told_shop.run()
    assert told(told_shop) == []


def test_a_gate_that_stops_a_run_is_told_with_row_and_owner_and_over_after_the_next(told_shop: FakeShop) -> None:
    told_shop.run()
    told(told_shop)
    told_shop.set("gate_fails_at", "marts")
    told_shop.run()
    (alert,) = told(told_shop)
    (cause,) = alert["causes"]
    assert cause["title"] == "the gate at marts stopped the run: fct_orders.order_id"
    lines = cause["lines"]
    assert lines[0] == "fct_orders.order_id: Each order once. (2 rows); owner: data_engineering"
    assert lines[1:3] == ['first bad row: {"order_id": "o1"}', "owner: data_engineering"]
    assert lines[3].startswith("look further: shelfwise check marts")
    told_shop.run()
    assert told(told_shop) == [], "the same cause within a day"
    told_shop.unset("gate_fails_at")
    told_shop.run()
    (resolved,) = told(told_shop)
    assert resolved["subject"] == "resolved: the gate at marts stopped the run: fct_orders.order_id"


def test_a_failed_step_is_told_and_stays_open_until_the_step_succeeds(told_shop: FakeShop) -> None:
    told_shop.set("train_fails")
    told_shop.run()
    failure = next(cause for cause in told(told_shop)[0]["causes"] if cause["key"].startswith("step/"))
    assert failure["title"] == "the run failed at train"
    told_shop.set("dbt_fails")
    told_shop.run()
    assert [line["subject"] for line in told(told_shop)] == ["the run failed at dbt build"]
    told_shop.unset("dbt_fails")
    told_shop.unset("train_fails")
    told_shop.run()
    assert [line["subject"] for line in told(told_shop)] == ["resolved: the run failed at train (and 1 more)"]


def test_warnings_are_told_where_asked(told_shop: FakeShop) -> None:
    told_shop.settings = Settings(**{**told_shop.settings.model_dump(), "alert_warnings": True})
    told_shop.run()
    titles = [cause["title"] for line in told(told_shop) for cause in line["causes"]]
    assert "the gate at marts warns: fct_orders.order_id" in titles


def test_a_channel_that_is_down_does_not_break_the_run_and_is_shown(told_shop: FakeShop) -> None:
    webhook = {"alert_webhook": "http://127.0.0.1:9/secret-part", "alert_timeout_seconds": 0.2}
    told_shop.settings = Settings(**{**told_shop.settings.model_dump(), **webhook})
    assert told_shop.run().status == "succeeded"
    assert "An alert could not be sent by webhook" in told_shop.screen.getvalue()
    assert "secret-part" not in told_shop.screen.getvalue()
    assert set(read_state(told_shop.settings).failures) == {"webhook"}


def test_damaged_results_do_not_break_the_run(told_shop: FakeShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shelfwise.pipeline.alerting.causes_of", lambda *_: 1 / 0)
    assert told_shop.run().status == "succeeded"
    assert "An alert could not be sent by any channel" in told_shop.screen.getvalue()


def test_the_timer_tells_of_a_run_that_did_not_come(told_shop: FakeShop) -> None:
    is_well, screen = checked(told_shop)
    assert not is_well
    assert "no run has published for 26 hours" in screen
    told(told_shop)
    told_shop.run()
    assert "resolved: no run has published for 26 hours" in [line["subject"] for line in told(told_shop)]
    assert checked(told_shop) == (True, "All is well.\n")
    is_well, screen = checked(told_shop, hours=27)
    assert not is_well
    assert [line["subject"] for line in told(told_shop)] == ["no run has published for 26 hours"]
    assert "told by file" in screen


def test_the_timer_tells_of_a_run_that_was_killed(told_shop: FakeShop) -> None:
    record = told_shop.run()
    told(told_shop)
    record.status, record.finished_at, record.published = "running", None, False
    record.step("train").status = "running"
    save_record(told_shop.settings, record)
    is_well, _ = checked(told_shop)
    assert not is_well
    titles = [cause["title"] for line in told(told_shop) for cause in line["causes"]]
    assert "the run failed at train" in titles
    assert read_records(told_shop.settings)[-1].status == "failed"


def test_no_channel_is_said(shop: FakeShop) -> None:
    _, screen = checked(shop)
    assert "Nobody was told: no channel is configured" in screen
