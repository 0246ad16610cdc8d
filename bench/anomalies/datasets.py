"""The shops that changes are planted in, landed and built up to their daily series and verdicts."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shelfwise.errors import ShelfwiseError
from shelfwise.landing.import_options import ImportOptions
from shelfwise.landing.online_retail import import_online_retail
from shelfwise.pipeline.dbt import run_dbt
from shelfwise.sample_shop.land import land_sample_shop
from shelfwise.settings import Settings

Say = Callable[[str], None]
SAMPLE_DAYS = 365
#: the seed whose shop thresholds are chosen on, and the one that figures are of
CHOSEN_ON, REPORTED_ON = 7, 8
#: Online Retail is chosen on before this day, and reported from it on
SPLIT_DAY = "2011-07-15"


@dataclass(frozen=True)
class Dataset:
    """A warehouse: where it is, and the day from which its days count (None: all of them)."""

    name: str
    settings: Settings

    @property
    def target(self) -> Path:
        """Where dbt left what it compiled."""
        return self.settings.data_path / "target"


def sample_shop(base: Settings, folder: Path, seed: int, size: str, say: Say) -> Dataset:
    """Return a sample year of a seed and size, made where it is not there yet."""
    settings = base.model_copy(
        update={"data_dir": folder / f"sample_shop-{size}-{seed}", "temp_dir": None, "sources": ("sample_shop",)}
    )
    say(f"sample shop of seed {seed}: landing {SAMPLE_DAYS} days")
    land_sample_shop(settings, seed=seed, days=SAMPLE_DAYS, size=size)
    build(settings, say)
    return Dataset(f"sample_shop seed {seed}", settings)


def online_retail(base: Settings, folder: Path, daily: Path, say: Say) -> Dataset:
    """Return Online Retail, landed from its daily files."""
    settings = base.model_copy(
        update={"data_dir": folder / "online_retail", "temp_dir": None, "sources": ("online_retail",)}
    )
    if not settings.landing_path.is_dir():
        say("online retail: landing")
        imported = import_online_retail(daily, settings, lambda _: None, ImportOptions(None, False))
        if not imported.succeeded:
            shutil.rmtree(settings.data_path)
            raise ShelfwiseError(imported.summary())
    build(settings, say)
    return Dataset("online_retail", settings)


def build(settings: Settings, say: Say) -> None:
    """Build the watched series and what is said of them. Raises ShelfwiseError when dbt fails."""
    for arguments in (["seed"], ["run", "--select", "+daily_anomalies", "anomaly_incidents"]):
        say(f"dbt {arguments[0]}")
        events, finished = run_dbt(
            settings,
            arguments,
            logs=settings.data_path / "logs",
            target=settings.data_path / "target",
            say=lambda _: None,
        )
        if finished.exit_code != 0:
            raise ShelfwiseError("dbt failed: " + "\n".join(events.errors or finished.last_lines(12)))
