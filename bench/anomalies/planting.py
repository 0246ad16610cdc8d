"""Changes planted into days of the watched series, each alone, and what the detector's own SQL says of them.

What a day is compared with is made of other days and of other series, so all plantings are judged in one query: each
is a series of its own, a copy of one row with another value. That this is the same as planting it in the series and
running everything again is not taken on trust: `replay` does that, for some of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

FACTORS = (0.7, 1.5)
LEAST_A_DAY = 200
CHAIN = ("int_series__first_pass", "int_series__forecasts", "int_series__companions", "daily_anomalies")

# Of at least so much by the days before; a closed day has nothing to be changed, one without history no verdict.
ELIGIBLE = f"""
create or replace temp table eligible as
select *
from warehouse.intermediate.int_series__forecasts
where metric_kind = $kind and metric_value > 0 and usual_magnitude >= ln({LEAST_A_DAY} + 1)
    and metric_date >= $first_date and metric_date < $last_date
"""
PLANTED = """
create or replace temp table planted_forecasts as
with changed as (
    select eligible.*, factors.factor, round(eligible.metric_value * factors.factor) as planted_value
    from eligible
    cross join (select unnest($factors) as factor) as factors
)
select
    * exclude (factor, planted_value) replace (
        series_id || '#' || metric_date || '#' || factor as series_id,
        series_id || '#' || metric_date || '#' || factor as scope,
        planted_value as metric_value,
        ln(planted_value + 1) as magnitude
    ),
    series_id as of_series_id,
    factor
from changed
"""
PLANTED_COMPANIONS = """
create or replace temp table planted_companions as
select planted.series_id, companions.* exclude (series_id)
from planted_forecasts as planted
inner join warehouse.intermediate.int_series__companions as companions
    on planted.of_series_id = companions.series_id and planted.metric_date = companions.metric_date
"""


@dataclass(frozen=True)
class Detector:
    """The SQL that dbt compiled for the detector's models, which reads the relations it is given."""

    compiled: dict[str, str]
    relations: dict[str, str]

    @classmethod
    def read(cls, target: Path) -> Detector:
        """Read a build's manifest."""
        nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"].values()
        by_name = {node["name"]: node for node in nodes if node["resource_type"] in ("model", "seed")}
        return cls(
            {name: by_name[name]["compiled_code"] for name in CHAIN},
            {name: node["relation_name"] for name, node in by_name.items()},
        )

    def sql(self, model: str, replaced: dict[str, str]) -> str:
        """Return a model's SQL that reads other relations in the place of some, and the warehouse's of the rest."""
        text = self.compiled[model]
        for name, relation in self.relations.items():
            schema_and_name = relation.split(".", 1)[1]
            text = text.replace(relation, replaced.get(name, f"warehouse.{schema_and_name}"))
        return text


def plant_all(connection: duckdb.DuckDBPyConnection, detector: Detector, kind: str, period: tuple[str, str]) -> None:
    """Make `verdicts`: a row per planting with its series, day, factor and whether it is found.

    ``connection`` has the warehouse attached. `eligible` are the days that are planted in.
    """
    first_date, last_date = period
    connection.execute(ELIGIBLE, {"kind": kind, "first_date": first_date, "last_date": last_date})
    connection.execute(PLANTED, {"factors": list(FACTORS)})
    connection.execute(PLANTED_COMPANIONS)
    said = detector.sql(
        "daily_anomalies",
        {
            "int_series__forecasts": "(select * exclude (of_series_id, factor) from planted_forecasts)",
            "int_series__companions": "planted_companions",
            "int_series__pauses": "(select * from warehouse.intermediate.int_series__pauses where false)",
        },
    )
    connection.execute(f"""
        create or replace temp table verdicts as
        with said as ({said})
        select
            planted.of_series_id as series_id,
            planted.metric_date,
            planted.factor,
            said.is_anomaly and sign(said.score) = sign(planted.factor - 1) as is_found,
            said.compared_with,
            said.expected_value,
            said.lower_value,
            said.upper_value
        from planted_forecasts as planted
        inner join said on planted.scope = said.scope
    """)


def replay(
    connection: duckdb.DuckDBPyConnection, detector: Detector, plantings: Sequence[tuple[str, str, float]]
) -> tuple[int, int]:
    """Plant some changes in the series themselves, one after another, and run the whole detector on each.

    Returns how many there were, and how many came to the verdict, expectation and limits of `verdicts`.
    """
    agreed = 0
    for series_id, day, factor in plantings:
        connection.execute(
            """
            create or replace temp table replayed_series as
            select * replace (
                case when planted then round(metric_value * $factor) else metric_value end as metric_value,
                case when planted then ln(round(metric_value * $factor) + 1) else magnitude end as magnitude
            )
            from (
                select *, series_id = $series_id and metric_date = $day as planted
                from warehouse.intermediate.int_watched_series
            )
            """,
            {"series_id": series_id, "day": day, "factor": factor},
        )
        replaced = {"int_watched_series": "replayed_series"}
        for model in CHAIN:
            connection.execute(f"create or replace temp table replayed_{model} as {detector.sql(model, replaced)}")
            replaced[model] = f"replayed_{model}"
        row = connection.execute(
            """
            select count(*)
            from replayed_daily_anomalies as replayed
            inner join replayed_series as series
                on series.planted and replayed.metric_date = series.metric_date
                and replayed.metric = series.metric
                and coalesce(replayed.namespace, '') = coalesce(series.namespace, '')
                and coalesce(replayed.source_name, '') = coalesce(series.source_name, '')
                and coalesce(replayed.table_name, '') = coalesce(series.table_name, '')
                and coalesce(replayed.column_name, '') = coalesce(series.column_name, '')
                and coalesce(replayed.segment_type, '') = coalesce(series.segment_type, '')
                and coalesce(replayed.segment_value, '') = coalesce(series.segment_value, '')
            inner join verdicts
                on verdicts.series_id = series.series_id and verdicts.metric_date = series.metric_date
                and verdicts.factor = $factor
            where (replayed.is_anomaly and sign(replayed.score) = sign($factor - 1)) = verdicts.is_found
                and abs(replayed.expected_value - verdicts.expected_value) < 1e-5
                and abs(replayed.lower_value - verdicts.lower_value) < 1e-5
                and abs(replayed.upper_value - verdicts.upper_value) < 1e-5
            """,
            {"factor": factor},
        ).fetchone()
        agreed += row[0] if row else 0
    return len(plantings), agreed
