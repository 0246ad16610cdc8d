"""The guard against the worst mistake of a recommender: features that know the future."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from shelfwise.errors import ShelfwiseError


class LeakageError(ShelfwiseError):
    """A feature was made of a row at or after its cutoff."""


def check_point_in_time(latest_sources: Iterable[tuple[str, datetime, datetime | None]]) -> None:
    """Raise LeakageError unless every feature's source rows lie strictly before the cutoff.

    ``latest_sources`` gives (cutoff id, cutoff, latest moment of a source row; None where there is none).
    """
    for cutoff_id, cutoff_at, latest_source_at in latest_sources:
        if latest_source_at is not None and latest_source_at >= cutoff_at:
            raise LeakageError(
                f"features of cutoff {cutoff_id} were made of a row at {latest_source_at:%Y-%m-%d %H:%M:%S}, "
                f"not before {cutoff_at:%Y-%m-%d %H:%M:%S}",
                remedy="Join facts to rec_cutoffs with the macro before_cutoff, and build again",
            )
