"""A disk of a few hundred megabytes that is full at different moments of a run."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator

import pytest
from exhaustive import FAULTS
from fault_nights import Nights
from fault_shop import Shop, diagnosis, empty, named, serves

from shelfwise.pipeline.history import read_records

pytestmark = [
    FAULTS,
    pytest.mark.fault,
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.xdist_group("faults"),
]

DISK_BYTES = 700 * 2**20
BALLAST = "ballast.bin"


@pytest.fixture
def small_disk(nights: Nights) -> Iterator[Shop]:
    """The shop before its last night, on a disk in memory; skips where one may not mount."""
    data = nights.shop.data
    empty(data)
    options = ["-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(data)]
    if os.geteuid() != 0 or subprocess.run(["mount", *options], capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small disk needs root")
    try:
        nights.shop.become(nights.before)
        yield nights.shop
    finally:
        subprocess.run(["umount", "--lazy", str(data)], check=True)


def leave_free(shop: Shop, megabytes: float) -> None:
    """Fill the disk until so much is left."""
    free = shutil.disk_usage(shop.data).free
    with (shop.data / BALLAST).open("wb") as ballast:
        os.posix_fallocate(ballast.fileno(), 0, int(free - megabytes * 2**20))


@pytest.mark.parametrize("megabytes", [0.02, 2, 8, 24])
def test_a_full_disk_stops_a_run_and_nothing_else(
    nights: Nights, small_disk: Shop, megabytes: float, record_property: Callable[[str, object], None]
) -> None:
    shop = small_disk
    record_property("tried", 1)
    leave_free(shop, megabytes)
    exit_code = shop.start("run").wait(600)
    serves(shop.settings, nights.first_version if exit_code else read_records(shop.settings)[-1].run_id)
    if exit_code:
        finding = named(diagnosis(shop), "data folder", "are free on the disk")
        assert finding.remedy == "shelfwise clean"
        assert "Traceback" not in shop.screen().read()[-3000:]
    (shop.data / BALLAST).unlink()
    last = read_records(shop.settings)[-1]
    began = last.run_id > nights.first_version and last.status == "failed"
    shop.finish(*(["--resume"] if exit_code and began else []))
    assert diagnosis(shop).is_healthy
    nights.require_same_end(record_property)
    record_property("survived", 1)
