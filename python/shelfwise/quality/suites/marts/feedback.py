"""What recommendations led to: counts that can be, clicks that arrive, experiments that may be read."""

from __future__ import annotations

from shelfwise.quality.suites.rules import no_rows, satisfies, unique_together
from shelfwise.quality.suites.vocabulary import DATA_SCIENCE
from shelfwise.quality.tables import WARN, TableSuite

# One click in a thousand is what banners get, a tenth of what shelves do: none among so many is a tracker that fails.
SHOWN_AND_NEVER_CLICKED = """
    select namespace, placement, sum(impression_count) as impression_count, sum(click_count) as click_count
    from recommendation_performance
    where segment_type = 'all'
        and impression_date > (select max(impression_date) from recommendation_performance) - interval 7 day
    group by namespace, placement
    having sum(impression_count) >= 5000 and sum(click_count) = 0
"""

UNREADABLE = """
    select experiment_name, namespace, metric, arm, unit_count, sample_ratio_p_value
    from experiment_results
    where verdict = 'sample ratio is off: do not read'
"""

RECOMMENDATION_PERFORMANCE = TableSuite(
    "recommendation_performance",
    DATA_SCIENCE,
    ("impression_date", "namespace", "placement", "segment_type", "segment_value"),
    (
        unique_together(
            ("impression_date", "namespace", "placement", "segment_type", "segment_value"),
            "A day of a segment is one row",
        ),
        satisfies(
            "impression_count",
            "0 <= least(click_count, dismissal_count, converted_list_count, attributed_order_count) "
            "and greatest(click_count, dismissal_count, list_count) <= impression_count "
            "and converted_list_count <= list_count",
            "No more is clicked, waved away or bought than was shown",
        ),
        no_rows(SHOWN_AND_NEVER_CLICKED, "Shelves that are shown thousands of times are clicked", severity=WARN),
    ),
)

EXPERIMENT_RESULTS = TableSuite(
    "experiment_results",
    DATA_SCIENCE,
    ("experiment_name", "namespace", "metric", "arm"),
    (
        unique_together(("experiment_name", "namespace", "metric", "arm"), "A metric of an arm is one row"),
        satisfies(
            "difference", "difference between lower_bound and upper_bound", "A difference lies in its own interval"
        ),
        no_rows(UNREADABLE, "Visitors are spread over the arms as the seed says", severity=WARN),
    ),
)

SUITES = (RECOMMENDATION_PERFORMANCE, EXPERIMENT_RESULTS)
