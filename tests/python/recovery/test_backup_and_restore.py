"""A backup beside a living shop, and the way back: whole, verified, or not at all."""

from __future__ import annotations

import shutil
import threading
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from recovery_shop import collect, everything_saved, land, publish_whole

from shelfwise.collector.append_file import AppendFile
from shelfwise.collector.compaction import compact
from shelfwise.collector.segments import SEGMENT_SUFFIX, segments_folder
from shelfwise.errors import ShelfwiseError
from shelfwise.recovery.backup import BackupResult, back_up
from shelfwise.recovery.repair import repair
from shelfwise.recovery.restore import restore
from shelfwise.recovery.snapshots import Snapshot, choose_snapshot, snapshot_folders
from shelfwise.settings import Settings
from shelfwise.warehouse.published import connect_current, connect_operations, resolve_current


def quietly(_text: str) -> None:
    """Nobody watches."""


def save(settings: Settings, folder: Path, **options: object) -> BackupResult:
    """Back up; snapshots are named to the second, so the ones before move out of the way."""
    for snapshot in snapshot_folders(folder):
        if not snapshot.name.startswith("2020"):
            snapshot.rename(folder / f"2020{len(snapshot_folders(folder)):04d}T000000Z")
    return back_up(settings, folder, progress=quietly, **options)  # type: ignore[arg-type]


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def test_a_lost_data_folder_comes_back_as_it_was(shop: Settings, backups: Path) -> None:
    result = save(shop, backups)
    before = everything_saved(shop)
    assert result.files + len(choose_snapshot(backups, None).manifest.links) == len(before)
    shutil.rmtree(shop.data_path)

    restore(shop, choose_snapshot(backups, None), replace=False, progress=quietly)

    assert everything_saved(shop) == before
    assert resolve_current(shop).run_id == "20260302T000000000Z-bbbb"
    _, connection = connect_current(shop)
    with connection:
        assert connection.execute("select count(*) from dim_products").fetchall()[0][0] > 0
    with connect_operations(shop) as connection:
        assert connection.execute("select count(*) from runs").fetchall() == [(1,)]
    assert not shop.build_database.exists()


def test_a_second_backup_costs_what_is_new(shop: Settings, backups: Path) -> None:
    save(shop, backups)
    path = land(shop, "orders", date(2026, 3, 3))
    result = save(shop, backups)
    assert (result.copied, result.copied_size) == (1, path.stat().st_size)
    first, second = (Snapshot(folder) for folder in snapshot_folders(backups))
    name = "landing/shop/orders/dt=2026-03-01/orders-2026-03-01.parquet"
    assert first.path(name).stat().st_ino == second.path(name).stat().st_ino


def test_a_removed_snapshot_takes_nothing_from_the_others(shop: Settings, backups: Path) -> None:
    save(shop, backups)
    save(shop, backups)
    assert len(save(shop, backups, keep=1).removed) == 2
    before = everything_saved(shop)
    shutil.rmtree(shop.data_path)
    restore(shop, choose_snapshot(backups, None), replace=False, progress=quietly)
    assert everything_saved(shop) == before


def test_only_the_current_version_is_saved_unless_all_are_asked_for(shop: Settings, backups: Path) -> None:
    def versions() -> set[str]:
        files = choose_snapshot(backups, None).manifest.files
        return {name.split("/")[2] for name in files if name.startswith("published/versions/")}

    save(shop, backups)
    assert versions() == {"20260302T000000000Z-bbbb"}
    save(shop, backups, all_versions=True)
    assert versions() == {"20260301T000000000Z-aaaa", "20260302T000000000Z-bbbb"}


def test_a_full_folder_is_replaced_only_when_told_to_and_kept_aside(shop: Settings, backups: Path) -> None:
    save(shop, backups)
    before = everything_saved(shop)
    late = land(shop, "orders", date(2026, 3, 9))
    snapshot = choose_snapshot(backups, None)
    with pytest.raises(ShelfwiseError, match="is not empty"):
        restore(shop, snapshot, replace=False, progress=quietly)
    done = restore(shop, snapshot, replace=True, progress=quietly)
    assert everything_saved(shop) == before
    assert done.replaced is not None
    assert (done.replaced / late.relative_to(shop.data_path)).is_file()


def test_a_damaged_snapshot_restores_nothing(shop: Settings, backups: Path) -> None:
    save(shop, backups)
    snapshot = choose_snapshot(backups, None)
    victim = snapshot.path("landing/shop/products/dt=2026-03-01/products-2026-03-01.parquet")
    victim.write_bytes(victim.read_bytes()[:-1] + b"?")
    before = everything_saved(shop)
    with pytest.raises(ShelfwiseError, match="its bytes are not those"):
        restore(shop, snapshot, replace=True, progress=quietly)
    assert everything_saved(shop) == before


def test_a_damaged_landed_file_is_told_of_and_the_good_copy_stays_saved(shop: Settings, backups: Path) -> None:
    save(shop, backups)
    path = shop.landing_path / "shop/orders/dt=2026-03-01/orders-2026-03-01.parquet"
    good = path.read_bytes()
    path.write_bytes(good[:200] + bytes([good[200] ^ 0xFF]) + good[201:])
    result = save(shop, backups)
    name = path.relative_to(shop.data_path).as_posix()
    assert list(result.damaged) == [name]
    assert choose_snapshot(backups, None).path(name).read_bytes() == good

    assert repair(shop, choose_snapshot(backups, None), progress=quietly) == [name]
    assert path.read_bytes() == good
    assert len(list((shop.data_path / "damaged").iterdir())) == 1
    assert repair(shop, choose_snapshot(backups, None), progress=quietly) == []


def test_a_damaged_version_is_told_of(shop: Settings, backups: Path) -> None:
    warehouse = resolve_current(shop).warehouse
    warehouse.write_bytes(warehouse.read_bytes()[:-4096])
    assert "it is not as it was published" in save(shop, backups).damaged.values()


def test_repair_leaves_alone_what_an_erasure_has_changed(shop: Settings, backups: Path) -> None:
    save(shop, backups)
    landed = shop.landing_path / "shop/orders/dt=2026-03-02/orders-2026-03-02.parquet"
    landed.unlink()
    erased = land(shop, "orders", date(2026, 3, 2), rows=499).read_bytes()
    folder = resolve_current(shop).path
    shutil.rmtree(folder)
    publish_whole(shop, folder.name)
    version = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert repair(shop, choose_snapshot(backups, None), progress=quietly) == []
    assert landed.read_bytes() == erased
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == version


def test_repair_brings_back_no_fact_that_is_too_old_to_be_kept(shop: Settings, backups: Path) -> None:
    save(shop, backups)
    for path in shop.landing_path.rglob("*.parquet"):
        path.unlink()
    keeping = shop.model_copy(update={"keep_landing_days": 7})
    assert repair(keeping, choose_snapshot(backups, None), progress=quietly) == [
        "landing/shop/products/dt=2026-03-01/products-2026-03-01.parquet"
    ]


@pytest.mark.parametrize("place", ["data/backups", "data"])
def test_backups_do_not_go_into_what_they_save(shop: Settings, tmp_path: Path, place: str) -> None:
    with pytest.raises(ShelfwiseError, match="is within"):
        save(shop, tmp_path / place)


def test_a_folder_that_holds_something_else_is_left_alone(shop: Settings, backups: Path) -> None:
    backups.mkdir()
    (backups / "thesis.doc").write_text("nearly done")
    with pytest.raises(ShelfwiseError, match="holds something else"):
        save(shop, backups)
    with pytest.raises(ShelfwiseError, match="is no folder of backups"):
        choose_snapshot(backups, None)


def test_a_backup_that_was_killed_leaves_the_others_and_is_cleared_away(shop: Settings, backups: Path) -> None:
    save(shop, backups)
    unfinished = backups / "20301231T000000Z.unfinished"
    (unfinished / "data").mkdir(parents=True)
    (unfinished / "manifest.json").write_text("{}")
    assert choose_snapshot(backups, None).manifest.current == "20260302T000000000Z-bbbb"
    save(shop, backups)
    assert not unfinished.exists()


def test_a_collector_is_not_robbed_of_its_files(shop: Settings, backups: Path) -> None:
    save(shop, backups)
    held = AppendFile(segments_folder(shop), SEGMENT_SUFFIX)
    held.append(b"=00000000 0\n")
    with pytest.raises(ShelfwiseError, match="a collector works in this data folder"):
        restore(shop, choose_snapshot(backups, None), replace=True, progress=quietly)
    held.close()


def test_each_collected_event_is_in_a_backup_that_is_taken_while_events_land(shop: Settings, backups: Path) -> None:
    collected = ["m0"]
    stop = threading.Event()

    def collect_and_land() -> None:
        while not stop.is_set():
            message_id = f"m{len(collected)}"
            collect(shop, message_id)
            collected.append(message_id)
            compact(shop)

    landing = threading.Thread(target=collect_and_land)
    landing.start()
    try:
        for _ in range(5):
            certain = set(collected)
            save(shop, backups)
            elsewhere = shop.model_copy(update={"data_dir": backups.parent / "elsewhere"})
            restore(elsewhere, choose_snapshot(backups, None), replace=True, progress=quietly)
            compact(elsewhere)
            files = sorted(elsewhere.landing_path.glob("web/events/dt=*/*.parquet"))
            kept = [
                name for file in files for name in pq.ParquetFile(file).read(["message_id"])["message_id"].to_pylist()
            ]
            assert certain <= set(kept)
            assert len(kept) == len(set(kept))
    finally:
        stop.set()
        landing.join(30)
