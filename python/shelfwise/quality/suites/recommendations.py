"""The recommendations door."""

from __future__ import annotations

from shelfwise.quality.tables import TableSuite

SUITES: tuple[TableSuite, ...] = ()
