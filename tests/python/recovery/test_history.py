"""The list of runs when clocks and disks are not what they should be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from recovery_shop import record_run

from shelfwise.pipeline import history
from shelfwise.pipeline.history import new_run_id, read_records
from shelfwise.settings import Settings


def test_ids_go_on_from_the_latest_when_the_clock_is_set_back(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    true_time = datetime.now(UTC)
    monkeypatch.setattr(history, "now", lambda: true_time + timedelta(days=3))
    future = record_run(settings)
    monkeypatch.setattr(history, "now", lambda: true_time)
    ids = [record_run(settings) for _ in range(3)]
    assert [future, *ids] == sorted([future, *ids])
    assert len({run_id[:19] for run_id in [future, *ids]}) == 4
    monkeypatch.setattr(history, "now", lambda: true_time + timedelta(days=4))
    assert new_run_id(settings).startswith(f"{true_time + timedelta(days=4):%Y%m%dT%H%M%S}")


@pytest.mark.parametrize("text", ["", "{}", '{"run_id": "x', "\x00garbage"])
def test_a_damaged_record_keeps_no_night_from_running(settings: Settings, text: str) -> None:
    damaged, good = record_run(settings), record_run(settings)
    (settings.runs_path / damaged / "run.json").write_text(text)
    assert [record.run_id for record in read_records(settings)] == [good]
