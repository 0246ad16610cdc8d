"""A small shop, landed in full beside the data folder, and let in night by night."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from shelfwise.sample_shop.land import SOURCE, land_sample_shop
from shelfwise.settings import Settings


def open_shop(settings: Settings, folder: Path, days: int, customers: int) -> Path:
    """Land so many days of a shop into a folder of its own, and return its landing folder."""
    elsewhere = settings.model_copy(update={"data_dir": folder})
    land_sample_shop(elsewhere, seed=settings.seed, days=days, size=customers)
    return elsewhere.landing_path


def landing_days(landed: Path) -> list[date]:
    """Return the days on which something landed."""
    return sorted({date.fromisoformat(path.name.removeprefix("dt=")) for path in landed.glob(f"{SOURCE}/*/dt=*")})


def link_night(settings: Settings, landed: Path, day: date) -> None:
    """Let a day's files land."""
    for path in landed.glob(f"{SOURCE}/*/dt={day}/*.parquet"):
        target = settings.landing_path / path.relative_to(landed)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.link(path, target)
