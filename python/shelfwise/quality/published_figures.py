"""A few figures of every shop, as the current version has them and as the build database has them now.

History does not change much overnight: what was published has been judged, read and acted upon. The figures are of days
that were over a week ago at the last publish, since the newest ones still fill up.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import duckdb

from shelfwise.settings import Settings
from shelfwise.warehouse.connections import quote_text
from shelfwise.warehouse.published import (
    NothingPublishedError,
    PublishedVersion,
    VersionRemovedError,
    connect,
    resolve_current,
)

SETTLED_AFTER_DAYS = 7


@dataclass(frozen=True)
class Figure:
    """What is counted: a query with `namespace` and `value`, `{until}` being the last settled day.

    `warn` and `error` are the shares by which it may fall, and rise too where it `is_settled`.
    """

    table: str
    name: str
    query: str
    warn: float
    error: float
    is_settled: bool = False

    @property
    def accept(self) -> str:
        """The name by which a person accepts its change."""
        return f"{self.table}.{self.name}"


MARTS_FIGURES = (
    Figure(
        "dim_products", "product_count", "select namespace, count(*) as value from dim_products group by all", 0.05, 0.2
    ),
    Figure(
        "dim_products",
        "in_stock_count",
        "select namespace, count_if(coalesce(is_in_stock, true)) as value from dim_products group by all",
        0.2,
        0.5,
    ),
    Figure(
        "dim_customers",
        "customer_count",
        "select namespace, count(*) as value from dim_customers group by all",
        0.02,
        0.1,
    ),
    Figure(
        "fct_order_lines",
        "line_count",
        "select namespace, count(*) as value from fct_order_lines where order_date <= {until} group by all",
        0.02,
        0.1,
        is_settled=True,
    ),
    Figure(
        "daily_metrics",
        "gross_revenue",
        "select namespace, sum(gross_revenue) as value from daily_metrics "
        "where segment_type = 'all' and metric_date <= {until} group by all",
        0.02,
        0.1,
        is_settled=True,
    ),
    Figure(
        "daily_metrics",
        "session_count",
        "select namespace, sum(session_count) as value from daily_metrics "
        "where segment_type = 'all' and metric_date <= {until} group by all",
        0.05,
        0.2,
        is_settled=True,
    ),
)
RECOMMENDATIONS_FIGURES = (
    Figure(
        "recommendations",
        "customer_count",
        "select namespace, count(distinct customer_id) as value from recommendations group by all",
        0.2,
        0.5,
    ),
    Figure(
        "customer_predictions",
        "customer_count",
        "select namespace, count(*) as value from customer_predictions group by all",
        0.1,
        0.5,
    ),
    Figure(
        "category_forecasts",
        "net_revenue",
        "select namespace, sum(forecast_value) as value from category_forecasts "
        "where category = 'all' and metric = 'net_revenue' group by all",
        0.5,
        0.8,
        is_settled=True,
    ),
)


def published_version(settings: Settings) -> PublishedVersion | None:
    """Return the current version, or None before the first one.

    Raises ShelfwiseError when its manifest is damaged.
    """
    try:
        return resolve_current(settings)
    except (NothingPublishedError, VersionRemovedError):
        return None


def views_of_published(
    version: PublishedVersion | None, figures: tuple[Figure, ...], accepted: tuple[str, ...]
) -> dict[str, str]:
    """Return {view: query} of what the current version lets expect.

    `published_version`: a row of the current version, `run_id` and `problem` (null: its warehouse can be read).
    `published_figures`: a row a shop and figure that it has: namespace, table_name, figure, published, now (0 where the
    shop has none any more), the bounds `warn_low`, `warn_high`, `error_low` and `error_high` (null: none), `accept` and
    `is_accepted`. A shop of which nothing at all is left was switched off and has no row, nor has a figure that the
    version was published without.
    """
    until = _settled_until(version)
    problem, published = _published_values(version, figures, until) if version else ("", [])
    rows = [_row(figure, namespace, value, accepted) for figure, namespace, value in published]
    version_row = f"select {quote_text(version.run_id if version else '')} as run_id, {quote_text(problem)} as problem"
    return {
        "published_version": f"select run_id, nullif(problem, '') as problem from ({version_row}) where run_id <> ''",
        "published_figures": _COMPARED.format(
            values=", ".join(rows) or f"({', '.join(['null'] * 10)})",
            has_rows=str(bool(rows)).lower(),
            now=" union all ".join(
                f"select {quote_text(figure.table)} as table_name, {quote_text(figure.name)} as figure, * "
                f"from ({figure.query.format(until=until)})"
                for figure in figures
            ),
        ),
    }


_COMPARED = """
    with
    published(
        namespace, table_name, figure, published, warn_low, warn_high, error_low, error_high, accept, is_accepted
    ) as (
        select * from (values {values}) where {has_rows}
    ),
    now_built as ({now})
    select published.*, coalesce(now_built.value, 0)::double as now
    from published
    left join now_built using (namespace, table_name, figure)
    where exists (select 1 from now_built as shop where shop.namespace = published.namespace and shop.value > 0)
"""


def _row(figure: Figure, namespace: str, value: float, accepted: tuple[str, ...]) -> str:
    """Return a published figure with its bounds as a row of SQL."""
    names = (quote_text(text) for text in (namespace, figure.table, figure.name))
    bounds = (
        bound
        for share in (figure.warn, figure.error)
        for bound in (str(value * (1 - share)), str(value * (1 + share)) if figure.is_settled else "null::double")
    )
    return f"({', '.join((*names, str(value), *bounds, quote_text(figure.accept), str(figure.accept in accepted)))})"


def _published_values(
    version: PublishedVersion, figures: tuple[Figure, ...], until: str
) -> tuple[str, list[tuple[Figure, str, float]]]:
    """Return why the version's warehouse cannot be read, or an empty string, and its figures by shop."""
    found = []
    try:
        with connect(version) as connection:
            for figure in figures:
                with suppress(duckdb.CatalogException, duckdb.BinderException):  # published by an older release
                    found += [(figure, *row) for row in connection.execute(figure.query.format(until=until)).fetchall()]
    except (duckdb.Error, VersionRemovedError) as error:
        return str(error).splitlines()[0], []
    return "", [(figure, namespace, float(value)) for figure, namespace, value in found if namespace and value]


def _settled_until(version: PublishedVersion | None) -> str:
    """Return SQL for the last day of which the figures are settled."""
    if version is None or version.manifest.data_until is None:
        return "date '0001-01-01'"
    return f"date '{version.manifest.data_until:%Y-%m-%d}' - {SETTLED_AFTER_DAYS}"
