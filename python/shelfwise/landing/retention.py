"""Which landed files are too old to be kept. Only facts grow old: a product or customer that landed once is still one.

What leaves landing leaves the marts with the next run, which builds them anew from what is left: incremental or in
full, the marts are what landing says.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from shelfwise.settings import Settings

SIMULATED = "sample_shop"
#: tables of what happened at a time; the others say what is
TABLES_OF_FACTS = ("events", "order_lines", "orders", "rejected_lines")


def is_retired(settings: Settings, path: Path, today: date | None = None) -> bool:
    """Return whether a landed file of facts landed longer ago than `keep_landing_days`.

    The sample shop's never do: they are made, and would be made again.
    """
    source, table = path.relative_to(settings.landing_path).parts[:2]
    if not settings.keep_landing_days or table not in TABLES_OF_FACTS or source == SIMULATED:
        return False
    try:
        landed_on = date.fromisoformat(path.parent.name.removeprefix("dt="))
    except ValueError:
        return False
    return landed_on < (today or datetime.now(UTC).date()) - timedelta(days=settings.keep_landing_days)


def retired_files(settings: Settings, today: date | None = None) -> list[Path]:
    """Return the landed files that are too old, oldest landing date first in each table."""
    paths = sorted(settings.landing_path.glob("*/*/dt=*/*.parquet"))
    return [path for path in paths if is_retired(settings, path, today)]
