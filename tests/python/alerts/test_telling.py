"""A cause is told once, again when it lasts, and once more when it is over; channels are independent."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from receivers import web_receiver

from shelfwise.alerts import delivery
from shelfwise.alerts.messages import Cause
from shelfwise.alerts.telling import tell
from shelfwise.alerts.told import read_state, state_path
from shelfwise.settings import Settings

START = datetime(2026, 11, 1, 3, tzinfo=UTC)


def cause(name: str, topic: str = "step/train", *, is_event: bool = False) -> Cause:
    return Cause(f"{topic}/{name}", topic, "error", name, "why", "owner", "command", is_event=is_event)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery.time, "sleep", lambda _seconds: None)


@pytest.fixture
def settings(tmp_path: Path, project_dir: Path) -> Settings:
    return Settings(project_dir=project_dir, data_dir=tmp_path, alert_file=Path("told.jsonl"))


def told(settings: Settings) -> list[tuple[str, str]]:
    path = settings.data_path / "told.jsonl"
    lines = path.read_text().splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    return [(json.loads(line)["kind"], json.loads(line)["subject"]) for line in lines]


def later(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def test_told_once_then_again_while_it_lasts_then_that_it_is_over(settings: Settings) -> None:
    def look(hours: float, *causes: Cause, topics: tuple[str, ...] = ("step/train",)) -> list[tuple[str, str]]:
        tell(settings, causes, looked_at=topics, now=later(hours))
        return told(settings)

    assert look(0, cause("broken")) == [("alert", "broken")]
    assert look(1, cause("broken")) == []
    assert look(2, cause("broken"), cause("worse")) == [("alert", "worse")]
    assert look(24.5, cause("broken"), cause("worse")) == [("alert", "broken")]
    assert look(25, topics=("step/land",)) == [], "what nobody looked at is not over"
    assert look(26) == [("resolved", "resolved: broken (and 1 more)")]
    assert look(27) == []
    assert look(28, cause("broken")) == [("alert", "broken")], "when it comes back it is news"


def test_an_event_is_told_once_and_is_never_over(settings: Settings) -> None:
    day = cause("unusual day", "anomalies", is_event=True)
    for hours in (0, 30, 60):
        tell(settings, [day], looked_at=["anomalies"], now=later(hours))
    tell(settings, [], looked_at=["anomalies"], now=later(90))
    tell(settings, [day], looked_at=["anomalies"], now=later(91))
    assert told(settings) == [("alert", "unusual day")]
    tell(settings, [], looked_at=["anomalies"], now=later(24 * 200))
    assert read_state(settings).open == {}


def test_what_a_channel_did_not_take_goes_with_the_next_call(settings: Settings) -> None:
    with web_receiver() as receiver:
        both = Settings(**{**settings.model_dump(), "alert_webhook": receiver.address})
        receiver.statuses = [500] * 3
        first = tell(both, [cause("broken")], looked_at=["step/train"], now=later(0))
        assert {each.channel: each.went for each in first} == {"webhook": False, "file": True}
        assert read_state(both).failures["webhook"].problem == "the webhook answered 500"
        second = tell(both, [cause("broken")], looked_at=["step/train"], now=later(1))
        assert [(each.channel, each.went) for each in second] == [("webhook", True)]
        assert read_state(both).failures == {}
    assert told(settings) == [("alert", "broken")]
    assert len(receiver.posted) == 1


def test_what_was_never_told_is_not_said_to_be_over(settings: Settings) -> None:
    with web_receiver() as receiver:
        receiver.statuses = [500] * 3
        only_web = Settings(**{**settings.model_dump(), "alert_webhook": receiver.address, "alert_file": None})
        tell(only_web, [cause("broken")], looked_at=["step/train"], now=later(0))
        tell(only_web, [], looked_at=["step/train"], now=later(1))
    assert receiver.posted == []


def test_a_damaged_state_tells_once_more(settings: Settings) -> None:
    tell(settings, [cause("broken")], looked_at=(), now=later(0))
    state_path(settings).write_text("{")
    tell(settings, [cause("broken")], looked_at=(), now=later(1))
    assert told(settings) == [("alert", "broken")] * 2


def test_a_state_that_cannot_be_written_is_no_error(settings: Settings) -> None:
    settings.alerts_path.write_text("a file where a folder should be")
    (only,) = tell(settings, [cause("broken")], looked_at=(), now=later(0))
    assert only.problem
