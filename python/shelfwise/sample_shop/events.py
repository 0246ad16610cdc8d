"""The log in which the simulation writes its events, column by column."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from shelfwise.sample_shop.catalogue import Ints

# What an event may carry, as numbers; -1 stands for nothing.
DETAILS = ("product", "quantity", "price", "order", "list_number", "position", "search", "page")


class EventLog:
    """Events in chunks of arrays; every column is integer, and names are given when the events are landed."""

    def __init__(self) -> None:
        self._chunks: list[dict[str, Ints]] = []

    def add(self, visit: Ints, step: Ints | int, name: int, **details: Any) -> None:
        """Add one event a visit number; steps and details (see DETAILS) are arrays of its shape or one number."""
        columns = {"visit": visit, "step": step, "name": name, **{each: details.get(each, -1) for each in DETAILS}}
        self._chunks.append({each: np.broadcast_to(np.asarray(value), visit.shape) for each, value in columns.items()})

    def frame(self) -> pd.DataFrame:
        """Return all events, those of a visit in the order of their steps."""
        columns = {name: np.concatenate([chunk[name] for chunk in self._chunks]) for name in self._chunks[0]}
        events = pd.DataFrame({name: column.astype(np.int64) for name, column in columns.items()})
        return events.sort_values(["visit", "step", "product"], kind="stable", ignore_index=True)
