"""The landing door: is this batch whole, and are these the tables we know?

Thresholds are shares that the known faults of real data pass and a broken batch does not. Single bad rows are no
matter of this door: staging and quarantine judge each row, with a reason.

A new source is a module here with its expectations by table name, and a line in `_BY_SOURCE`.
"""

from __future__ import annotations

from shelfwise.landing.declared_tables import SourceTable
from shelfwise.quality.suites.landing import ga4, online_retail, rees46, sample_shop, shop, web
from shelfwise.quality.suites.landing.files import KEYS, file_suites, provenance
from shelfwise.quality.suites.landing.precedents import precedents_suite
from shelfwise.quality.tables import TableSuite

_BY_SOURCE = {
    "ga4": ga4.TABLES,
    "online_retail": online_retail.TABLES,
    "rees46": rees46.TABLES,
    "sample_shop": sample_shop.TABLES,
    "shop": shop.TABLES,
    "web": web.TABLES,
}


def suites_for(table: SourceTable, *, has_rows: bool, has_precedents: bool = False) -> list[TableSuite]:
    """Return what to expect of a landed table: of its files, of its rows, and of the night beside those before it."""
    suites = file_suites(table)
    if has_rows:
        of_its_own = _BY_SOURCE.get(table.source_name, {}).get(table.name, ())
        suites.append(TableSuite(table.table, table.owner, KEYS, (*provenance(), *of_its_own)))
    if has_precedents and not table.is_optional:
        suites.append(precedents_suite(table))
    return suites
