"""A person is found everywhere before and nowhere after; others stay; whatever interrupts it, it ends the same."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import duckdb
import pytest
from exhaustive import EXHAUSTIVE
from searching import places
from small_folder import ADA, EVE, EXPORTS, SHARED, make_folder
from typer.testing import CliRunner

from shelfwise.cli import app
from shelfwise.errors import ShelfwiseError
from shelfwise.landing.registry import landed_row_counts
from shelfwise.landing.shop import import_shop
from shelfwise.pipeline.forgetting.forget import finish_interrupted, forget, forget_again, would_forget
from shelfwise.pipeline.lock import run_lock
from shelfwise.privacy.erasures import pending_path
from shelfwise.settings import Settings, get_settings
from shelfwise.warehouse.publish import verify_checksums
from shelfwise.warehouse.published import connect_current, resolve_current
from shelfwise.warehouse.retention import list_versions

PROJECT = Path(__file__).resolve().parents[3]


def quiet(_text: str) -> None: ...


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(project_dir=PROJECT, data_dir=tmp_path / "data", memory_limit="500MB", threads=1)
    make_folder(settings, tmp_path / "exports")
    return settings


def rows_of(settings: Settings, query: str) -> list[tuple[object, ...]]:
    _, connection = connect_current(settings)
    with connection:
        return connection.execute(query).fetchall()


def parts_of(found: set[str]) -> set[str]:
    return {place.split("/")[0].split(":")[0] for place in found}


def test_found_everywhere_before_and_nowhere_after(settings: Settings) -> None:
    before = places(settings.data_path, ADA)
    assert parts_of(before) == {"landing", "collector", "published", "runs", "model_output", "build.duckdb"}
    assert any("dead-letter" in place for place in before)
    assert any("segments" in place for place in before)

    erased = forget(settings, "ada-77", namespace="shop", report=quiet)

    left = places(settings.data_path, ADA)
    # a product that happens to bear her number is no word about her
    assert {place.rpartition(": ")[2] for place in left if ": " in place} == {"dim_products.product_id"}
    assert {Path(place).name for place in left if ": " not in place} <= {"warehouse.duckdb"}
    assert erased.orders == 1
    assert not pending_path(settings.data_path).exists()
    assert not settings.build_database.exists()
    assert would_forget(settings, "shop:ada-77", report=quiet).is_nothing


def test_others_keep_what_they_had(settings: Settings) -> None:
    forget(settings, "shop:ada-77", report=quiet)
    assert rows_of(settings, "from dim_customers") == [("shop:eve-12", "eve-12", "shop")]
    assert rows_of(settings, "from fct_orders") == [("shop:ORD-eve", "shop:eve-12")]
    assert rows_of(settings, "select order_line_id from fct_order_lines") == [("shop:L2",)]
    # a device that others use too stays, for its anonymous rows may be theirs
    assert rows_of(settings, "select device_id from fct_sessions order by 1") == [
        ("shop:dev-eve",),
        ("shop:dev-shared",),
    ]
    assert rows_of(settings, "select customer_id from dim_device_customers where device_id = 'shop:dev-shared'") == [
        ("shop:eve-12",)
    ]
    assert rows_of(settings, "from experiment_exposures") == [("shop:dev-eve",)]
    assert rows_of(settings, "select count(*) from dim_products") == [(1,)]
    comments = "select comment from duckdb_tables() where table_name = 'dim_customers'"
    assert rows_of(settings, comments) == [("One row per customer.",)]
    with duckdb.connect() as connection:
        events = connection.execute(
            f"select user_id, anonymous_id from '{settings.landing_path}/web/events/dt=*/*.parquet' order by all"
        ).fetchall()
    assert events == [("eve-12", EVE[1]), ("eve-12", SHARED)]
    assert landed_row_counts(settings, ["shop"])["shop"] == 1 + 1 + 1 + 1 + 1  # and the line that was no row


def test_every_version_is_made_anew_under_its_readers(settings: Settings) -> None:
    known, connection = connect_current(settings)
    with connection:
        forget(settings, "shop:ada-77", report=quiet)
        assert connection.execute("select count(*) from dim_customers").fetchall() == [(2,)], "a reader was cut off"
    current = resolve_current(settings)
    assert current.run_id == f"{known.run_id}-e1"
    assert [version.run_id for version in list_versions(settings)] == [
        "20260102T000000000Z-aaaa-e1",
        "20260101T000000000Z-aaaa-e1",
    ]
    for version in list_versions(settings):
        verify_checksums(version.path, version.manifest)
        assert version.manifest.row_counts.marts == {"dim_customers": 1, "fct_orders": 1}
    assert json.loads((current.path / "model" / "model_card.json").read_text()) == {"example": "[erased]", "rows": 2}
    forget(settings, "shop:eve-12", report=quiet)
    assert resolve_current(settings).run_id == f"{known.run_id}-e2"


def test_records_of_runs_can_still_be_read(settings: Settings) -> None:
    forget(settings, "shop:ada-77", report=quiet)
    (path,) = settings.runs_path.glob("*/run.json")
    assert json.loads(path.read_text())["message"] == "order [erased] of [erased] is odd, and 77 others"


def test_nobody_comes_back_by_a_file(settings: Settings, tmp_path: Path) -> None:
    forget(settings, "shop:ada-77", report=quiet)
    again = import_shop(tmp_path / "exports", settings)
    assert again.files_landed == 0, "a rewritten file is not known any more by the bytes it came from"
    later = tmp_path / "later"
    later.mkdir()
    (later / "customers-2.csv").write_text(EXPORTS["customers"].replace("2026-01-02\n", "2026-02-02\n"))
    (later / "orders-2.csv").write_text(EXPORTS["orders"].replace("2026-01-02\n", "2026-02-02\n"))
    assert import_shop(later, settings).files_landed == 2
    assert not any("landing" in place for place in places(settings.data_path, ADA))


def test_who_comes_back_with_a_backup_goes_again(settings: Settings, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    shutil.copytree(settings.data_path, backup, symlinks=True)
    forget(settings, "shop:ada-77", report=quiet)
    erasures = settings.data_path / "erasures"
    shutil.rmtree(settings.landing_path)
    shutil.copytree(backup / "landing", settings.landing_path)
    shutil.copytree(backup / "published" / "versions", settings.published_path / "versions", dirs_exist_ok=True)
    assert not any(word.encode() in path.read_bytes() for path in erasures.iterdir() for word in ADA)
    forget_again(settings, quiet)
    left = places(settings.data_path, ADA)
    assert {place.rpartition(": ")[2] for place in left if ": " in place} <= {"dim_products.product_id"}
    assert forget_again(settings, quiet) == []


def test_a_device_alone(settings: Settings) -> None:
    forget(settings, EVE[1], namespace="shop", is_device=True, report=quiet)
    assert not any("landing" in place for place in places(settings.data_path, [EVE[1]]))
    assert rows_of(settings, "select count(*) from dim_customers") == [(2,)]


class KilledError(BaseException):
    """Stands for the moment at which the process is gone."""


def durable_steps(monkeypatch: pytest.MonkeyPatch, fail_at: int) -> Iterator[int]:
    """Let the n-th change of a name on disk be the one that does not happen."""
    steps = 0

    def counted(real: object) -> object:
        def step(*arguments: object, **options: object) -> object:
            nonlocal steps
            steps += 1
            if steps == fail_at:
                raise KilledError
            return real(*arguments, **options)  # type: ignore[operator]

        return step

    for owner, name in ((os, "replace"), (os, "rename"), (Path, "rename"), (Path, "unlink"), (shutil, "rmtree")):
        monkeypatch.setattr(owner, name, counted(getattr(owner, name)))
    yield steps


@pytest.mark.timeout(600)
def test_interrupted_at_every_step_it_converges(settings: Settings, tmp_path: Path) -> None:
    pristine = tmp_path / "pristine"
    shutil.copytree(settings.data_path, pristine, symlinks=True)
    stride = 1 if os.environ.get("SHELFWISE_EXHAUSTIVE") else 19
    for step in count(1, stride):
        shutil.rmtree(settings.data_path)
        shutil.copytree(pristine, settings.data_path, symlinks=True)
        with pytest.MonkeyPatch.context() as patch:
            next(durable_steps(patch, step))
            try:
                forget(settings, "shop:ada-77", report=quiet)
                break
            except KilledError:
                pass
        assert rows_of(settings, "select count(*) from dim_products") == [(1,)], "readers were cut off"
        with run_lock(settings):
            finish_interrupted(settings, quiet)
        if not list((settings.data_path / "erasures").glob("*.json")):  # before anything was written down
            forget(settings, "shop:ada-77", report=quiet)
        left = places(settings.data_path, ADA)
        assert {place.rpartition(": ")[2] for place in left if ": " in place} <= {"dim_products.product_id"}, step
        assert len(list_versions(settings)) == 2, step
    assert step > 20, "it was not interrupted often enough to tell"


@pytest.mark.parametrize(
    "sign",
    ["erasures/under-way", pytest.param("published/versions/20260102T000000000Z-aaaa-e1", marks=EXHAUSTIVE)],
)
def test_kill_9_then_again(settings: Settings, sign: str) -> None:
    environment = settings.environment()
    command = [sys.executable, "-m", "shelfwise.cli", "forget", "shop:ada-77"]
    process = subprocess.Popen(command, env=environment, cwd=PROJECT)
    while process.poll() is None:
        if (settings.data_path / sign).exists():
            os.kill(process.pid, signal.SIGKILL)
            break
    process.wait()
    finished = subprocess.run(command, env=environment, cwd=PROJECT, check=False, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    left = places(settings.data_path, ADA)
    assert {place.rpartition(": ")[2] for place in left if ": " in place} <= {"dim_products.product_id"}


def test_the_command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    get_settings.cache_clear()
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    asked = CliRunner().invoke(app, ["forget", "shop:ada-77", "--dry-run"])
    assert asked.exit_code == 0, asked.output
    assert "landing/shop/orders" in asked.output
    assert "would go" in asked.output
    assert any("landing" in place for place in places(settings.data_path, ADA))
    done = CliRunner().invoke(app, ["forget", "shop:ada-77"])
    assert "Next: `shelfwise run`" in done.output
    assert "Nothing tells of them." in CliRunner().invoke(app, ["forget", "shop:ada-77", "--dry-run"]).output
    unclear = CliRunner().invoke(app, ["forget", "ada-77"])
    assert unclear.exit_code == 1
    assert "which shop's is this id?" in unclear.output
    get_settings.cache_clear()


def test_not_while_a_run_is_in_progress(settings: Settings) -> None:
    with run_lock(settings), pytest.raises(ShelfwiseError, match="another run is in progress"):
        forget(settings, "shop:ada-77", report=quiet)
