from __future__ import annotations

from datetime import UTC, datetime

import pytest
from small_marts import ROWS, build, change

from shelfwise.errors import ShelfwiseError
from shelfwise.quality.doors import check_door
from shelfwise.quality.results import DoorReport
from shelfwise.settings import Settings
from shelfwise.warehouse.published import Manifest, RowCounts, current_link, versions_path


def check(settings: Settings, *, all_rows: bool = False) -> DoorReport:
    return check_door(settings, "marts", settings.runs_path / "run", all_rows=all_rows)


def publish_until(settings: Settings, processed_until: datetime) -> None:
    """Let a version be current that has the rows processed so far."""
    folder = versions_path(settings) / "r1"
    folder.mkdir(parents=True)
    manifest = Manifest(
        run_id="r1",
        published_at=datetime(2026, 3, 5, tzinfo=UTC),
        data_until=None,
        row_counts=RowCounts(landing={}, marts={}),
        gate="passed",
        model_version=None,
        versions={},
        checksums={},
        processed_until=processed_until,
    )
    (folder / "manifest.json").write_text(manifest.model_dump_json())
    current_link(settings).symlink_to("versions/r1")


def errors_by_table(report: DoorReport) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for error in report.errors:
        found.setdefault(error.table_name, set()).add(error.description)
    return found


@pytest.fixture
def built(settings: Settings) -> Settings:
    build(settings, ROWS)
    return settings


def test_small_marts_pass_with_each_expectation_judged(built: Settings) -> None:
    report = check(built)
    assert report.passed, report.errors
    assert not report.warnings


def test_empty_marts_pass_where_nothing_landed(settings: Settings) -> None:
    build(settings, {})
    report = check(settings)
    assert report.passed, report.errors
    assert not report.warnings


def test_empty_marts_are_an_error_where_rows_landed(settings: Settings) -> None:
    build(settings, {"row_accounting": ROWS["row_accounting"]})
    (error,) = check(settings).errors
    assert error.description == "No table that landed rows left its marts empty"
    assert [row["table_name"] for row in error.failing_rows] == ["events", "order_lines"]


def test_planted_faults_are_found_with_their_rows(built: Settings) -> None:
    change(
        built,
        "update fct_orders set gross_revenue = 18, net_revenue = 18",
        "update fct_order_lines set quantity = -2 where product_id = 's:mug'",
        "update fct_sessions set ended_at = started_at - interval 1 minute",
        "update fct_events set occurred_at = '2031-01-01', event_date = '2031-01-01'",
        "insert into dim_products select * from dim_products where product_id = 's:mug'",
        "update row_accounting set unaccounted_count = 1 where table_name = 'events'",
        "delete from daily_metrics where metric_date = '2026-03-03'",
        "insert into dim_dates (date_day) values ('2026-03-09')",
    )
    report = check(built)
    assert errors_by_table(report) == {
        "dim_products": {"A product is one row"},
        "dim_dates": {"The calendar has no gaps"},
        "fct_events": {"No new event happened after it was loaded", "Every new event belongs to a session"},
        "fct_sessions": {
            "A new session ends after it started, and within a day",
            "A new session counts the events it has",
        },
        "fct_orders": {"An order is the sum of its lines, and every line has an order"},
        "fct_order_lines": {"Sales are positive, returns negative, gifts free", "An amount is quantity times price"},
        "row_accounting": {"Every landed row is a fact, a duplicate, superseded or in quarantine"},
    }
    rows = {error.description: error.failing_rows for error in report.errors}
    assert rows["An amount is quantity times price"][0]["order_line_id"] == "s:o1-0"
    assert rows["An order is the sum of its lines, and every line has an order"][0]["order_id"] == "s:o1"


@pytest.fixture
def one_published(built: Settings) -> Settings:
    """Marts whose event and session are published, and a second event in a session of its own, which are not."""
    change(
        built,
        "update fct_events set processed_at = '2026-03-04'",
        "update fct_sessions set processed_at = '2026-03-04'",
        "insert into fct_events select * replace ('s:e2' as event_id, 'next' as session_id, "
        "timestamp '2026-03-03 10:00:00' as occurred_at, date '2026-03-03' as event_date, "
        "timestamp '2026-03-05' as processed_at) from fct_events",
        "insert into fct_sessions select * replace ('next' as session_id, timestamp '2026-03-03 10:00:00' "
        "as started_at, timestamp '2026-03-03 10:00:00' as ended_at, date '2026-03-03' as session_date, "
        "timestamp '2026-03-05' as processed_at) from fct_sessions",
        "update daily_metrics set session_count = 1",
    )
    publish_until(built, datetime(2026, 3, 4))
    return built


def test_rows_that_are_published_are_judged_again_only_when_asked(one_published: Settings) -> None:
    assert check(one_published).passed
    change(
        one_published,
        "update fct_events set event_name = 'look' where event_id = 's:e1'",
        "update fct_sessions set event_count = 7 where session_id = 'visit'",
    )
    assert check(one_published).passed
    assert errors_by_table(check(one_published, all_rows=True)) == {
        "fct_events": {"New events' names are GA4's"},
        "fct_sessions": {"A new session counts the events it has"},
    }


@pytest.mark.parametrize(
    ("fault", "errors"),
    [
        (
            "update fct_events set event_id = 's:e1' where event_id = 's:e2'",
            {"fct_events": {"No new event is there twice, nor since earlier: retries are removed"}},
        ),
        (
            "update fct_events set session_id = 'visit' where event_id = 's:e2'",
            {"fct_sessions": {"A new session counts the events it has"}},
        ),
        (
            "update fct_events set product_id = 's:cup' where event_id = 's:e2'",
            {"fct_events": {"Every product that was clicked in a new event is a product"}},
        ),
        (
            "update fct_sessions set session_id = 'visit' where session_id = 'next'",
            {
                "fct_events": {"Every new event belongs to a session"},
                "fct_sessions": {"A new session counts the events it has"},
            },
        ),
        (
            "update fct_sessions set session_id = 'next', session_date = '2026-03-03' where session_id = 'visit'",
            {"fct_sessions": {"A session is one row on the days of new ones"}},
        ),
    ],
)
def test_faults_of_new_rows_are_found_against_all_rows(
    one_published: Settings, fault: str, errors: dict[str, set[str]]
) -> None:
    change(one_published, fault)
    assert errors_by_table(check(one_published)) == errors


def test_a_missing_table_is_an_error_with_the_remedy(built: Settings) -> None:
    change(built, "drop table daily_funnel")
    (error,) = check(built).errors
    assert error.expectation == "expect_table_to_exist"
    assert "`dbt build --select daily_funnel`" in error.description


def test_a_gap_between_days_is_a_warning(built: Settings) -> None:
    change(built, "update daily_metrics set metric_date = '2026-03-05' where metric_date = '2026-03-03'")
    report = check(built)
    assert report.passed
    (warning,) = report.warnings
    assert warning.failing_rows == [
        {"namespace": "s", "last_day_before_a_gap": "2026-03-02", "next_date": "2026-03-05"}
    ]


@pytest.mark.parametrize(
    ("reason", "rejected", "errors", "warnings"),
    [("bad_price", 19, 0, 0), ("bad_price", 30, 0, 1), ("bad_price", 60, 1, 1), ("bot_behaviour", 60, 0, 0)],
)
def test_rejected_rows_warn_from_two_percent_and_stop_from_five(
    built: Settings, reason: str, rejected: int, errors: int, warnings: int
) -> None:
    change(
        built,
        f"""insert into quarantined_rows (
            source_name, table_name, reason, landing_file, source_file, source_row, item_number
        )
        select 's', 'order_lines', '{reason}', 'f', 'f', range, 1 from range({rejected})""",
    )
    report = check(built)
    assert (len(report.errors), len(report.warnings)) == (errors, warnings)


@pytest.mark.parametrize(("rows", "errors"), [(52, 0), (999, 0), (1000, 1)])
def test_a_source_of_bots_alone_stops_the_night_only_where_it_is_large(built: Settings, rows: int, errors: int) -> None:
    change(
        built,
        f"""insert into row_accounting by name select 'web' as source_name, 'events' as table_name, 1 as file_count,
            {rows} as row_count, 0 as fact_count, 0 as duplicate_count, {rows} as quarantined_count,
            0 as superseded_count, 0 as unaccounted_count""",
        f"""insert into quarantined_rows by name select 'web' as source_name, 'events' as table_name,
            'bot_user_agent' as reason, 'f' as landing_file, 'f' as source_file, range as source_row, 1 as item_number
        from range({rows})""",
    )
    report = check(built)
    assert [error.description for error in report.errors] == ["Not nearly all visitors are taken for bots"][:errors]


def test_facts_that_are_in_the_books_and_not_in_the_mart_are_an_error(built: Settings) -> None:
    change(built, "update row_accounting set fact_count = 3 where table_name = 'order_lines'")
    (error,) = check(built).errors
    assert error.failing_rows == [{"source_name": "s", "table_name": "order_lines", "fact_count": 3, "found_count": 2}]


def test_profiles_and_verdicts_that_cannot_be_are_errors(built: Settings) -> None:
    change(
        built,
        "update column_profiles set distinct_count = 2",
        "update daily_anomalies set expected_value = 10",
    )
    assert errors_by_table(check(built)) == {
        "column_profiles": {"There are no more values than rows that have one"},
        "daily_anomalies": {"What is expected is not unusual"},
    }


def test_recommendations_that_cannot_be_or_fail_are_found(built: Settings) -> None:
    change(
        built,
        "insert into recommendation_performance (impression_date, namespace, placement, segment_type, segment_value, "
        "list_count, impression_count, click_count, dismissal_count, converted_list_count, attributed_order_count) "
        "values ('2026-03-02', 's', 'home', 'all', 'all', 2, 10, 11, 0, 0, 0), "
        "('2026-03-02', 's', 'cart', 'all', 'all', 500, 5000, 0, 0, 0, 0)",
        "insert into experiment_results (experiment_name, namespace, metric, arm, verdict, difference, lower_bound, "
        "upper_bound) values ('trial', 's', 'click_through_rate', 'b', 'sample ratio is off: do not read', 3, 1, 2)",
        "insert into hourly_requests (hour_start, route, request_count, client_error_count, server_error_count) "
        "values ('2026-03-02 10:00', '/v1/recommendations', 900, 0, 10), ('2026-03-02 10:00', '/docs', 9, 9, 1)",
    )
    report = check(built)
    assert errors_by_table(report) == {
        "recommendation_performance": {"No more is clicked, waved away or bought than was shown"},
        "experiment_results": {"A difference lies in its own interval"},
        "hourly_requests": {"No more goes wrong than was asked"},
    }
    assert {warning.description for warning in report.warnings} == {
        "Shelves that are shown thousands of times are clicked",
        "Visitors are spread over the arms as the seed says",
        "Less than one answer in a hundred of the last day is a server error",
    }


def test_a_file_that_was_not_loaded_is_an_error(built: Settings) -> None:
    change(
        built,
        """insert into landing.landing_files (landing_file, row_count, is_active)
        values ('s/orders/dt=2026-03-04/a.parquet', 5, true)""",
    )
    (error,) = check(built).errors
    assert error.failing_rows == [{"landing_file": "s/orders/dt=2026-03-04/a.parquet", "row_count": 5}]


def test_no_build_database_is_said_with_the_remedy(settings: Settings) -> None:
    with pytest.raises(ShelfwiseError, match="shelfwise run"):
        check(settings)


def test_the_build_database_is_only_read(built: Settings) -> None:
    before = built.build_database.read_bytes()
    check(built)
    assert built.build_database.read_bytes() == before
