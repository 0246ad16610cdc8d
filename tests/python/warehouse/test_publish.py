from __future__ import annotations

import hashlib
import json
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from shelfwise.errors import ShelfwiseError
from shelfwise.settings import Settings
from shelfwise.warehouse.publish import publish_version
from shelfwise.warehouse.published import (
    NothingPublishedError,
    VersionRemovedError,
    connect,
    connect_current,
    current_link,
    resolve_current,
    versions_path,
)
from shelfwise.warehouse.retention import list_versions, remove_old_versions
from shelfwise.warehouse.rollback import rollback

MakeRun = Callable[..., str]


def publish(settings: Settings, run_id: str) -> None:
    publish_version(settings, run_id, model_version="m1", sources=["a"])


def test_publishes_public_tables_only_with_their_comments(settings: Settings, make_run: MakeRun) -> None:
    publish(settings, make_run("r1"))
    version, connection = connect_current(settings)
    with connection:
        tables = connection.execute("select table_name, comment from duckdb_tables() order by 1").fetchall()
        column = connection.execute("select comment from duckdb_columns() where table_name = 'dim_products'").fetchall()
        with pytest.raises(duckdb.InvalidInputException):
            connection.execute("delete from fct_orders")
    assert tables == [("dim_products", "One row per product."), ("fct_orders", "One row per order; it's a fact.")]
    assert column == [("Product.",)]
    assert version.run_id == "r1"
    assert stat.S_IMODE(version.warehouse.stat().st_mode) == 0o444


def test_manifest_says_what_was_published(settings: Settings, make_run: MakeRun) -> None:
    publish(settings, make_run("r1", orders=4))
    manifest = resolve_current(settings).manifest
    assert manifest.row_counts.landing == {"a": 5}
    assert manifest.row_counts.marts == {"dim_products": 1, "fct_orders": 4}
    assert manifest.data_until == datetime(2026, 1, 4, 10, tzinfo=UTC)
    assert (manifest.gate, manifest.model_version) == ("passed", "m1")
    assert {"python", "duckdb", "dbt-core"} <= manifest.versions.keys()
    assert manifest.checksums["model/ranker.bin"] == hashlib.sha256(b"weights").hexdigest()
    assert manifest.checksums.keys() == {"lineage.json", "model/ranker.bin", "warehouse.duckdb"}
    assert (resolve_current(settings).session_index_path).is_dir()


def test_an_empty_warehouse_has_no_data_until(settings: Settings, make_run: MakeRun) -> None:
    publish(settings, make_run("r1", orders=0))
    text = (resolve_current(settings).path / "manifest.json").read_text()
    assert json.loads(text)["data_until"] is None


def test_current_is_a_relative_symlink_so_that_the_data_folder_can_move(settings: Settings, make_run: MakeRun) -> None:
    publish(settings, make_run("r1"))
    assert current_link(settings).readlink() == Path("versions/r1")


def test_publishing_the_current_version_again_changes_nothing(settings: Settings, make_run: MakeRun) -> None:
    run_id = make_run("r1")
    publish(settings, run_id)
    before = resolve_current(settings).manifest
    publish(settings, run_id)
    assert resolve_current(settings).manifest == before


def test_a_public_model_that_was_not_built_stops_the_publish(settings: Settings, make_run: MakeRun) -> None:
    publish(settings, make_run("r1"))
    make_run("r2")
    with duckdb.connect(str(settings.build_database)) as connection:
        connection.execute("drop view dim_products")
    with pytest.raises(ShelfwiseError, match="dim_products is not in the build database"):
        publish(settings, "r2")
    assert resolve_current(settings).run_id == "r1"


def test_a_build_database_in_use_is_said_clearly(settings: Settings, make_run: MakeRun) -> None:
    run_id = make_run("r1")
    holder = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()",
        str(settings.build_database),
    )
    with subprocess.Popen(
        [sys.executable, "-c", *holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        child.stdout.readline()
        with pytest.raises(ShelfwiseError, match="cannot be opened"):
            publish(settings, run_id)
        child.kill()


def test_retention_keeps_the_newest_and_the_current_one(settings: Settings, make_run: MakeRun) -> None:
    for number in range(1, 6):
        publish(settings, make_run(f"r{number}"))
    assert [version.run_id for version in list_versions(settings)] == ["r5", "r4", "r3"]
    rollback(settings, "r3")
    publish(settings, make_run("r6"))
    rollback(settings, "r4")
    publish(settings, make_run("r7"))
    assert [version.run_id for version in list_versions(settings)] == ["r7", "r6", "r5"]


def test_retention_spares_an_old_version_that_is_current(settings: Settings, make_run: MakeRun) -> None:
    for number in range(1, 4):
        publish(settings, make_run(f"r{number}"))
    rollback(settings, "r1")
    kept = settings.model_copy(update={"keep_versions": 1})
    assert remove_old_versions(kept) == ["r2"]
    assert [version.run_id for version in list_versions(settings)] == ["r3", "r1"]


def test_a_removed_version_is_told_apart_from_a_broken_one(settings: Settings, make_run: MakeRun) -> None:
    publish(settings, make_run("r1"))
    old = resolve_current(settings)
    for number in range(2, 6):
        publish(settings, make_run(f"r{number}"))
    with pytest.raises(VersionRemovedError):
        connect(old)


def test_a_connection_outlives_its_version(settings: Settings, make_run: MakeRun) -> None:
    publish(settings, make_run("r1", orders=3))
    _, connection = connect_current(settings)
    for number in range(2, 6):
        publish(settings, make_run(f"r{number}"))
    assert connection.execute("select count(*) from fct_orders").fetchall() == [(3,)]
    connection.close()


def test_nothing_published(settings: Settings) -> None:
    with pytest.raises(NothingPublishedError, match="make run"):
        resolve_current(settings)


def test_rollback_goes_to_the_one_before_and_by_name(settings: Settings, make_run: MakeRun) -> None:
    for number in range(1, 4):
        publish(settings, make_run(f"r{number}", orders=number))
    assert rollback(settings).run_id == "r2"
    assert rollback(settings).run_id == "r1"
    with pytest.raises(ShelfwiseError, match="no version before r1"):
        rollback(settings)
    assert rollback(settings, "r3").run_id == "r3"
    _, connection = connect_current(settings)
    assert connection.execute("select max(batch) from fct_orders").fetchall() == [(3,)]
    connection.close()
    with pytest.raises(ShelfwiseError, match="no version r9"):
        rollback(settings, "r9")


def test_rollback_finds_the_newest_version_when_the_symlink_is_lost(settings: Settings, make_run: MakeRun) -> None:
    publish(settings, make_run("r1"))
    publish(settings, make_run("r2"))
    (settings.published_path / "current").unlink()
    assert rollback(settings).run_id == "r2"
    assert resolve_current(settings).run_id == "r2"


def test_rollback_refuses_a_damaged_version(settings: Settings, make_run: MakeRun) -> None:
    publish(settings, make_run("r1"))
    publish(settings, make_run("r2"))
    (versions_path(settings) / "r1" / "model" / "ranker.bin").write_text("tampered")
    with pytest.raises(ShelfwiseError, match=r"r1 is damaged: model/ranker\.bin differs from its manifest"):
        rollback(settings)
    assert resolve_current(settings).run_id == "r2"


def damage_manifest(settings: Settings, run_id: str) -> None:
    (versions_path(settings) / run_id / "manifest.json").write_text('{"run_id":')


def test_a_damaged_old_version_does_not_fail_a_publish(settings: Settings, make_run: MakeRun) -> None:
    publish(settings, make_run("r1"))
    publish(settings, make_run("r2"))
    damage_manifest(settings, "r1")
    publish(settings, make_run("r3"))
    assert [version.run_id for version in list_versions(settings)] == ["r3", "r2"]
    publish(settings, make_run("r4"))
    assert not (versions_path(settings) / "r1").exists()  # it leaves when its turn comes


def test_rollback_leads_away_from_a_current_version_with_a_damaged_manifest(
    settings: Settings, make_run: MakeRun
) -> None:
    publish(settings, make_run("r1"))
    publish(settings, make_run("r2"))
    damage_manifest(settings, "r2")
    with pytest.raises(ShelfwiseError, match="rollback"):
        resolve_current(settings)
    assert rollback(settings).run_id == "r1"
    assert resolve_current(settings).run_id == "r1"
