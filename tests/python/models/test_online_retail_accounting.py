"""The books of Online Retail against the figures its publishers state."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pytest

from shelfwise.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("online_retail")]


@pytest.fixture(scope="module")
def warehouse(online_retail_settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(online_retail_settings.build_database), read_only=True) as connection:
        yield connection


def test_every_line_of_the_files_is_accounted_for(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows, facts, duplicates, quarantined, unaccounted = warehouse.execute(
        "select row_count, fact_count, duplicate_count, quarantined_count, unaccounted_count "
        "from row_accounting where source_name = 'online_retail' and table_name = 'order_lines'"
    ).fetchone()

    assert rows == 541_909
    assert unaccounted == 0
    assert rows == facts + duplicates + quarantined
    # 5,268 exact duplicates in the files: those of quarantined lines are counted as quarantined
    quarantined_copies = warehouse.execute(
        "select count(*) - count(distinct content_hash) from intermediate.int_order_lines__classified "
        "where row_status = 'quarantined'"
    ).fetchone()[0]
    assert duplicates + quarantined_copies == 5_268


def test_official_counts_survive_the_cleaning(warehouse: duckdb.DuckDBPyConnection) -> None:
    invoices, cancellation_lines, customers, anonymous_lines, total = warehouse.execute(
        """
        select
            count(distinct order_id),
            count(*) filter (order_id like 'online_retail:C%'),
            count(distinct customer_id),
            count(*) filter (customer_id is null),
            sum(quantity * unit_price)
        from intermediate.int_order_lines__classified
        """
    ).fetchone()

    assert (invoices, cancellation_lines, customers, anonymous_lines) == (25_900, 9_288, 4_372, 135_080)
    assert total.quantize(Decimal("0.01")) == Decimal("9747747.93")
    assert warehouse.execute("select count(*) from dim_customers").fetchone() == (4_372,)


def test_quarantine_gives_a_reason_for_every_line_that_is_no_sale(warehouse: duckdb.DuckDBPyConnection) -> None:
    reasons = dict(warehouse.execute("select reason, count(*) from quarantined_rows group by reason").fetchall())

    # zero prices: 1,336 write-offs without a cancellation, 1,139 found again or given without a customer; 3 bad debts
    assert reasons == {"stock_write_off": 1_336, "stock_adjustment": 1_139, "bad_debt_adjustment": 3}


def test_charges_are_told_from_products(warehouse: duckdb.DuckDBPyConnection) -> None:
    charges = dict(
        warehouse.execute(
            "select charge_code, count(*) from fct_order_lines where line_type = 'charge' group by 1"
        ).fetchall()
    )
    assert {"postage", "carriage", "manual", "discount", "bank_charges", "marketplace_fee", "gift_voucher"} <= set(
        charges
    )
    assert warehouse.execute(
        "select count(*) from dim_products where source_product_id in ('POST', 'DOT', 'M', 'D', 'AMAZONFEE')"
    ).fetchone() == (0,)


def test_local_time_becomes_utc(warehouse: duckdb.DuckDBPyConnection) -> None:
    # 08:26 in December and 10:17 in July by the clock of the United Kingdom
    for order_id, expected in (("536365", "2010-12-01T08:26:00"), ("558774", "2011-07-04T09:17:00")):
        (ordered_at,) = warehouse.execute(
            "select ordered_at from fct_orders where order_id = ?", [f"online_retail:{order_id}"]
        ).fetchone()
        assert ordered_at.isoformat() == expected


def test_order_totals_equal_their_lines(warehouse: duckdb.DuckDBPyConnection) -> None:
    orders, lines = warehouse.execute(
        "select (select sum(net_revenue) from fct_orders), "
        "(select sum(line_amount) from fct_order_lines where line_type <> 'charge')"
    ).fetchone()
    assert orders == lines
