"""A checkout and a data folder of its own, the run of each night, and the website that goes on through all of them."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import httpx

from bench.serving.processes import answer_of, free_port, started
from shelfwise.errors import ShelfwiseError
from shelfwise.settings import Settings

SOURCE = "sample_shop"
WRITE_KEY = "bench-loop"
# The rest of a checkout is code, or not looked at by a run.
CHECKOUT = ("dbt_project.yml", "profiles.yml", "selectors.yml", "models", "macros", "seeds", "tests")
TAKES_OVER_SECONDS = 60.0
# So many answers in a row of the new version: each process takes it over by itself.
ANSWERS_IN_A_ROW = 30

Arms = Sequence[tuple[str, str]]


def make_checkout(project: Path, target: Path) -> None:
    """Copy what a run reads of a checkout: the experiments are rows of a seed, and not of the user's."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in CHECKOUT:
        if (project / name).is_dir():
            ignored = shutil.ignore_patterns("python", "__pycache__")
            shutil.copytree(project / name, target / name, ignore=ignored)
        else:
            shutil.copy2(project / name, target / name)


def add_experiment(checkout: Path, name: str, placement: str, arms: Arms, starts_on: date) -> None:
    """Add an experiment of devices to the seed; `arms` are (name, strategy) of equal shares, the control first."""
    path = checkout / "seeds" / "experiments.csv"
    with path.open(newline="", encoding="utf-8") as file:
        columns = next(csv.reader(file))
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        for number, (arm, strategy) in enumerate(arms, 1):
            writer.writerow(
                {
                    "experiment_name": name, "namespace": SOURCE, "arm": arm, "arm_number": number,
                    "strategy": strategy, "share": 1 / len(arms), "is_control": str(number == 1).lower(),
                    "unit": "device", "placement": placement, "starts_on": starts_on, "ends_on": "",
                    "metric": "click_through_rate", "guardrail_metrics": "conversion_rate revenue_per_unit",
                }
            )  # fmt: skip


def run_night(settings: Settings, *options: str) -> None:
    """Run the pipeline. Raises ShelfwiseError, with what it said last, when it does not publish."""
    command = [sys.executable, "-m", "shelfwise.cli", "run", *options]
    done = subprocess.run(
        command, cwd=settings.project_dir, env=settings.environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ShelfwiseError(
            f"the run failed: {(done.stdout + done.stderr)[-3000:]}",
            remedy=f"Look into it: SHELFWISE_PROJECT_DIR={settings.project_dir} "
            f"SHELFWISE_DATA_DIR={settings.data_path} shelfwise status",
        )


@contextmanager
def website(settings: Settings, log: Path) -> Iterator[httpx.Client]:
    """Run `shelfwise serve` as anyone starts it, but for rates that one address would meet at once."""
    port = free_port()
    environment = {
        **settings.environment(),
        "SHELFWISE_API_PORT": str(port),
        "SHELFWISE_API_WORKERS": str(settings.api_workers),
        "SHELFWISE_WRITE_KEYS": f"{WRITE_KEY}:{SOURCE}",
        "SHELFWISE_COLLECTOR_ADDRESS_RATE": "0",
        "SHELFWISE_COLLECTOR_KEY_RATE": "0",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    address = f"http://127.0.0.1:{port}"

    def is_ready() -> bool:
        answer = answer_of(f"{address}/readyz")
        return answer is not None and answer.is_success

    command = [sys.executable, "-m", "shelfwise.cli", "serve"]
    with started(command, environment, log, is_ready), httpx.Client(base_url=address, timeout=30) as client:
        yield client


def wait_for_version(settings: Settings, client: httpx.Client) -> None:
    """Wait until the website answers from what the last run published. Raises ShelfwiseError when it does not."""
    manifest = settings.published_path / "current" / "manifest.json"
    run_id = json.loads(manifest.read_text(encoding="utf-8"))["run_id"]
    deadline, in_a_row = time.monotonic() + TAKES_OVER_SECONDS, 0
    while in_a_row < ANSWERS_IN_A_ROW:
        # a connection each, so that each process is met
        answer = httpx.get(f"{client.base_url}/v1/recommendations", params={"n": 1}, timeout=30)
        in_a_row = in_a_row + 1 if answer.is_success and answer.json()["run_id"] == run_id else 0
        if time.monotonic() > deadline:
            raise ShelfwiseError(f"the website does not take over {run_id}", remedy="Look at its log.")
        if not in_a_row:
            time.sleep(0.2)
