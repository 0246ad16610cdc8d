"""What the dashboards show of customers: cohorts, segments, how they search, buy and come back, and objectives."""

from __future__ import annotations

from shelfwise.quality.suites.rules import (
    at_least,
    between,
    filled,
    no_rows,
    one_of,
    satisfies,
    unique,
    unique_together,
)
from shelfwise.quality.suites.vocabulary import ANALYTICS
from shelfwise.quality.tables import WARN, TableSuite

CUSTOMER_COHORTS = TableSuite(
    "customer_cohorts",
    ANALYTICS,
    ("namespace", "cohort_month", "months_since_first_order"),
    (
        unique_together(("namespace", "cohort_month", "months_since_first_order"), "A month of a cohort is one row"),
        satisfies(
            "active_customer_count",
            "active_customer_count between 0 and cohort_size and retention_rate between 0 and 1",
            "No more customers are active than the cohort has",
        ),
        satisfies(
            "months_since_first_order",
            "months_since_first_order > 0 or active_customer_count = cohort_size",
            "In the month of their first order all customers are active",
        ),
    ),
)

CUSTOMER_RFM = TableSuite(
    "customer_rfm",
    ANALYTICS,
    ("namespace", "segment", "last_ordered_at"),
    (
        unique("customer_id", "A customer is one row"),
        filled("segment", "Every customer who ordered has a segment"),
        between("recency_score", 1, 5, "Recency is scored from 1 to 5"),
        between("frequency_score", 1, 5, "Frequency is scored from 1 to 5"),
        between("monetary_score", 1, 5, "Spending is scored from 1 to 5"),
        at_least("recency_days", 0, "The last order is not in the future"),
        no_rows(
            """
            select rfm.namespace, rfm.segment from customer_rfm as rfm
            where not exists (select 1 from dim_customers where dim_customers.customer_id = rfm.customer_id)
            """,
            "Every customer with a segment is a customer",
        ),
    ),
)

OBJECTIVE_STATUS = TableSuite(
    "objective_status",
    ANALYTICS,
    ("objective_id",),
    (
        unique("objective_id", "An objective is one row"),
        one_of("status", ("met", "missed", "no_data"), "An objective is met, missed or without data"),
        satisfies(
            "status", "(status = 'no_data') = (actual_value is null)", "An objective that is judged has a figure"
        ),
        filled("owner", "Every objective has an owner"),
    ),
)

SEARCH_TERMS = TableSuite(
    "search_terms",
    ANALYTICS,
    ("search_date", "namespace"),
    (
        unique_together(("search_date", "namespace", "search_term"), "A day of a search term is one row"),
        satisfies(
            "search_count",
            "clicked_count <= with_result_count and with_result_count <= search_count "
            "and converted_count <= search_count",
            "No more searches have a result, a click or an order than there are",
        ),
        no_rows(
            """
            select namespace, sum(search_count) as search_count, sum(without_result_count) as without_result_count
            from search_terms
            group by namespace
            having sum(search_count) >= 100 and sum(without_result_count) > 0.5 * sum(search_count)
            """,
            "Most searches have a result, or their lists are not sent",
            severity=WARN,
        ),
    ),
)

CART_ABANDONMENT = TableSuite(
    "cart_abandonment",
    ANALYTICS,
    ("cart_date", "namespace", "device_category"),
    (
        unique_together(("cart_date", "namespace", "device_category"), "A day of a device category is one row"),
        satisfies(
            "cart_count",
            "abandoned_cart_count between 0 and cart_count and abandoned_cart_value between 0 and cart_value",
            "What is abandoned is part of what was put in the carts",
        ),
    ),
)

BASKET_AFFINITY = TableSuite(
    "basket_affinity",
    ANALYTICS,
    ("product_id", "other_product_id"),
    (
        unique_together(("product_id", "other_product_id"), "A pair of products is one row from each side"),
        satisfies(
            "order_count",
            "order_count between 1 and least(product_order_count, other_product_order_count) "
            "and product_order_count <= basket_count",
            "A pair is in no more baskets than its products",
        ),
        between("confidence", 0, 1, "A confidence is a share"),
    ),
)

CATEGORY_TRENDS = TableSuite(
    "category_trends",
    ANALYTICS,
    ("week_start_date", "namespace", "category"),
    (
        unique_together(("week_start_date", "namespace", "category"), "A week of a category is one row"),
        satisfies("week_start_date", "isodow(week_start_date) = 1", "A week starts on a Monday"),
    ),
)

REPEAT_PURCHASE_INTERVALS = TableSuite(
    "repeat_purchase_intervals",
    ANALYTICS,
    ("namespace", "category"),
    (
        unique_together(("namespace", "category"), "A category of a shop is one row"),
        satisfies(
            "median_days",
            "1 <= first_quartile_days and first_quartile_days <= median_days and median_days <= third_quartile_days",
            "An interval is a day or more, and the quartiles are in order",
        ),
    ),
)

SUITES = (
    CUSTOMER_COHORTS,
    CUSTOMER_RFM,
    OBJECTIVE_STATUS,
    SEARCH_TERMS,
    CART_ABANDONMENT,
    BASKET_AFFINITY,
    CATEGORY_TRENDS,
    REPEAT_PURCHASE_INTERVALS,
)
