"""What stands on a page is what stands in its mart, asked for in another way."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest
from published import SAMPLE_SHOP, publish
from streamlit.testing.v1 import AppTest

LAST_28_DAYS = "> date '2026-11-21' - 28"


@pytest.fixture
def mart(published_path: Path) -> Path:
    return publish(published_path, "run_1", shops=(SAMPLE_SHOP,)) / "warehouse.duckdb"


def table_with(app: AppTest, column: str) -> pd.DataFrame:
    """Return the page's table that has a column."""
    [table] = [table.value for table in app.dataframe if column in table.value.columns]
    return table


def rows(mart: Path, sql: str) -> list[tuple[object, ...]]:
    """Ask a copy: DuckDB has one configuration for all connections of a process to a file, and that is the page's."""
    copy = mart.with_name("copy.duckdb")
    copy.write_bytes(mart.read_bytes())
    with duckdb.connect(str(copy), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def told(table: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in table[list(columns)].itertuples(index=False)]


def test_segments(mart: Path, open_page) -> None:
    table = table_with(open_page("customers", segment="Loyal"), "recency_score")
    wanted = rows(
        mart,
        "select customer_id, order_count from customer_rfm where segment = 'Loyal' "
        "order by net_revenue desc, customer_id",
    )
    assert told(table, "customer_id", "order_count") == wanted


def test_funnel(mart: Path, open_page) -> None:
    for by, mart_name, day, series in (
        ("Device", "daily_funnel", "funnel_date", "device_category"),
        ("Category", "daily_funnel", "funnel_date", "category"),
        ("Source", "daily_traffic", "traffic_date", "traffic_source"),
    ):
        condition = {"Device": "category = 'all'", "Category": "category <> 'all'", "Source": "true"}[by]
        table = table_with(open_page("behaviour", by=by), "share_of_previous_step")
        wanted = rows(
            mart,
            f"select {series}, sum(session_count) from {mart_name} "
            f"where {condition} and step_name = 'purchase' and {day} {LAST_28_DAYS} group by 1",
        )
        found = table[table["step"] == "Purchase"]
        assert {str(name).capitalize(): count for name, count in wanted} == dict(told(found, "series", "session_count"))


def test_abandoned_carts(mart: Path, open_page) -> None:
    table = table_with(open_page("behaviour"), "abandoned_cart_count")
    wanted = rows(
        mart,
        "select device_category, sum(cart_count), sum(abandoned_cart_count) from cart_abandonment "
        f"where cart_date {LAST_28_DAYS} group by 1",
    )
    assert set(told(table, "device", "cart_count", "abandoned_cart_count")) == {
        (str(name).capitalize(), carts, left) for name, carts, left in wanted
    }


def test_top_products(mart: Path, open_page) -> None:
    table = table_with(open_page("products"), "net_revenue_change")
    [(product_id, revenue)] = rows(
        mart,
        "select product_id, sum(net_revenue) from daily_product_metrics "
        f"where metric_date {LAST_28_DAYS} group by 1 order by 2 desc, 1 limit 1",
    )
    assert table.iloc[0]["product_id"] == product_id
    assert table.iloc[0]["net_revenue"] == pytest.approx(float(str(revenue)))


def test_coverage(mart: Path, open_page) -> None:
    [(offered, recommended, rate)] = rows(
        mart,
        "select product_count, recommended_product_count, coverage_rate from recommendation_coverage "
        "where segment_type = 'all'",
    )
    shown = {metric.label: metric.value for metric in open_page("recommendations", part="Coverage").metric}
    assert shown == {
        "Products on offer": f"{offered:,}", "Of these recommended": f"{recommended:,}", "Coverage": f"{rate:.1%}",
    }  # fmt: skip


def test_forecast(mart: Path, open_page) -> None:
    table = table_with(open_page("forecast", metric="Units", category="Home"), "forecast_value")
    wanted = rows(
        mart,
        "select forecast_value, lower_80, upper_95 from category_forecasts "
        "where metric = 'unit_count' and category = 'Home' order by week_start_date",
    )
    assert told(table, "forecast_value", "lower_80", "upper_95") == wanted


def test_who_will_buy_again(mart: Path, open_page) -> None:
    table = table_with(open_page("forecast", part="Customers", outlook="May buy"), "purchase_probability")
    [(count,)] = rows(mart, "select count(*) from customer_predictions where outlook = 'may_buy'")
    assert len(table) == count


def test_requests(mart: Path, open_page) -> None:
    table = table_with(open_page("quality", part="Service"), "p99_seconds_up_to")
    wanted = rows(mart, "select route, sum(request_count) from hourly_requests group by 1")
    assert set(told(table, "route", "request_count")) == set(wanted)


def test_money_has_the_sign_of_the_published_currency(published_path: Path, open_page) -> None:
    version = publish(published_path, "run_1", shops=(SAMPLE_SHOP,))
    with duckdb.connect(str(version / "warehouse.duckdb")) as connection:
        connection.execute("update dim_reporting_currency set reporting_currency = 'EUR'")
    app = open_page()
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Net revenue"].startswith("€")
    assert "£" not in "".join(element.value for element in (*app.markdown, *app.caption))
