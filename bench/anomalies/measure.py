"""What is measured of one data set: plantings found, alarms on its own days, and other rules on the same days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import numpy as np

from bench.anomalies.datasets import Dataset
from bench.anomalies.figures import Figures, at_threshold, best_threshold
from bench.anomalies.peers import RULES, Days, days_of
from bench.anomalies.planting import FACTORS, Detector, plant_all, replay

Say = Callable[[str], None]
SIGNS = np.sign(np.array(FACTORS) - 1)
EVER = ("1900-01-01", "2999-12-31")
#: a decomposition takes some ten milliseconds, so the other rules see a sample of the days
PEER_DAYS = 1_500
REPLAYED = 12


def attached(dataset: Dataset) -> duckdb.DuckDBPyConnection:
    """Return a connection of its own to a copy-free view of the build database, as `warehouse`."""
    connection = duckdb.connect()
    connection.execute(f"set threads = {dataset.settings.threads}")
    connection.execute("attach $path as warehouse (read_only)", {"path": str(dataset.settings.build_database)})
    return connection


def first_row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    """Return the first row of a query of figures, which has one."""
    return connection.execute(query).fetchall()[0]


def measure(dataset: Dataset, period: tuple[str, str], say: Say) -> dict[str, Any]:
    """Return the figures of the detector on a data set's days of a period, for counts and for amounts."""
    detector = Detector.read(dataset.target)
    with attached(dataset) as connection:
        measured: dict[str, Any] = {}
        for kind in ("amount", "count"):  # counts last: their plantings are replayed
            say(f"{dataset.name}: planting in every {kind}")
            plant_all(connection, detector, kind, period)
            measured[f"{kind}s"] = found(connection, period)
        say(f"{dataset.name}: replaying some of the plantings")
        measured["replayed"], measured["replayed_alike"] = replay(connection, detector, drawn(connection, REPLAYED))
        measured |= alarms(connection, period)
        measured["whole_shop_recall"] = whole_shop(connection, detector)
    return measured


def found(connection: duckdb.DuckDBPyConnection, period: tuple[str, str]) -> dict[str, Any]:
    """Return the figures of the plantings in `verdicts`, beside the alarms of the same series as they were."""
    row = first_row(
        connection,
        """
        select
            count(*),
            count(distinct series_id),
            coalesce(avg(is_found::int), 0),
            coalesce(avg(is_found::int) filter (where factor < 1), 0),
            coalesce(avg(is_found::int) filter (where factor > 1), 0)
        from verdicts
    """,
    )
    planted, series, recall, less, more = row
    (alarm_share,) = first_row(
        connection,
        f"""
        select coalesce(avg(is_anomaly::int), 0)
        from ({series_days(period)}) as days
        inner join eligible using (series_id, metric_date)
    """,
    )
    return {
        "planted": planted,
        "series": series,
        **Figures(float(recall), float(alarm_share)).as_json(),
        "recall_of_less": round(float(less), 4),
        "recall_of_more": round(float(more), 4),
    }


def series_days(period: tuple[str, str]) -> str:
    """Return SQL for the verdicts on the days as they were, with the series' ids."""
    return f"""
        select watched.series_id, judged.*
        from warehouse.main.daily_anomalies as judged
        inner join warehouse.intermediate.int_watched_series as watched
            on judged.metric_date = watched.metric_date and judged.metric = watched.metric
            and judged.table_name = watched.table_name
            and judged.namespace is not distinct from watched.namespace
            and judged.source_name is not distinct from watched.source_name
            and judged.column_name is not distinct from watched.column_name
            and judged.segment_type is not distinct from watched.segment_type
            and judged.segment_value is not distinct from watched.segment_value
        where judged.metric_date >= date '{period[0]}' and judged.metric_date < date '{period[1]}'
    """


def drawn(connection: duckdb.DuckDBPyConnection, count: int) -> list[tuple[str, str, float]]:
    """Return some plantings, the same ones each time."""
    return connection.execute(
        """
        select series_id, metric_date::varchar, factor::double
        from verdicts order by md5(series_id || metric_date || factor) limit $count
        """,
        {"count": count},
    ).fetchall()


def alarms(connection: duckdb.DuckDBPyConnection, period: tuple[str, str]) -> dict[str, Any]:
    """Return what a person would have been woken by, over all series of every kind and size."""
    row = first_row(
        connection,
        f"""
        with days as ({series_days(period)})
        select
            count(distinct metric_date) / 7,
            count(distinct series_id),
            count(distinct incident_id),
            count(*) filter (where is_anomaly),
            count(distinct metric_date) filter (where is_anomaly)
        from days
    """,
    )
    weeks, watched, incidents, alarm_count, alarm_days = row
    return {
        "weeks": round(weeks, 1),
        "watched_series": watched,
        "incidents": incidents,
        "incidents_per_week": round(incidents / weeks, 3),
        "days_with_alarm_per_week": round(alarm_days / weeks, 3),
        "alarms_per_week": round(alarm_count / weeks, 3),
    }


def whole_shop(connection: duckdb.DuckDBPyConnection, detector: Detector) -> float:
    """Return the share of days on which the same change of every series at once is found by some series.

    The others are changed alike, so that they tell nothing: what is found is found by the series' own history.
    """
    said = detector.sql(
        "daily_anomalies",
        {
            "int_series__forecasts": "(select * exclude (of_series_id, factor) from planted_forecasts)",
            "int_series__companions": "(select * from warehouse.intermediate.int_series__companions where false)",
            "int_series__pauses": "(select * from warehouse.intermediate.int_series__pauses where false)",
        },
    )
    (share,) = first_row(
        connection,
        f"""
        with said as ({said})
        select avg(is_found)
        from (
            select
                planted.metric_date,
                planted.factor,
                max((said.is_anomaly and sign(said.score) = sign(planted.factor - 1))::int) as is_found
            from planted_forecasts as planted
            inner join said on planted.scope = said.scope
            group by all
        )
    """,
    )
    return round(float(share), 4)


def peer_days(dataset: Dataset, period: tuple[str, str]) -> Days:
    """Return a sample of the days that were planted in, counts alone, for the other rules."""
    detector = Detector.read(dataset.target)
    with attached(dataset) as connection:
        plant_all(connection, detector, "count", period)
        wanted: list[tuple[str, date]] = connection.execute(
            "select series_id, metric_date from eligible order by md5(series_id || metric_date) limit $days",
            {"days": PEER_DAYS},
        ).fetchall()
        rows = connection.execute("""
            select series_id, metric_date, metric_value from warehouse.intermediate.int_watched_series
            where series_id in (select series_id from eligible) order by all
        """).fetchall()
    series: dict[str, tuple[list[date], list[float]]] = {}
    for series_id, day, value in rows:
        dates, values = series.setdefault(series_id, ([], []))
        dates.append(day)
        values.append(value)
    return days_of({name: (dates, np.array(values)) for name, (dates, values) in series.items()}, wanted, FACTORS)


def peers(chosen_on: list[Days], reported_on: list[Days], say: Say) -> dict[str, Any]:
    """Return what the other rules find on the reported days with the threshold that is best on the others."""
    results = {}
    for name, rule in RULES.items():
        say(f"{name}: scoring")
        clean, planted = (
            np.concatenate(parts) for parts in zip(*(days.scores(rule) for days in chosen_on), strict=True)
        )
        chosen = best_threshold(clean, planted, SIGNS)
        thresholds = {name: 3.0, f"{name}_chosen": chosen}
        clean, planted = (
            np.concatenate(parts) for parts in zip(*(days.scores(rule) for days in reported_on), strict=True)
        )
        for variant, threshold in thresholds.items():
            figures = at_threshold(clean, planted, SIGNS, threshold)
            results[variant] = {"threshold": threshold, "days": len(clean), **figures.as_json()}
    return results
