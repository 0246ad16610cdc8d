"""A version made from the one before equals one written in full, whatever happened in between."""

from __future__ import annotations

import json
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, strategies
from hypothesis import settings as hypothesis_settings

from shelfwise.settings import Settings
from shelfwise.warehouse import increments
from shelfwise.warehouse.publish import publish_version
from shelfwise.warehouse.published import WAREHOUSE_FILE, Manifest, connect, read_version, versions_path
from shelfwise.warehouse.rollback import rollback

TABLES = ("fct_events", "fct_sessions", "fct_recommendation_impressions", "daily_metrics")
ADD = """
    insert into events
    select 'e' || (known.number + range), date '2026-01-01' + (hash(known.number + range) % 9)::int,
        'd' || (known.number + range) % 40, 'fact', {now}
    from range({rows}), (select count(*) as number from events) as known
"""
ACTIONS = {
    "nothing": "select 1",
    "a day more": ADD.format(now="{now}", rows=20),
    "events turn out to be a bot's": "update events set row_status = 'quarantined', processed_at = {now} "
    "where device_id = 'd7' and row_status = 'fact'",
    "rejected events are let in": "update events set row_status = 'fact', processed_at = {now} "
    "where row_status = 'quarantined'",
    "another copy of an event counts": "insert into events select event_id, event_date + 3, device_id, 'fact', {now} "
    "from events where event_id = 'e3' and row_status = 'fact' limit 1",
    "a file is gone and all is built anew": "update events set processed_at = {now}; "
    "delete from events where event_date = '2026-01-02'; delete from fct_sessions; "
    "delete from fct_recommendation_impressions",
    "rollback": "select 1",
}


class Shop:
    """A build database with the large marts, and versions of it."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(
            project_dir=folder, data_dir=folder / "data", keep_versions=9, memory_limit="500MB", threads=1
        )
        self.settings.data_path.mkdir()
        self.now = datetime(2026, 2, 1)
        self.runs = 0
        self.execute(
            """
            create schema landing;
            create schema intermediate;
            create table landing.landing_files (source_name text, row_count bigint, is_active boolean);
            create table landing.model_watermarks (model_name text, processed_until timestamp, fingerprint text);
            create table events
                (event_id text, event_date date, device_id text, row_status text, processed_at timestamp);
            create view intermediate.int_events__classified as select * from build.main.events;
            create view fct_events as
                select * exclude (row_status), event_date::timestamp as occurred_at from build.main.events
                where row_status = 'fact';
            create table fct_sessions (
                session_id text, device_id text, session_date date, event_count bigint, processed_at timestamp
            );
            create table fct_recommendation_impressions (
                impression_id text, device_id text, impression_date date, processed_at timestamp
            );
            """
        )
        self.build(ADD.format(now="{now}", rows=400))

    def execute(self, statements: str) -> None:
        with duckdb.connect(str(self.settings.build_database)) as connection:
            connection.execute(statements)

    def build(self, action: str) -> None:
        """Change events, and what is made of them, as one dbt invocation does."""
        self.now += timedelta(days=1)
        now = f"timestamp '{self.now}'"
        # a copy that comes takes the place of the event
        self.execute(
            f"""
            {action.format(now=now)};
            update events set row_status = 'duplicate', processed_at = {now}
            where row_status = 'fact' and processed_at < {now} and event_id in (
                select event_id from events where row_status = 'fact' group by event_id having count(*) > 1
            );
            delete from fct_sessions where device_id in (select device_id from events where processed_at = {now});
            insert into fct_sessions
            select device_id || '/' || event_date, device_id, event_date, count(*), {now} from events
            where row_status = 'fact' and device_id in (select device_id from events where processed_at = {now})
            group by device_id, event_date;
            delete from fct_recommendation_impressions
            where device_id in (select device_id from events where processed_at = {now});
            insert into fct_recommendation_impressions
            select event_id || '/p1', device_id, event_date, {now} from events
            where row_status = 'fact' and device_id in (select device_id from events where processed_at = {now});
            create or replace table daily_metrics as select count(*) as event_count from fct_events;
            delete from landing.model_watermarks;
            insert into landing.model_watermarks
            values
                ('int_events__classified', {now}, ''),
                ('fct_sessions', {now}, ''),
                ('fct_recommendation_impressions', {now}, '');
            """
        )

    def publish(self) -> Manifest:
        """Publish what is built, and compare it with the build database, row for row."""
        self.runs += 1
        run_id = f"r{self.runs:03}"
        nodes = {
            name: {
                "resource_type": "model",
                "name": name,
                "description": "One row per thing.",
                "path": f"marts/{name}.sql",
                "depends_on": {"nodes": []},
                "schema": "main",
                "alias": name,
                "access": "public",
                "config": {"enabled": True, "materialized": "table"},
            }
            for name in TABLES
        }
        folder = self.settings.runs_path / run_id / "dbt"
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(json.dumps({"nodes": nodes, "sources": {}}))
        manifest = publish_version(self.settings, run_id, model_version=None)
        version = read_version(self.settings, versions_path(self.settings) / run_id)
        with connect(version) as published, duckdb.connect(str(self.settings.build_database)) as built:
            for table in TABLES:
                query = f"select * from {table} order by all"
                assert published.execute(query).fetchall() == built.execute(query).fetchall(), table
            tables = published.execute("select table_name from duckdb_tables() order by 1").fetchall()
        assert tables == [(name,) for name in sorted(TABLES)]
        return manifest


@pytest.fixture(autouse=True)
def small_marts_count_as_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(increments, "MIN_ROWS", 1)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.mark.parametrize(
    ("action", "from_the_one_before"), [(name, "all is built" not in name) for name in ACTIONS if name != "rollback"]
)
def test_what_changed_is_replaced(shop: Shop, action: str, from_the_one_before: bool) -> None:
    shop.publish()
    shop.build(ACTIONS[action])
    assert shop.publish().increments == int(from_the_one_before)


def test_after_a_rollback_the_older_version_is_brought_up_to_date(shop: Shop) -> None:
    shop.publish()
    shop.build(ACTIONS["a day more"])
    shop.publish()
    rollback(shop.settings)
    shop.build(ACTIONS["events turn out to be a bot's"])
    assert shop.publish().increments == 1


@pytest.mark.slow
@hypothesis_settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strategies.lists(strategies.sampled_from(sorted(ACTIONS)), min_size=2, max_size=5))
def test_any_history_is_published_as_it_is(actions: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder))
        shop.publish()
        for action in actions:
            if action == "rollback" and shop.runs > 1:
                rollback(shop.settings, "r001")
            shop.build(ACTIONS[action])
            if action != "nothing":  # then the next version has two runs to catch up with
                shop.publish()
        shop.publish()


def damage_file(shop: Shop) -> None:
    path = versions_path(shop.settings) / "r001" / WAREHOUSE_FILE
    path.chmod(0o644)
    with path.open("r+b") as stream:
        stream.seek(-100, 2)
        stream.write(b"damaged")


def change_manifest(shop: Shop, **values: object) -> None:
    path = versions_path(shop.settings) / "r001" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


FALLBACKS = {
    "a damaged file": damage_file,
    "a damaged manifest": lambda shop: change_manifest(shop, checksums=None),
    "another DuckDB": lambda shop: change_manifest(shop, versions={"duckdb": "1.4.0"}),
    "a version of before there were watermarks": lambda shop: change_manifest(shop, processed_until=None),
    "a version from a build that is ahead": lambda shop: change_manifest(shop, processed_until="2027-01-01T00:00:00"),
    "many versions since the last in full": lambda shop: change_manifest(shop, increments=increments.MAX_INCREMENTS),
    "a new column": lambda shop: shop.execute("alter table fct_sessions add column country text"),
    "rows that changed and do not say so": lambda shop: shop.execute("delete from events where event_id = 'e5'"),
    "no watermark": lambda shop: shop.execute("delete from landing.model_watermarks"),
}


@pytest.mark.parametrize("case", FALLBACKS)
def test_all_is_written_anew_where_the_version_before_does_not_serve(shop: Shop, case: str) -> None:
    shop.publish()
    shop.build(ACTIONS["nothing"])
    FALLBACKS[case](shop)
    assert shop.publish().increments == 0
