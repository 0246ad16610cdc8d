"""Publishes two weeks of a small shop, or no shop at all."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
from declared_marts import declared_columns, declared_marts

from shelfwise.files import swap_symlink
from shelfwise.settings import Settings

TITLE = '<img src="https://elsewhere.example/x.png" onerror="alert(1)">Mug & Saucer'
WEEKS = """
insert into daily_metrics by name
select
    date '2026-09-14' + day::int as metric_date, 's' as namespace, 'all' as segment_type, 'all' as segment_value,
    case when day < 7 then 100 else 150 end as net_revenue, case when day < 7 then 100 else 160 end as gross_revenue,
    case when day < 7 then 0 else 10 end as returned_revenue, 4 as order_count, 8 as unit_count,
    1 as new_customer_count, 40 as session_count, 4 as converted_session_count
from range(14) as days (day);
insert into category_trends by name
select
    date '2026-09-14' + 7 * week::int as week_start_date, 's' as namespace, category, true as is_complete,
    525 as net_revenue, 28 as unit_count, 0.5 as net_revenue_change_1_week
from range(2) as weeks (week) cross join (values ('Kitchen'), ('<script>alert(2)</script>')) as categories (category);
insert into dim_products by name select 's:mug' as product_id, 's' as namespace, $title as title;
insert into daily_product_metrics by name
select date '2026-09-22' as metric_date, 's' as namespace, 's:mug' as product_id, 150 as net_revenue, 8 as unit_count;
insert into objective_status by name
select
    'revenue' as objective_id, 'net_revenue' as metric, 's' as namespace, 1200 as target_value,
    'at_least' as direction, 1050 as actual_value, 28 as window_days, 'missed' as status, 'Shop manager' as owner,
    date '2026-12-31' as due_date;
insert into daily_anomalies by name
select
    date '2026-09-23' as metric_date, 's' as namespace, 'daily_metrics' as table_name, 'session_count' as metric,
    40 as observed_value, 90 as lower_value, 150 as upper_value, -6 as score, true as is_anomaly,
    'warning' as severity;
insert into recommendation_performance by name
select
    date '2026-09-15' + 7 * week::int as impression_date, 's' as namespace, 'home' as placement,
    'all' as segment_type, 'all' as segment_value, 50 as list_count, 200 as impression_count,
    2 + 2 * week as click_count, 1 as attributed_order_count, 30 as attributed_revenue
from range(2) as weeks (week);
insert into experiment_results by name
select
    'lists' as experiment_name, 's' as namespace, 'conversion_rate' as metric, arm, 'decision' as metric_role,
    verdict, 1200 as unit_count, 0.1 as metric_value, lift as relative_lift, 0.01 as p_value,
    is_control, date '2026-09-01' as starts_on
from (
    values ('popular', 'control', null, true), ('trained', 'better', 0.12, false)
) as arms (arm, verdict, lift, is_control);
insert into category_forecasts by name
select
    's' as namespace, 'all' as category, 'net_revenue' as metric, date '2026-09-28' + 7 * week::int as week_start_date,
    week + 1 as week_number, 1000 as forecast_value, 800 as lower_80, 1200 as upper_80, 700 as lower_95,
    1300 as upper_95, 'four_week_mean' as model_name
from range(4) as weeks (week);
insert into customer_predictions by name
select
    's:' || n as customer_id, 's' as namespace, 30 as purchase_window_days, 90 as value_window_days,
    20 as expected_value, case when n < 3 then 'likely_to_buy' else 'likely_to_lapse' end as outlook
from range(5) as customers (n);
"""


def publish(settings: Settings, *, is_empty: bool = False, without: tuple[str, ...] = ()) -> None:
    """Publish a version, whose marts are empty where ``is_empty``; ``without`` names some that it has not."""
    version = settings.published_path / "versions" / "r1"
    version.mkdir(parents=True)
    with duckdb.connect(str(version / "warehouse.duckdb")) as connection:
        for model in declared_marts(settings.project_dir):
            connection.execute(f'create table "{model["name"]}" ({declared_columns(model)})')
        if not is_empty:
            for statement in WEEKS.split(";")[:-1]:
                connection.execute(statement, {"title": TITLE} if "$title" in statement else None)
        for name in without:
            connection.execute(f"drop table {name}")
    manifest = {
        "run_id": "r1",
        "published_at": "2026-09-28T04:00:00Z",
        "data_until": None if is_empty else "2026-09-27T23:59:00Z",
        "row_counts": {"landing": {}, "marts": {}},
        "gate": "passed",
        "model_version": None,
        "versions": {},
        "checksums": {},
    }
    (version / "manifest.json").write_text(json.dumps(manifest))
    swap_symlink(settings.published_path / "current", Path("versions") / "r1")
