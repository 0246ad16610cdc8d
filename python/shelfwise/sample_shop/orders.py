"""Orders, their lines, and what is sent back."""

from __future__ import annotations

import numpy as np
import pandas as pd

from shelfwise.sample_shop import pages
from shelfwise.sample_shop.catalogue import Catalogue
from shelfwise.sample_shop.events import DETAILS
from shelfwise.sample_shop.parameters import ShopParameters

MILLISECONDS_PER_DAY = 86_400_000
RETURN_SHARE = 0.07
RETURN_SHARE_OF_PACKS = 0.015


def build_orders(events: pd.DataFrame, visits: pd.DataFrame, lines: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the orders and their lines; an order's time is that of its purchase events."""
    purchases = events[events["name"] == pages.PURCHASE].drop_duplicates("order").set_index("order")
    orders = purchases[["occurred", "device", "customer", "visit"]].sort_index().reset_index()
    orders["person"] = visits["person"].to_numpy()[orders["visit"]]
    lines = lines[["order", "line", "product", "quantity", "price"]].copy()
    lines["occurred"] = orders["occurred"].to_numpy()[lines["order"]]
    return orders.drop(columns="visit"), lines


def add_returns(
    parameters: ShopParameters, orders: pd.DataFrame, lines: pd.DataFrame, catalogue: Catalogue
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the events and the lines of what comes back some days after it was ordered, within the period.

    A returned line has the number of the line it takes back, and a negative quantity. Its refund event comes from the
    device that ordered, on a visit to the returns page.
    """
    rng = parameters.random("returns")
    is_pack = catalogue.is_replenishable[lines["product"]]
    share = np.where(is_pack, RETURN_SHARE_OF_PACKS, RETURN_SHARE)
    delay_by_order = rng.integers(3 * MILLISECONDS_PER_DAY, 24 * MILLISECONDS_PER_DAY, len(orders))
    returned_at = lines["occurred"] + delay_by_order[lines["order"]]
    part = rng.random(len(lines))
    chosen = (rng.random(len(lines)) < share) & (returned_at < parameters.days * MILLISECONDS_PER_DAY)
    back = lines[chosen].assign(
        occurred=returned_at[chosen], quantity=-np.ceil(part[chosen] * lines["quantity"][chosen]).astype(np.int64)
    )
    of = orders.loc[back["order"], ["device", "customer"]].reset_index(drop=True)
    refunds = pd.DataFrame(dict.fromkeys(DETAILS, -1), index=range(len(back))).assign(
        visit=-1, step=1, name=pages.REFUND, page=pages.RETURNS, device=of["device"], customer=of["customer"],
        occurred=back["occurred"].to_numpy(), product=back["product"].to_numpy(), order=back["order"].to_numpy(),
        quantity=-back["quantity"].to_numpy(), price=back["price"].to_numpy(),
    )  # fmt: skip
    arrivals = refunds.drop_duplicates("order").assign(
        step=0, name=pages.PAGE_VIEW, product=-1, order=-1, quantity=-1, price=-1
    )
    arrivals["occurred"] -= rng.integers(20_000, 90_000, len(arrivals))
    return pd.concat([arrivals, refunds], ignore_index=True), back
