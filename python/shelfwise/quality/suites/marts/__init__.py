"""The marts door: would a reader of these tables be misled?

dbt's tests judge each model while it is built. This door looks at the finished tables together, before they are
published: keys and references, amounts that add up across tables, days without gaps, and books that close. Tables may
be empty where a source has no such data; a source that landed rows of which none arrived is an error.
"""

from __future__ import annotations

from shelfwise.quality.suites import published
from shelfwise.quality.suites.marts import core, customers, daily, feedback, monitoring
from shelfwise.quality.tables import TableSuite

SUITES: tuple[TableSuite, ...] = (
    *core.SUITES,
    *daily.SUITES,
    *customers.SUITES,
    *feedback.SUITES,
    *monitoring.SUITES,
    *published.SUITES,
)
