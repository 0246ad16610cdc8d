"""One fault of each kind is planted, and its door shuts: no such night is ever published."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from _pytest.mark import ParameterSet
from exhaustive import FAULTS
from small_marts import RECOMMENDED, ROWS, build, change

from shelfwise.quality.doors import Door, check_door
from shelfwise.quality.results import DoorReport
from shelfwise.sample_shop.land import land_sample_shop
from shelfwise.settings import Settings
from shelfwise.storefront.orders import land_order
from shelfwise.warehouse.published import Manifest, RowCounts, current_link, versions_path

TONIGHT = date(2026, 9, 30)
Plant = Callable[[Settings], None]


@pytest.fixture(scope="session")
def three_weeks(tmp_path_factory: pytest.TempPathFactory, project_dir: Path) -> Settings:
    """A shop of 6,000 events a day has landed on 21 nights, and a run has loaded all but the last."""
    data = tmp_path_factory.mktemp("nights") / "data"
    settings = Settings(project_dir=project_dir, data_dir=data, sources=("sample_shop",))
    land_sample_shop(settings, seed=3, days=21, size="default")
    with duckdb.connect(str(settings.build_database)) as connection:
        connection.execute("create schema landing")
        connection.execute("create table landing.landing_files (landing_file text, loaded_at timestamp)")
        for path in settings.landing_path.rglob("*.parquet"):
            if f"dt={TONIGHT}" not in str(path):
                name = str(path.relative_to(settings.landing_path))
                connection.execute("insert into landing.landing_files values (?, now()::timestamp)", [name])
    return settings


@pytest.fixture
def nights(three_weeks: Settings, tmp_path: Path) -> Settings:
    """The same, for a test to break."""
    settings = three_weeks.model_copy(update={"data_dir": tmp_path / "data"})
    shutil.copytree(three_weeks.data_path, settings.data_path)
    return settings


def files(settings: Settings, table: str, night: date = TONIGHT) -> list[Path]:
    return sorted((settings.landing_path / "sample_shop" / table / f"dt={night}").glob("*.parquet"))


def tonight(table: str, query: str) -> Plant:
    """Return what passes tonight's rows of a table, `night`, through a query."""

    def plant(settings: Settings) -> None:
        for path in files(settings, table):
            changed = path.with_suffix(".changed")
            with duckdb.connect() as connection:
                night = connection.sql(f"select * from read_parquet('{path}', hive_partitioning = false)")
                night.query("night", query).write_parquet(str(changed))
            changed.rename(path)

    return plant


def remove(table: str) -> Plant:
    def plant(settings: Settings) -> None:
        for path in files(settings, table):
            path.unlink()

    return plant


def land_last_night_again(settings: Settings) -> None:
    """The night before comes once more beside tonight, with tonight's provenance: an export that was not moved on."""
    (before,) = files(settings, "events", TONIGHT - timedelta(days=1))
    (path,) = files(settings, "events")
    with duckdb.connect() as connection:
        connection.sql(f"""
            select * replace ('again.csv' as source_file, repeat('cd', 32) as file_sha256)
            from read_parquet('{before}', hive_partitioning = false)
        """).write_parquet(str(path.with_name("again.parquet")))


def truncate(settings: Settings) -> None:
    (path,) = files(settings, "events")
    path.write_bytes(path.read_bytes()[:1000])


def flip_a_bit(settings: Settings) -> None:
    """A value changes on the disk, in a page that can be read all the same."""
    (path,) = files(settings, "events")
    metadata = pq.read_metadata(path)
    column = next(
        metadata.row_group(0).column(number)
        for number in range(metadata.num_columns)
        if metadata.row_group(0).column(number).path_in_schema == "event_id"
    )
    data = bytearray(path.read_bytes())
    data[column.data_page_offset + column.total_compressed_size // 2] ^= 1
    path.write_bytes(data)


LANDING: dict[str, tuple[str, Plant]] = {
    "a column has another name": (
        "Every file has every declared column",
        tonight("events", "select * exclude product_id, product_id as item_id from night"),
    ),
    "a column has another type": (
        "Values that landed in another type convert",
        tonight("events", "select * replace (unit_price::text || ' £' as unit_price) from night"),
    ),
    "the file is cut off": ("Every landed file can be read", truncate),
    "a bit of the file has changed": ("Every landed file can be read", flip_a_bit),
    "a night does not come": ("A night brings about as many rows", remove("events")),
    "most of a night does not come": (
        "A night brings about as many rows",
        tonight("events", "select * from night where source_row % 10 = 0"),
    ),
    "the night before comes again": ("Rows say about as much that is new", land_last_night_again),
    "each row comes twice": (
        "No row of a file landed twice",
        tonight("events", "select * from night union all select * from night"),
    ),
    "prices in cents": (
        "Numbers are about as large",
        tonight("events", "select * replace (unit_price * 100 as unit_price) from night"),
    ),
    "prices in thousandths": (
        "Numbers are about as large",
        tonight("events", "select * replace (unit_price / 1000 as unit_price) from night"),
    ),
    "another currency": (
        "Kinds, codes and currencies are mixed",
        tonight("events", "select * replace ('JPY' as currency) from night"),
    ),
    "another currency in half of the rows": (
        "Kinds, codes and currencies are mixed",
        tonight("events", "select * replace (if(source_row % 2 = 0, 'JPY', currency) as currency) from night"),
    ),
    "a flood of bots": (
        "A night brings about as many rows",
        tonight(
            "events",
            "select * replace ('flood' as device_id, event_id || n as event_id, source_row * 100 + n as source_row) "
            "from night cross join range(30) as copies (n)",
        ),
    ),
    "clocks two days behind": (
        "Times lie about as far back",
        tonight("events", "select * replace (occurred_at - interval 2 day as occurred_at) from night"),
    ),
    "clocks a hundred days ahead": (
        "Devices' clocks are mostly right",
        tonight("events", "select * replace (occurred_at + interval 100 day as occurred_at) from night"),
    ),
    "ids are missing": (
        "Events carry the sender's message id",
        tonight("events", "select * replace (null as event_id) from night"),
    ),
    "half of the products are missing": (
        "Columns are about as filled",
        tonight("events", "select * replace (if(source_row % 2 = 0, null, product_id) as product_id) from night"),
    ),
    "nobody is logged in": (
        "Columns are about as filled",
        tonight("events", "select * replace (null as customer_id) from night"),
    ),
    "damaged text": (
        "Files are read in the encoding",
        tonight("products", "select * replace ('CafÃ© ' || title as title) from night"),
    ),
    "events have other names": (
        "Event names are GA4's",
        tonight("events", "select * replace ('Product Viewed' as event_name) from night"),
    ),
    "the tag reports page views alone": (
        "Kinds, codes and currencies are mixed",
        tonight("events", "select * replace ('page_view' as event_name) from night"),
    ),
    "an address instead of its hash": (
        "Contacts are SHA-256 hashes",
        tonight("customers", "select * replace ('anna@shop.example' as contact_hash) from night"),
    ),
}


def check(settings: Settings, door: Door) -> DoorReport:
    return check_door(settings, door, settings.runs_path / "run")


def test_a_night_like_the_others_passes(nights: Settings) -> None:
    report = check(nights, "landing")
    assert report.passed, report.errors
    assert not report.warnings
    assert any(result.description.startswith("A night brings about as many rows") for result in report.results)


def first_of_each_expectation() -> list[ParameterSet]:
    """The faults; by default an expectation has to find the first of those that are for it to find."""
    known: set[str] = set()
    faults = []
    for name, (expectation, plant) in LANDING.items():
        faults.append(pytest.param(expectation, plant, id=name, marks=FAULTS if expectation in known else ()))
        known.add(expectation)
    return faults


@pytest.mark.planted_fault
@pytest.mark.parametrize(("expectation", "plant"), first_of_each_expectation())
def test_a_fault_of_what_lands_shuts_the_door(nights: Settings, expectation: str, plant: Plant) -> None:
    plant(nights)
    assert any(error.description.startswith(expectation) for error in check(nights, "landing").errors)


def test_an_order_of_the_demo_shop_is_no_night_on_which_events_are_missed(nights: Settings) -> None:
    for table in ("events", "products", "customers", "orders", "order_lines"):
        remove(table)(nights)
    line = {"product_id": "P00001", "quantity": 1, "price": 12.5, "currency": "GBP"}
    land_order(
        nights,
        "demo1",
        device_id="d1",
        customer_id=None,
        country="GB",
        lines=[line],
        ordered_at=datetime.combine(TONIGHT, time(12)),
    )
    report = check(nights, "landing")
    assert [error.description for error in report.errors] == []


def test_what_a_person_accepts_passes_with_a_warning(nights: Settings) -> None:
    _, plant = LANDING["another currency"]
    plant(nights)
    (error,) = check(nights, "landing").errors
    assert error.failing_rows == [
        {
            "night": "2026-09-30",
            "column_name": "currency",
            "observed": 1.0,
            "usual": pytest.approx(0.0, abs=0.01),
            "lowest_accepted": None,
            "highest_accepted": pytest.approx(0.3, abs=0.1),
            "accept": "sample_shop__events.currency.mixture",
        }
    ]
    accepting = nights.model_copy(update={"gate_accept": ("sample_shop__events.currency.mixture",)})
    report = check(accepting, "landing")
    assert report.passed, report.errors
    assert [warning.description for warning in report.warnings] == [
        "Kinds, codes and currencies are mixed about as on the nights before"
    ]


# A shop of 400 products and customers, whose first days are settled.
BULK = (
    """
    insert into dim_products (product_id, namespace, title, category_path, price, is_in_stock)
    select 's:' || range, 's', 'Hat ' || range, 'Clothes > Hats', 9, true from range(400)
    """,
    "insert into dim_customers (customer_id, namespace) select 's:c' || range, 's' from range(400)",
    """
    insert into recommendations (customer_id, namespace, rank, product_id, score, reason, reason_code, model_version)
    select 's:c' || range, 's', 1, 's:' || range % 120, 1, 'Popular', 'popular', 'v1' from range(400)
    """,
    "update daily_metrics set gross_revenue = 1000 where metric_date = '2026-03-02'",
)


@pytest.fixture
def published(settings: Settings) -> Settings:
    """A shop whose marts are published as they are built."""
    build(settings, {**ROWS, **RECOMMENDED})
    change(settings, *BULK)
    settings.model_output_path.mkdir(parents=True)
    duckdb.sql("select 'v1' as model_version, timestamp '2026-03-04' as trained_at").write_parquet(
        str(settings.model_output_path / "model_versions.parquet")
    )
    folder = versions_path(settings) / "r1"
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(f"attach '{settings.build_database}' as build (read_only)")
        for table in ("dim_products", "dim_customers", "fct_order_lines", "daily_metrics", "recommendations"):
            connection.execute(f"create table {table} as select * from build.main.{table}")
    manifest = Manifest(
        run_id="r1",
        published_at=datetime(2026, 3, 20, tzinfo=UTC),
        data_until=datetime(2026, 3, 19, 23, 0),
        row_counts=RowCounts(landing={}, marts={}),
        gate="passed",
        model_version="v1",
        versions={},
        checksums={},
        processed_until=datetime(2026, 3, 1),
    )
    (folder / "manifest.json").write_text(manifest.model_dump_json())
    current_link(settings).symlink_to("versions/r1")
    return settings


BEHIND_BACKS = "What is published has not vanished or changed behind everybody's back"
MARTS: dict[str, tuple[str, str]] = {
    "categories go round": (
        "No category stands above itself",
        "update dim_products set category_path = 'Hats > Clothes' where product_id like 's:1%'",
    ),
    "most of the catalogue vanishes": (
        BEHIND_BACKS,
        "delete from dim_products where product_id like 's:_%' and title like 'Hat 3%'",
    ),
    "most of the stock is said to be sold": (
        BEHIND_BACKS,
        "update dim_products set is_in_stock = false where product_id not like 's:1%'",
    ),
    "customers vanish": (BEHIND_BACKS, "delete from dim_customers where customer_id like 's:c1%'"),
    "the past is computed anew, and differs": (
        BEHIND_BACKS,
        "update daily_metrics set gross_revenue = 1300 where metric_date = '2026-03-02'",
    ),
    "a product is there twice": (
        "A product is one row",
        "insert into dim_products select * from dim_products where product_id = 's:7'",
    ),
    "an order is not the sum of its lines": (
        "An order is the sum of its lines",
        "update fct_orders set gross_revenue = 18, net_revenue = 18",
    ),
    "events of tomorrow": (
        "No new event happened after it was loaded",
        "update fct_events set occurred_at = '2031-01-01', processed_at = '2026-03-05'",
    ),
    "rows are lost on the way": (
        "Every landed row is a fact",
        "update row_accounting set unaccounted_count = 1 where table_name = 'events'",
    ),
    "a table of facts is empty": ("Every fact of the books", "delete from fct_order_lines where product_id = 's:mug'"),
    "one row in ten is rejected": (
        "At most 5% of a table is rejected",
        """
        insert into quarantined_rows
            (source_name, table_name, landing_file, source_file, source_row, item_number, reason)
        select 's', 'order_lines', 'f', 'f', range, 1, 'null_price' from range(100)
        """,
    ),
    "a raw address is published": (
        "Contacts are hashes",
        "update dim_customers set contact_hash = 'anna@shop.example' where customer_id = 's:c7'",
    ),
}
RECOMMENDATIONS: dict[str, tuple[str, str]] = {
    "the lists collapse to ten products": (
        "The lists have not collapsed",
        "update recommendations set product_id = 's:' || hash(customer_id) % 10",
    ),
    "half of the customers have no list": (BEHIND_BACKS, "delete from recommendations where hash(customer_id) % 5 < 3"),
    "what is sold out is recommended": (
        "Every product on the list is a product, and in stock",
        "update dim_products set is_in_stock = false where product_id = 's:7'",
    ),
    "what is no product is recommended": (
        "Every product on the list is a product, and in stock",
        "update recommendations set product_id = 's:gone' where customer_id = 's:c7'",
    ),
    "a score is not a number": (
        "Every score is a finite number",
        "update recommendations set score = 'nan' where customer_id = 's:c7'",
    ),
    "a reason is missing": (
        "Every recommendation has a reason for the shopper",
        "update recommendations set reason = null where customer_id = 's:c7'",
    ),
    "another shop's product": (
        "Every product is of the customer's own shop",
        "update recommendations set product_id = 't:7' where customer_id = 's:c7'",
    ),
    "a product twice in a list": (
        "A customer sees a product once",
        "update recommendations set product_id = 's:mug' where customer_id = 's:anna'",
    ),
    "the lists are of an older model": (
        "The model that was trained has recommendations",
        "update recommendations set model_version = 'v0'",
    ),
    "no popular products to fall back to": (
        "Every shop with customers' orders has popular",
        "delete from popular_products",
    ),
}


@pytest.mark.parametrize("door", ["marts", "recommendations"])
def test_marts_as_they_were_published_pass(published: Settings, door: Door) -> None:
    report = check(published, door)
    assert report.passed, report.errors
    assert any(result.description.startswith(BEHIND_BACKS) for result in report.results)


@pytest.mark.planted_fault
@pytest.mark.parametrize(("expectation", "fault"), MARTS.values(), ids=MARTS)
def test_a_fault_of_the_marts_shuts_the_door(published: Settings, expectation: str, fault: str) -> None:
    change(published, fault)
    assert any(error.description.startswith(expectation) for error in check(published, "marts").errors)


@pytest.mark.planted_fault
@pytest.mark.parametrize(("expectation", "fault"), RECOMMENDATIONS.values(), ids=RECOMMENDATIONS)
def test_a_fault_of_the_recommendations_shuts_the_door(published: Settings, expectation: str, fault: str) -> None:
    change(published, fault)
    assert any(error.description.startswith(expectation) for error in check(published, "recommendations").errors)


def test_a_change_of_history_that_a_person_accepts_passes(published: Settings) -> None:
    change(published, "update daily_metrics set gross_revenue = 1300 where metric_date = '2026-03-02'")
    accepting = published.model_copy(update={"gate_accept": ("daily_metrics.gross_revenue",)})
    report = check(accepting, "marts")
    assert report.passed, report.errors
    assert [w.failing_rows[0]["accept"] for w in report.warnings if w.table_name == "published_figures"] == [
        "daily_metrics.gross_revenue"
    ]


def test_a_shop_that_is_switched_off_is_no_fault(published: Settings) -> None:
    build(published, {})
    report = check(published, "marts")
    assert report.passed, report.errors


def test_a_damaged_version_does_not_keep_the_next_one_from_being_published(published: Settings) -> None:
    (versions_path(published) / "r1" / "warehouse.duckdb").write_bytes(b"no database")
    report = check(published, "marts")
    assert report.passed, report.errors
    assert {warning.table_name for warning in report.warnings} == {"published_version"}
