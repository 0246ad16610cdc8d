"""What several suites need: the checkout, the real data, and warehouses built from them once."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dbt_process import DbtProcess
from playwright.sync_api import Browser, sync_playwright
from small_runs import leave_dbt_tests_out, start_run

from shelfwise.landing.online_retail import import_online_retail
from shelfwise.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def project_dir() -> Path:
    """The checkout under test."""
    return PROJECT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real retail data; it is not part of the project, so what needs it skips where it is absent."""
    folder = Path(os.environ.get("SHELFWISE_REAL_DATA", PROJECT.parent / "shared" / "data")).resolve()
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}: set SHELFWISE_REAL_DATA to a folder with online_retail/daily")
    return folder


@pytest.fixture(scope="session")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DbtProcess]:
    """`dbt(settings, "run", …)` in this checkout."""
    process = DbtProcess(PROJECT, tmp_path_factory.mktemp("dbt"))
    yield process
    process.close()


@pytest.fixture(scope="session")
def online_retail_settings(
    real_data: Path, dbt: Callable[..., str], tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """Settings of a warehouse built from all of Online Retail, up to what needs no training."""
    data_dir = tmp_path_factory.mktemp("online_retail")
    settings = Settings(project_dir=PROJECT, data_dir=data_dir, sources=("online_retail",))
    assert import_online_retail(real_data / "online_retail" / "daily", settings).succeeded
    dbt(settings, "seed", "--quiet")
    dbt(settings, "run", "--quiet", "--exclude", "tag:after_training")
    return settings


@pytest.fixture(scope="session")
def make_checkout(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """A function that makes a checkout of its own: what git tracks or would track, nothing that a run has made."""

    def make() -> Path:
        checkout = tmp_path_factory.mktemp("checkout")
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=PROJECT,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for name in filter(None, listed.split("\0")):
            if (PROJECT / name).is_file():
                (checkout / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(PROJECT / name, checkout / name)
        return checkout

    return make


@pytest.fixture(scope="session")
def published_shop(make_checkout: Callable[[], Path]) -> Settings:
    """Settings of a checkout in which a small sample shop has been run and published once."""
    checkout = make_checkout()
    settings = Settings(project_dir=checkout, data_dir=checkout / "data", sources=("sample_shop",))
    assert start_run(settings).wait(800) == 0
    return settings


@pytest.fixture(scope="session")
def untested_shop(published_shop: Settings) -> Settings:
    """The same shop, for tests that run it again and again: without dbt's own tests from now on."""
    leave_dbt_tests_out(published_shop.project_dir)
    return published_shop


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium. Where there is none its tests are skipped, or fail if SHELFWISE_REQUIRE_BROWSER is 1."""
    executable = Path(os.environ.get("SHELFWISE_CHROMIUM", "/usr/bin/chromium"))
    if not executable.is_file():
        reason = f"no Chromium at {executable}: install it (apt-get install chromium) or set SHELFWISE_CHROMIUM"
        if os.environ.get("SHELFWISE_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    # Closed after each module: playwright allows no second one in a process, and holds its event loop while open.
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield chromium
        chromium.close()
