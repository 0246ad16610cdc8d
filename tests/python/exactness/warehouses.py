"""The two warehouses that the tests of this folder share, and questions to both."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import duckdb
from comparison import Difference
from loads import Loads
from shops import Shop

from shelfwise.settings import Settings

GENERATED_SHOPS = int(os.environ.get("SHELFWISE_EXACTNESS_SHOPS", "300"))
# Another number draws other shops.
SEED = int(os.environ.get("SHELFWISE_EXACTNESS_SEED", "20260301"))
SOURCES = ("web", "shop", "rees46")
# Run before the run of that number: by a run that died after them, or by hand.
UNFINISHED_RUNS = {
    2: "int_events__classified int_products__classified",
    3: "int_events__classified",
    4: "+row_accounting",
    5: "int_products__classified int_orders__classified",
}


@dataclass(frozen=True)
class Warehouses:
    """Shops loaded in turn, the same shops by a full refresh, and where the two differ."""

    loads: Loads
    shops: tuple[Shop, ...] = field(repr=False)
    differences: tuple[Difference, ...] = field(repr=False)

    def differences_of(self, shop: Shop) -> list[str]:
        return [str(difference) for difference in self.differences if difference.namespace == shop.namespace]

    def both(self) -> tuple[Settings, Settings]:
        return self.loads.loaded, self.loads.refreshed

    def rows(self, shop: Shop, query: str) -> list[tuple[object, ...]]:
        """What `query` answers of `$namespace`, the same in both warehouses."""
        loaded, refreshed = (ask(settings, query, namespace=shop.namespace) for settings in self.both())
        assert loaded == refreshed, f"{shop}\nafter loads in turn: {loaded}\nafter a full refresh: {refreshed}"
        return loaded


def ask(settings: Settings, query: str, **parameters: object) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        return connection.execute(query, parameters).fetchall()
