"""Metrics are defined in `daily_metrics`, those of recommendations in `recommendation_performance`; the dashboards'
queries read them and compute none of their own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import sqlglot
import yaml
from sqlglot import exp

PROJECT = Path(__file__).resolve().parents[3]
sys.path.append(str(PROJECT / "tests" / "python" / "sql"))

from spark_rendering import ProjectRenderer  # noqa: E402

QUERIES = sorted((PROJECT / "dashboards" / "queries").rglob("*.sql"))
KEYS = {"metric_date", "impression_date", "namespace", "placement", "segment_type", "segment_value"}
RATIOS = (
    "average_order_value",
    "conversion_rate",
    "return_rate",
    "click_through_rate",
    "list_conversion_rate",
    "revenue_per_list",
)
SEGMENTED_MARTS = {"customers": "daily_metrics", "feedback": "recommendation_performance"}

# Marts that have metrics at a grain that daily_metrics has not, and the columns of which one says that it is meant.
FINER_MARTS = {
    "daily_product_metrics": {"product_id"},
    "daily_funnel": {"step_number"},
    "customer_cohorts": {"cohort_month"},
    "customer_rfm": {"segment"},
}


def metrics() -> set[str]:
    """Return the names of the metrics: the columns of the marts that define them, but for keys."""
    names = set()
    for folder, mart in SEGMENTED_MARTS.items():
        path = PROJECT / "models" / "marts" / folder / f"{mart}.yml"
        (model,) = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
        names |= {column["name"] for column in model["columns"]} - KEYS
    return names


def ratio_parts() -> dict[str, tuple[str, str]]:
    """Return numerator and denominator of each ratio, as the project's macro has them."""
    renderer = ProjectRenderer(PROJECT)
    parts = {}
    for name in RATIOS:
        rendered = sqlglot.parse_one(renderer.render("select {{ ratio_metric('" + name + "') }}").sql, dialect="spark")
        numerator, denominator = (column.name for column in rendered.find_all(exp.Column))
        parts[name] = (numerator, denominator)
    return parts


METRICS, RATIO_PARTS = metrics(), ratio_parts()


def bare(expression: exp.Expression | None) -> exp.Expression | None:
    """Take off what leaves a metric the metric it is: sums, a zero for null, a condition on the rows."""
    while True:
        match expression:
            case exp.Sum() | exp.Paren() | exp.Coalesce():
                expression = expression.this
            case exp.If():
                expression = expression.args["true"]
            case exp.Nullif():
                expression = expression.this
            case _:
                return expression


def is_metric(name: str, expression: exp.Expression) -> bool:
    """Tell whether a column called like a metric is that metric, or for a ratio its two sums divided."""
    inner = bare(expression)
    if isinstance(inner, exp.Column):
        return inner.name == name
    if isinstance(inner, exp.Div) and name in RATIO_PARTS:
        sides = bare(inner.this), bare(inner.expression)
        return all(isinstance(side, exp.Column) for side in sides) and (
            tuple(side.name for side in sides if side) == RATIO_PARTS[name]
        )
    return False


def complaints(query: str) -> list[str]:
    """Return what a query has to do with metrics that it should not."""
    found = []
    parsed = sqlglot.parse_one(query, dialect="duckdb")
    plain = {cte.alias: cte.this for cte in parsed.find_all(exp.CTE) if not own_totals(cte.this)}
    for select in parsed.find_all(exp.Select):
        marts, totals = tables_read(select, plain), own_totals(select)
        added_up = {column.name for total in totals for column in total.find_all(exp.Column)} & METRICS
        if totals and any(name.startswith("fct_") for name in marts):
            found.append(f"aggregates facts: {', '.join(sorted(marts))}")
        found += [
            f"adds up {', '.join(sorted(added_up))} of {name}: daily_metrics has that"
            for name in sorted(marts & FINER_MARTS.keys())
            if added_up and not grouping(select) & FINER_MARTS[name]
        ]
        found += [
            f"reads {mart} of all kinds of segments at once"
            for mart in sorted(tables_read(select, {}) & set(SEGMENTED_MARTS.values()))
            if "segment_type" not in str(select.args.get("where"))
        ]
        found += [
            f"{column.alias} is not the metric of that name: {column.this.sql()}"
            for column in select.selects
            if isinstance(column, exp.Alias) and column.alias in METRICS and not is_metric(column.alias, column.this)
        ]
    return found


def own_totals(select: exp.Expression) -> list[exp.AggFunc]:
    """Return the aggregates of a select itself, not those of its subqueries."""
    return [total for total in select.find_all(exp.AggFunc) if total.parent_select is select]


def grouping(select: exp.Select) -> set[str]:
    """Return the columns that a select groups by."""
    group = select.args.get("group") or exp.Group()
    if group.args.get("all"):
        return {column.alias_or_name for column in select.selects if not column.find(exp.AggFunc)}
    return {column.name for column in group.find_all(exp.Column)}


def tables_read(select: exp.Expression, plain: dict[str, exp.Expression]) -> set[str]:
    """Return the tables that a select reads rows of, through CTEs that do not aggregate them (`plain`) as well."""
    names = {table.name for table in select.find_all(exp.Table) if table.parent_select is select}
    others = {name: cte for name, cte in plain.items() if name not in names}
    through = [tables_read(part, others) for name in names & plain.keys() for part in plain[name].find_all(exp.Select)]
    return (names - plain.keys()).union(*through)


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_query_recomputes_a_metric(path: Path) -> None:
    assert complaints(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("select count(*) as order_count from dim_products", "order_count is not the metric"),
        (
            "select sum(gross_revenue) as net_revenue from daily_metrics where segment_type = 'all'",
            "net_revenue is not",
        ),
        (
            "select sum(order_count) / nullif(sum(session_count), 0) as conversion_rate "
            "from daily_metrics where segment_type = 'all'",
            "conversion_rate is not",
        ),
        ("select avg(conversion_rate) as conversion_rate from daily_metrics where segment_type = 'all'", "is not the"),
        ("select order_date, sum(line_amount) as value from fct_order_lines group by order_date", "aggregates facts"),
        ("select sum(net_revenue) as value from daily_product_metrics", "daily_metrics has that"),
        (
            "with sold as (select * from daily_product_metrics) select sum(net_revenue) as value from sold",
            "daily_metrics has that",
        ),
        ("select sum(session_count) as session_count from daily_metrics", "all kinds of segments"),
        (
            "with days as (select * from daily_metrics) select sum(session_count) as session_count from days",
            "all kinds of segments",
        ),
        ("select sum(click_count) as click_count from recommendation_performance", "all kinds of segments"),
        (
            "select sum(click_count) / sum(list_count) as click_through_rate "
            "from recommendation_performance where segment_type = 'all'",
            "click_through_rate is not",
        ),
    ],
)
def test_sees_a_metric_of_its_own(query: str, complaint: str) -> None:
    assert complaint in "\n".join(complaints(query))


@pytest.mark.parametrize(
    "query",
    [
        "select sum(if(metric_date > '2026-01-01', net_revenue, 0)) as net_revenue from daily_metrics "
        "where segment_type = 'all'",
        "select coalesce(sum(order_count), 0) as order_count, sum(converted_session_count) "
        "/ nullif(sum(session_count), 0) as conversion_rate from daily_metrics where segment_type = 'category'",
        "select product_id, sum(net_revenue) as net_revenue from daily_product_metrics group by product_id",
        "select order_id, line_amount from fct_order_lines",
    ],
)
def test_leaves_sums_of_the_mart_alone(query: str) -> None:
    assert complaints(query) == []
