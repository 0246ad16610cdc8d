"""Rejected events: seen, replayed once, dropped only when there is no room and never unseen."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from live_collector import collecting, event, landed, letters, message_ids, settings_in
from typer.testing import CliRunner

from shelfwise.cli import app
from shelfwise.collector.append_file import AppendFile
from shelfwise.collector.dead_letter_box import LETTER_SUFFIX, DeadLetterBox
from shelfwise.collector.dead_letters import DeadLetter
from shelfwise.collector.intake import framed
from shelfwise.collector.replay import Replay, find_letters, grouped_by_reason, replay
from shelfwise.errors import ShelfwiseError
from shelfwise.settings import Settings


def reject(settings: Settings, *events: dict[str, Any]) -> None:
    with collecting(settings) as client:
        for one in events:
            assert client.post("/v1/batch", json={"batch": [one], "sentAt": "2026-03-01T10:16:00Z"}).status_code == 400


def allow(settings: Settings) -> Settings:
    """The same folder under rules that allow larger events."""
    return settings.model_copy(update={"collector_event_bytes": 100_000})


def large(number: int, **changes: Any) -> dict[str, Any]:
    return event(number, properties={"product_id": "p1", "note": "x" * 40_000}, **changes)


def test_letters_are_counted_by_reason(settings: Settings) -> None:
    reject(settings, event(1, timestamp="?"), event(2, timestamp="?"), event(3, event=None))
    groups, dropped = grouped_by_reason(settings)
    assert [(group.reason, group.count) for group in groups] == [("bad_time", 2), ("no_event", 1)]
    assert json.loads(groups[0].latest.text)["messageId"] == "m2"
    assert dropped.count == 0


def test_what_todays_rules_allow_is_taken_with_its_time_of_receipt(settings: Settings) -> None:
    reject(settings, large(1), event(2, timestamp="?"), large(3))
    before = {letter.id: letter for letter in letters(settings)}

    result = replay(allow(settings))

    assert (result.taken, result.rejected) == (2, 1)
    (left,) = letters(settings)
    assert left.reason == "bad_time"
    rows = landed(settings)
    assert sorted(row["message_id"] for row in rows) == ["m1", "m3"]
    assert {row["received_at"] for row in rows} < {letter.received_at for letter in before.values()}
    # a minute lay between making and sending, by the batch's clock
    assert all((row["received_at"] - row["occurred_at"]).seconds == 60 for row in rows)
    assert (replay(allow(settings)).taken, len(landed(settings))) == (0, 2)


def test_single_events_are_replayed_by_id(settings: Settings) -> None:
    reject(settings, large(1), large(2))
    first, second = letters(settings)
    assert replay(allow(settings), [first.id]).taken == 1
    assert [letter.id for letter in letters(settings)] == [second.id]
    with pytest.raises(ShelfwiseError, match="no event"):
        replay(allow(settings), [first.id])
    assert message_ids(settings) == ["m1"]


def test_a_body_that_can_now_be_read_is_split_into_its_events(settings: Settings) -> None:
    body = json.dumps({"batch": [event(1), event(2, timestamp="?"), event() | {"messageId": None}]})
    received_at = datetime(2026, 3, 1, 10, 20)
    letter = DeadLetter("l1", received_at, "unreadable", "as of older rules", body, "batch", "uk")
    file = AppendFile(DeadLetterBox(settings).folder, LETTER_SUFFIX)
    file.append(framed([letter]))
    file.close()

    assert replay(settings) == Replay(taken=2, rejected=1)

    assert message_ids(settings) == ["l1/2", "m1"]
    (left,) = letters(settings)
    assert (left.reason, left.received_at, left.namespace) == ("bad_time", received_at, "uk")
    assert json.loads(left.text)["messageId"] == "m2"


def test_an_interrupted_replay_takes_an_event_twice_under_one_id_and_loses_none(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    reject(settings, large(1), large(2) | {"messageId": None})

    with monkeypatch.context() as killed:

        def die(*_: object) -> None:
            raise KeyboardInterrupt

        killed.setattr(DeadLetterBox, "remove", die)
        with pytest.raises(KeyboardInterrupt):
            replay(allow(settings))
    assert replay(allow(settings)).taken == 2
    ids = message_ids(settings)
    assert len(ids) == 4
    assert len(set(ids)) == 2
    assert letters(settings) == []


def test_replayed_files_go_and_leave_nothing_behind(settings: Settings) -> None:
    reject(settings, large(1))
    replay(allow(settings))
    box = settings.collector_path / "dead-letter"
    assert [path.name for path in box.iterdir() if not path.name.startswith(".")] == ["removed"]
    assert (box / "removed").read_text() == ""


def test_a_letter_can_be_replayed_while_its_collector_goes_on(settings: Settings) -> None:
    with collecting(settings) as client:
        client.post("/v1/track", json=large(1))
        assert replay(allow(settings)).taken == 1
        assert letters(settings) == []
        client.post("/v1/track", json=large(2))
        assert len(letters(settings)) == 1
    assert message_ids(settings) == ["m1"]


def test_what_had_to_be_given_up_is_counted(settings: Settings) -> None:
    reject(settings, event(1, timestamp="?"))
    reject(settings, event(2, timestamp="?"))
    size = sum(path.stat().st_size for path in DeadLetterBox(settings).folder.iterdir())
    small = settings.model_copy(update={"collector_dead_letter_bytes": size - 1})
    assert DeadLetterBox(small).make_room() == 1
    (left,) = letters(settings)
    assert json.loads(left.text)["messageId"] == "m2"
    assert grouped_by_reason(settings)[1].count == 1
    assert DeadLetterBox(settings).make_room() == 0


class TestCommands:
    """`shelfwise dead-letter …` as typed."""

    @pytest.fixture
    def settings(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
        settings = settings_in(tmp_path)
        monkeypatch.setattr("shelfwise.cli.dead_letters.load_settings", lambda: settings)
        return settings

    def run(self, *arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["dead-letter", *arguments], env={"COLUMNS": "200"})
        return result.exit_code, result.output

    def test_list_show_and_replay(self, settings: Settings) -> None:
        assert self.run("list") == (0, "The dead letter is empty.\n")
        reject(settings, event(1, timestamp="?", userId="[red]c1\x9b"))
        (letter,) = letters(settings)
        code, listed = self.run("list")
        assert code == 0
        assert letter.id in listed
        code, shown = self.run("show", letter.id)
        assert code == 0
        assert "[red]c1" in shown
        assert "\x9b" not in shown
        assert self.run("replay", "--all") == (0, "0 events taken, 1 rejected again.\n")

    @pytest.mark.usefixtures("settings")
    @pytest.mark.parametrize(
        "arguments", [["show", "nothing"], ["replay", "nothing"], ["replay"], ["replay", "x", "--all"]]
    )
    def test_what_is_not_there_is_an_error(self, arguments: list[str]) -> None:
        code, output = self.run(*arguments)
        assert code == 1
        assert "Error" in output

    def test_ids_are_found_in_the_order_asked(self, settings: Settings) -> None:
        reject(settings, event(1, timestamp="?"), event(2, timestamp="?"))
        ids = [letter.id for letter in letters(settings)]
        assert [letter.id for letter in find_letters(settings, ids[::-1])] == ids[::-1]
