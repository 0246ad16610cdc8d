"""Figures of a run, read from the build database just after dbt made them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_build

QUARANTINE = """
select
    source_name,
    table_name,
    reason,
    count(*) as row_count
from quarantined_rows
group by all
order by all
"""
ACCOUNTING = """
select
    source_name,
    sum(row_count)::bigint as row_count,
    sum(fact_count)::bigint as fact_count,
    sum(duplicate_count)::bigint as duplicate_count,
    sum(quarantined_count)::bigint as quarantined_count,
    sum(superseded_count)::bigint as superseded_count,
    sum(unaccounted_count)::bigint as unaccounted_count,
    sum(abs(unaccounted_count)) = 0 as closes
from row_accounting
where list_contains(?, source_name)
group by source_name
order by source_name
"""
# A run tells of the last four weeks of each shop and source: what is older was told then.
ANOMALIES = """
select
    current_timestamp::varchar as detected_at,
    namespace,
    source_name,
    table_name,
    column_name,
    segment_type,
    segment_value,
    metric_date::varchar as metric_date,
    metric,
    observed_value,
    expected_value,
    score,
    severity,
    incident_id
from daily_anomalies
qualify is_anomaly and metric_date > max(metric_date) over (partition by scope) - 28
order by metric_date desc, abs(score) desc, table_name, column_name, metric
"""
SCORES = """
select
    namespace,
    model_name,
    role,
    value::double as value,
    lower_bound::double as lower_bound,
    upper_bound::double as upper_bound,
    customer_count
from recommendation_scores
where model_version = ? and slice = 'all' and metric = 'ndcg' and k = 20
order by namespace, role desc, value desc
"""


def quarantine_counts(settings: Settings) -> list[dict[str, Any]]:
    """Return the rejected rows by source, table and reason."""
    return query_build(settings, QUARANTINE, [])


def anomalies(settings: Settings) -> list[dict[str, Any]]:
    """Return the unusual days of the last four weeks, the latest first."""
    return query_build(settings, ANOMALIES, [])


def row_accounting(settings: Settings, sources: Sequence[str]) -> list[dict[str, Any]]:
    """Return, for each source, what became of the rows in its files."""
    return query_build(settings, ACCOUNTING, [list(sources)])


def ranking_scores(settings: Settings, model_version: str | None) -> list[dict[str, Any]]:
    """Return NDCG@20 of the model and its baselines, by source."""
    return query_build(settings, SCORES, [model_version])


def query_build(settings: Settings, query: str, parameters: list[Any]) -> list[dict[str, Any]]:
    """Return a query's rows as dictionaries; none where the project has no such mart."""
    with connect_build(settings) as connection:
        try:
            cursor = connection.execute(query, parameters)
        except duckdb.CatalogException:
            return []
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
