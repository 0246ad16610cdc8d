"""A folder that may not be written, and a clock that was set back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from exhaustive import FAULTS
from fault_nights import Nights
from fault_shop import TIMEOUT_SECONDS, Shop, diagnosis, let_last_night_come, named, serves

from shelfwise.pipeline.history import read_records

pytestmark = [
    FAULTS,
    pytest.mark.fault,
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.xdist_group("faults"),
]

NOBODY = 65534


@pytest.fixture
def as_nobody(nights: Nights) -> Iterator[Shop]:
    """The shop before its last night, owned by an account whom permissions bind."""
    if os.geteuid() != 0:
        pytest.skip("becoming another account needs root")
    shop = nights.shop
    shop.become(nights.before)
    opened = [folder for folder in shop.settings.project_dir.parents if folder.stat().st_mode & 0o055 != 0o055]
    modes = {folder: folder.stat().st_mode for folder in opened}
    for folder in opened:
        folder.chmod(0o755)
    subprocess.run(["chown", "-R", str(NOBODY), str(shop.settings.project_dir)], check=True)
    try:
        subprocess.run([sys.executable, "-c", "import shelfwise.cli"], user=NOBODY, check=True)
    except (PermissionError, subprocess.CalledProcessError):
        pytest.skip("another account cannot read this installation")
    yield shop
    subprocess.run(["chown", "-R", "0", str(shop.settings.project_dir)], check=True)
    for folder, mode in modes.items():
        folder.chmod(mode)


@pytest.mark.parametrize("place", [".", "landing/web", "runs", "published/versions"])
def test_a_folder_that_may_not_be_written_is_named(
    nights: Nights, as_nobody: Shop, place: str, record_property: Callable[[str, object], None]
) -> None:
    shop = as_nobody
    record_property("tried", 1)
    folder = shop.data / place
    mode = folder.stat().st_mode
    folder.chmod(0o500)

    exit_code = shop.start("run", user=NOBODY).wait(TIMEOUT_SECONDS)
    serves(shop.settings, nights.first_version if exit_code else read_records(shop.settings)[-1].run_id)
    found = subprocess.run(
        [sys.executable, "-m", "shelfwise.cli", "doctor", "--json"],
        cwd=shop.settings.project_dir, env=shop.environment(), user=NOBODY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == 1
    said = [finding for finding in json.loads(found.stdout)["findings"] if finding["check"] == "data folder"]
    assert str(folder.resolve()) in said[0]["what"]
    assert said[0]["remedy"].startswith(f"chown -R {NOBODY} ")
    assert "Traceback" not in shop.screen().read()[-3000:]

    folder.chmod(mode)
    assert shop.start("run", user=NOBODY).wait(TIMEOUT_SECONDS) == 0, shop.screen().read()[-3000:]
    nights.require_same_end(record_property)
    record_property("survived", 1)


def test_a_clock_that_was_set_back(nights: Nights, record_property: Callable[[str, object], None]) -> None:
    if shutil.which("faketime") is None:
        pytest.skip("turning the clock needs faketime (apt-get install faketime)")
    shop = nights.shop
    record_property("tried", 1)
    shop.become(nights.evening)
    shop.finish(prefix=("faketime", "-f", "+3d"))
    future = read_records(shop.settings)[-1].run_id
    named(diagnosis(shop), "runs", "the clock was set back")
    named(diagnosis(shop), "build database", "the clock was set back")

    let_last_night_come(shop)
    shop.finish()
    assert read_records(shop.settings)[-1].run_id > future
    serves(shop.settings, read_records(shop.settings)[-1].run_id)
    nights.require_same_end(record_property)
    record_property("survived", 1)
