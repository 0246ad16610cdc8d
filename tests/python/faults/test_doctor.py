"""The doctor on a real shop: silent while it is well, and for each fault a command that mends it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from damages import QUICK, SLOW, Damage
from exhaustive import EXHAUSTIVE, FAULTS
from fault_shop import Shop, diagnosis, named, serves
from small_runs import start_run

from shelfwise.pipeline.history import read_records
from shelfwise.recovery.backup import back_up
from shelfwise.settings import Settings
from shelfwise.warehouse.published import resolve_current, versions_path

pytestmark = [*EXHAUSTIVE, pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("published_shop")]

# The others take `make test-faults`: some need what a collector took, and one of a kind is enough here.
QUICK_HERE = (
    "a byte of the current version has changed",
    "the folder of the current version is gone",
    "the symlink to the current version is gone",
    "the record of operations is garbage",
    "all of landing is gone",
)
NAMED_HERE = (
    "a file of the sample shop is cut off",
    "bytes of the build database have changed",
    "what training wrote is garbage",
    "the record of the last run is garbage",
    "every version is gone",
)


@pytest.fixture(scope="module")
def saved_shop(published_shop: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, Path]:
    """A copy of the published shop with an earlier version, its backup, and the state to go back to."""
    shelf = tmp_path_factory.mktemp("shelf")
    settings = published_shop.model_copy(update={"data_dir": shelf / "data", "api_port": 1})
    shop = Shop(settings, shelf)
    shop.become(published_shop.data_path)
    for record in read_records(settings):  # other tests leave runs that failed
        if record.status != "succeeded":
            shutil.rmtree(settings.runs_path / record.run_id)
    current = resolve_current(settings)
    if not [path for path in versions_path(settings).iterdir() if path.name < current.run_id]:
        earlier = versions_path(settings) / "20200101T000000000Z-0000"
        shutil.copytree(current.path, earlier)
        manifest = json.loads((earlier / "manifest.json").read_text())
        (earlier / "manifest.json").write_text(json.dumps(manifest | {"run_id": earlier.name}))
    back_up(settings, shop.backups, progress=lambda _: None)
    return shop, shop.keep("well")


@pytest.fixture
def shop(saved_shop: tuple[Shop, Path]) -> Iterator[Shop]:
    shop, well = saved_shop
    shop.become(well)
    return shop


def errors(shop: Shop) -> list[str]:
    return [finding.what for _, finding in diagnosis(shop).found if finding.severity == "error"]


@pytest.mark.fault
@pytest.mark.parametrize("name", QUICK_HERE)
def test_a_fault_is_named_and_its_command_mends_it(shop: Shop, name: str) -> None:
    damage: Damage = QUICK[name]
    before = resolve_current(shop.settings).run_id
    assert errors(shop) == []
    damage.plant(shop)
    if damage.serves:
        serves(shop.settings, before)

    shop.follow(named(diagnosis(shop), damage.check, damage.words))

    assert errors(shop) == []
    serves(shop.settings, resolve_current(shop.settings).run_id)


@pytest.mark.fault
@pytest.mark.parametrize("name", NAMED_HERE)
def test_a_fault_that_a_run_mends_is_named(shop: Shop, name: str) -> None:
    damage: Damage = SLOW[name]
    damage.plant(shop)
    finding = named(diagnosis(shop), damage.check, damage.words)
    assert finding.remedy.endswith("shelfwise run")
    assert finding.severity == "error"


def test_the_doctor_changes_nothing(shop: Shop) -> None:
    def everything() -> dict[str, tuple[int, int]]:
        return {str(path): (path.lstat().st_size, path.lstat().st_mtime_ns) for path in sorted(shop.data.rglob("*"))}

    before = everything()
    assert errors(shop) == []
    assert everything() == before


@FAULTS
def test_a_run_under_way_is_no_fault(shop: Shop) -> None:
    run = start_run(shop.settings)
    try:
        while read_records(shop.settings)[-1].pid != run.pid:
            assert run.poll() is None
        found = diagnosis(shop)
        assert found.is_healthy, found.found
        assert "in use by process" in found.checks["build database"].looked_at
    finally:
        run.kill()
        run.wait(30)
    finding = named(diagnosis(shop), "runs", "was interrupted at")
    assert finding.since is not None
