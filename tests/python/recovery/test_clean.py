"""What may go, shown first; what stays is what the dashboards, a rollback and the marts need."""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from recovery_shop import land, publish_whole, record_run

from shelfwise.collector.append_file import AppendFile
from shelfwise.collector.dead_letter_box import LETTER_SUFFIX
from shelfwise.errors import ShelfwiseError
from shelfwise.locks import exclusive_lock
from shelfwise.pipeline.history import read_records
from shelfwise.pipeline.run_retention import BULKY, remove_old_runs
from shelfwise.recovery.clean import clean, removals
from shelfwise.settings import Settings
from shelfwise.warehouse.published import connect_operations, resolve_current
from shelfwise.warehouse.retention import list_versions


def quietly(_text: str) -> None:
    """Nobody watches."""


def kinds(settings: Settings) -> dict[str, int]:
    return {removal.kind: len(removal.paths) for removal in removals(settings)}


def test_nothing_is_too_old_in_a_young_shop(shop: Settings) -> None:
    assert removals(shop) == []


def test_old_runs_lose_their_logs_and_keep_their_record(shop: Settings) -> None:
    for _ in range(4):
        record_run(shop)
    keeping = shop.model_copy(update={"keep_runs": 2})
    remove_old_runs(keeping)
    folders = sorted(keeping.runs_path.iterdir())
    assert len(read_records(keeping)) == 5
    assert [any((folder / part).exists() for part in BULKY) for folder in folders] == [False] * 3 + [True] * 2
    assert all((folder / "gate" / "marts.jsonl").exists() for folder in folders)
    assert remove_old_runs(keeping) == []


def test_runs_of_more_than_a_year_ago_go_whole(shop: Settings) -> None:
    (run,) = shop.runs_path.iterdir()
    run.rename(run.with_name("20240101T000000000Z-aaaa"))
    for _ in range(2):
        record_run(shop)
    keeping = shop.model_copy(update={"keep_runs": 1})
    clean(keeping, say=quietly)
    assert len(list(keeping.runs_path.iterdir())) == 2
    with connect_operations(keeping) as connection:
        assert connection.execute("select count(*) from runs").fetchall() == [(2,)]


def test_the_current_version_stays_however_old(shop: Settings) -> None:
    for number in (3, 4):
        publish_whole(shop, f"2026030{number}T000000000Z-cccc")
    (shop.published_path / "current").unlink()
    (shop.published_path / "current").symlink_to("versions/20260301T000000000Z-aaaa")
    keeping = shop.model_copy(update={"keep_versions": 1})
    clean(keeping, say=quietly)
    assert [version.run_id[:8] for version in list_versions(keeping)] == ["20260304", "20260301"]
    assert resolve_current(keeping).run_id == "20260301T000000000Z-aaaa"


def test_facts_grow_old_and_products_do_not(shop: Settings) -> None:
    today = datetime.now(UTC).date()
    young = land(shop, "orders", today)
    assert kinds(shop) == {}
    keeping = shop.model_copy(update={"keep_landing_days": 30})
    assert kinds(keeping) == {"landed facts": 2}
    clean(keeping, say=quietly)
    left = [path.parent.parent.name for path in keeping.landing_path.rglob("*.parquet")]
    assert sorted(left) == ["orders", "products"]
    assert young.is_file()


def test_rejected_events_go_by_age_and_not_while_they_are_written(shop: Settings) -> None:
    folder = shop.collector_path / "dead-letter"
    old = time.time() - timedelta(days=91).total_seconds()
    files = [AppendFile(folder, LETTER_SUFFIX) for _ in range(3)]
    for file in files:
        file.append(b"=00000000 0\n")
    for file in files[:2]:
        os.utime(file.path, (old, old))
    files[0].close()
    assert kinds(shop) == {"rejected events": 1}
    clean(shop, say=quietly)
    assert {path.name for path in folder.glob("*")} == {file.path.name for file in files[1:]}


def test_leftovers_of_killed_processes_go(shop: Settings) -> None:
    (run,) = shop.runs_path.iterdir()
    left = [
        run / ".run.json.tmp-4711",
        shop.published_path / ".current.tmp-4711",
        shop.model_output_path / ".customer_scores.parquet.tmp-4711",
        shop.published_path / "versions" / "20260303T000000000Z-dddd.tmp-4711",
    ]
    for path in left[:3]:
        path.touch()
    left[3].mkdir()
    clean(shop, say=quietly)
    assert not any(path.exists() for path in left)
    assert resolve_current(shop).run_id == "20260302T000000000Z-bbbb"


def test_nothing_is_cleaned_under_a_run(shop: Settings) -> None:
    holder = f"{os.getpid()} (a run)"
    with (
        exclusive_lock(shop.data_path / "run.lock", holder=holder),
        pytest.raises(ShelfwiseError, match="another run is in progress"),
    ):
        clean(shop, say=quietly)


def test_a_list_removes_nothing(shop: Settings, tmp_path: Path) -> None:
    keeping = shop.model_copy(update={"keep_landing_days": 1})
    before = sorted(keeping.data_path.rglob("*"))
    assert kinds(keeping) == {"landed facts": 2}
    assert sorted(keeping.data_path.rglob("*")) == before
    assert land(keeping, "orders", date(2026, 3, 3)).is_file()
