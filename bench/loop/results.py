"""What the published warehouse says of the weeks, and whether it has all that was acknowledged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from shelfwise.settings import Settings
from shelfwise.warehouse.published import connect_current

VERDICTS = """
select
    experiment_name, arm, verdict, unit_count, day_count, metric_value, difference, lower_bound, upper_bound,
    relative_lift, p_value, minimum_detectable_difference, sample_ratio_p_value
from experiment_results
where metric = $metric and experiment_name = $experiment
order by is_control desc, arm
"""

BY_WEEK = """
select
    date_diff('day', cast($first_day as date), impression_date) // 7 + 1 as week,
    split_part(segment_value, '/', 2) as arm,
    cast(sum(impression_count) as bigint) as impressions,
    cast(sum(click_count) as bigint) as clicks,
    round(sum(click_count) / sum(impression_count), 6) as click_through_rate
from recommendation_performance
where segment_type = 'variant' and split_part(segment_value, '/', 1) = $experiment
group by all
order by all
"""

# The rows that the warehouse makes of one message are its id, and its id with their number.
FACTS = """
select split_part(substring(event_id, strpos(event_id, ':') + 1), '/', 1) as message_id, count(*) as fact_count
from fct_events
where source_name = 'web'
group by all
"""


def read_experiment(settings: Settings, experiment: str, metric: str = "click_through_rate") -> list[dict[str, Any]]:
    """Return the arms of an experiment as `experiment_results` has them, the control first."""
    return rows(settings, VERDICTS, {"experiment": experiment, "metric": metric})


def read_weeks(settings: Settings, experiment: str, first_day: str) -> list[dict[str, Any]]:
    """Return impressions and clicks of each week and arm, by `recommendation_performance`."""
    return rows(settings, BY_WEEK, {"experiment": experiment, "first_day": first_day})


def count_lost(settings: Settings, acknowledged: Mapping[str, int]) -> tuple[int, int]:
    """Return how many acknowledged messages are not in `fct_events`, or in part, and how many too often."""
    found = Counter({row["message_id"]: row["fact_count"] for row in rows(settings, FACTS, {})})
    lost = sum(found[message_id] < expected for message_id, expected in acknowledged.items())
    doubled = sum(found[message_id] > expected for message_id, expected in acknowledged.items())
    return lost, doubled


def rows(settings: Settings, query: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a query on the published warehouse."""
    _, connection = connect_current(settings)
    with connection:
        found = connection.execute(query, dict(values))
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
