"""A night in which nothing happened, and how far another one is from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fault_shop import Shop, differences, lost_rows

from shelfwise.warehouse.published import resolve_current


@dataclass(frozen=True)
class Nights:
    """The shop, and its data folder in the evening, once the night's files have come, and after an undisturbed run."""

    shop: Shop
    evening: Path
    before: Path
    undisturbed: Path
    first_version: str
    second_version: str
    rows: int

    def is_where(self, version: str, state: Path) -> bool:
        """Tell whether this version is current, with the marts that it has in a data folder that was put aside."""
        is_current = resolve_current(self.shop.settings).run_id == version
        return is_current and not differences(self.shop.settings, state)

    def require_same_end(self, record_property: Callable[[str, object], None]) -> None:
        """The shop is where the undisturbed night led to, and no row is lost on the way."""
        lost = lost_rows(self.shop.settings, self.rows)
        record_property("lost_rows", lost)
        assert lost == 0
        found = differences(self.shop.settings, self.undisturbed)
        assert not found, found
