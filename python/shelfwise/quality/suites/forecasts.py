"""Forecasts at the recommendations door: would somebody plan by a number that cannot be?

A shop without enough history has no forecasts and passes; `forecast_status` says so of it.
"""

from __future__ import annotations

from shelfwise.quality.suites.rules import at_least, between, filled, no_rows, satisfies, unique_together
from shelfwise.quality.suites.vocabulary import DATA_SCIENCE
from shelfwise.quality.tables import ERROR, WARN, TableSuite

IN_ORDER = """
    lower_80 is null and lower_95 is null
    or lower_80 <= forecast_value and forecast_value <= upper_80
        and (lower_95 is null or lower_95 <= lower_80 and upper_80 <= upper_95)
"""
# What was foretold differs from what lately was by more than any week does: a model that came loose.
FAR_OFF = """
    with
    lately as (
        select namespace, category, metric, avg(actual_value) as actual_value, max(actual_value) as highest_value
        from forecast_backtests
        group by namespace, category, metric
    )
    select forecasts.namespace, forecasts.category, forecasts.metric, forecasts.week_start_date,
        forecasts.forecast_value, lately.actual_value as usual_value
    from category_forecasts as forecasts
    inner join lately using (namespace, category, metric)
    where forecasts.forecast_value > {times} * lately.highest_value
        or forecasts.forecast_value * {times} * 10 < lately.actual_value
"""
UNSCORED = """
    select status.namespace, status.subject, status.metric, status.model_name
    from forecast_status as status
    where status.status <> 'not_enough_history'
        and not exists (
            select 1 from forecast_scores as scores
            where scores.namespace = status.namespace and scores.subject = status.subject
                and scores.metric = status.metric and scores.is_served
                and scores.model_name = status.model_name and scores.model_version = status.model_version
        )
"""
NOT_COVERED = """
    select namespace, subject, metric, measure, value
    from forecast_scores
    where week_number = 0 and (measure = 'coverage_80' and value < 0.6 or measure = 'coverage_95' and value < 0.8)
"""


def _of_weeks(table: str, series: str) -> TableSuite:
    return TableSuite(
        table,
        DATA_SCIENCE,
        ("namespace", series, "metric", "week_start_date"),
        (
            unique_together(("namespace", series, "metric", "week_number"), "A week is foretold once"),
            filled("forecast_value", "Every forecast has a value"),
            satisfies("forecast_value", "isfinite(forecast_value)", "Every forecast is a finite number"),
            at_least("forecast_value", 0, "Nothing below zero is foretold"),
            satisfies(
                "lower_80", "lower_80 >= 0 and isfinite(upper_80)", "Intervals are finite and begin at zero or above"
            ),
            satisfies("lower_95", "lower_95 >= 0 and isfinite(upper_95)", "Wide intervals are, too"),
            satisfies("forecast_value", IN_ORDER, "A forecast lies in its 80% interval, and this in that of 95%"),
            no_rows(
                f"""
                select namespace, {series}, metric, count(*) as week_count
                from {table}
                group by namespace, {series}, metric
                having count(*) <> 4 or min(week_number) <> 1 or max(week_number) <> 4
                """,
                "Four weeks are foretold of each",
            ),
        ),
    )


CATEGORY_FORECASTS = _of_weeks("category_forecasts", "category")
PRODUCT_FORECASTS = _of_weeks("product_forecasts", "product_id")

PLAUSIBLE = TableSuite(
    "category_forecasts",
    DATA_SCIENCE,
    ("namespace", "category", "metric", "week_start_date"),
    (
        no_rows(FAR_OFF.format(times=10), "No category is foretold out of all proportion", severity=ERROR),
        no_rows(FAR_OFF.format(times=2), "No category is foretold twice its highest week", severity=WARN),
    ),
)

CUSTOMER_PREDICTIONS = TableSuite(
    "customer_predictions",
    DATA_SCIENCE,
    ("namespace", "outlook"),
    (
        unique_together(("customer_id", "namespace"), "A customer is foretold once"),
        filled("purchase_probability", "Every customer has a probability of an order"),
        between("purchase_probability", 0, 1, "Probabilities of an order lie between 0 and 1"),
        between("lapse_probability", 0, 1, "Probabilities of lapsing lie between 0 and 1"),
        satisfies("purchase_probability", "isfinite(purchase_probability)", "Every probability is a number"),
        satisfies("lapse_probability", "isfinite(lapse_probability)", "Every probability of lapsing is a number"),
        satisfies("expected_value", "isfinite(expected_value)", "Every expected value is a finite number"),
        at_least("expected_value", 0, "No customer is expected to spend less than nothing"),
        satisfies("value_lower_80", "value_lower_80 <= value_upper_80", "Intervals of values have two ends in order"),
        no_rows(
            """
            select namespace, count(*) as customer_count
            from customer_predictions
            group by namespace
            having count(*) >= 100 and count(distinct round(purchase_probability, 6)) < 3
            """,
            "Customers are told apart",
        ),
    ),
)

FORECAST_STATUS = TableSuite(
    "forecast_status",
    DATA_SCIENCE,
    ("namespace", "subject", "metric"),
    (
        filled("reason", "Every forecast, and every missing one, has a reason"),
        no_rows(UNSCORED, "What is served was back-tested, and its scores are there"),
        no_rows(NOT_COVERED, "Intervals hold about what they promise", severity=WARN),
    ),
)

SUITES = (CATEGORY_FORECASTS, PRODUCT_FORECASTS, PLAUSIBLE, CUSTOMER_PREDICTIONS, FORECAST_STATUS)
