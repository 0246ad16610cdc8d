"""The landing door on what the importers and the collector bring: good days pass, broken ones do not."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from landed_days import change_files, change_values

from shelfwise.landing.declared_tables import declared_tables
from shelfwise.landing.files import add_provenance, landing_file_path, write_landing_file
from shelfwise.landing.ga4 import import_ga4
from shelfwise.landing.import_options import ImportOptions
from shelfwise.landing.rees46 import import_rees46
from shelfwise.landing.shop import import_shop
from shelfwise.quality.doors import check_door
from shelfwise.quality.results import DoorReport
from shelfwise.settings import Settings

ROWS = 200
START = datetime(2026, 3, 2)
PROVENANCE = {"namespace", "source_file", "source_row", "file_sha256", "loaded_at"}


def check(settings: Settings) -> DoorReport:
    return check_door(settings, "landing", settings.runs_path / "run")


def moment(number: int) -> datetime:
    return START + timedelta(minutes=number)


def rees46_lines() -> list[dict[str, Any]]:
    return [
        {
            "event_time": f"{moment(n)} UTC",
            "event_type": ("view", "view", "cart", "purchase")[n % 4],
            "product_id": 7000 + n % 37,
            "category_id": 9,
            "category_code": "home.light" if n % 3 else "",
            "brand": "lumen" if n % 7 else "",
            "price": f"{n % 17}.50",
            "user_id": 500 + n % 23,
            "user_session": f"s{n % 40}",
        }
        for n in range(ROWS)
    ]


def ga4_events() -> list[dict[str, Any]]:
    return [
        {
            "event_date": f"{moment(n):%Y%m%d}",
            "event_timestamp": str(int(moment(n).timestamp() * 1_000_000)),
            "event_name": ("page_view", "view_item", "add_to_cart", "purchase")[n % 4],
            "event_params": [{"key": "page_location", "value": {"string_value": "https://shop.example"}}],
            "items": [{"item_id": f"P{n % 37}"}] if n % 4 else [],
            **({"user_pseudo_id": f"{n % 23}.1"} if n % 3 else {}),
        }
        for n in range(ROWS)
    ]


def shop_tables() -> dict[str, list[dict[str, Any]]]:
    known = {"currency": "EUR", "updated_at": str(START)}
    return {
        "products": [
            {"product_id": n, "title": "Lämpchen", "category_path": "Light", "price": 9.5, "in_stock": "t", **known}
            for n in range(ROWS)
        ],
        "customers": [
            {"customer_id": n, "created_at": str(START), "country": "DE", "email": f"c{n}@shop.example", **known}
            for n in range(ROWS)
        ],
        "orders": [
            {"order_id": n, "customer_id": n if n % 3 else None, "ordered_at": str(moment(n)), "country": "DE", **known}
            for n in range(ROWS)
        ],
        "order_lines": [
            {"order_line_id": n, "order_id": n, "product_id": n, "occurred_at": str(moment(n)),
             "quantity": 1 - n % 3 * 2, "unit_price": "9.50", **known}
            for n in range(ROWS)
        ],
    }  # fmt: skip


def web_events() -> pa.Table:
    events = ("Product Viewed", "Product Added", "Order Completed", None)
    products = json.dumps([{"product_id": "P1"}])
    return pa.Table.from_pylist(
        [
            {
                "message_id": f"m{n}",
                "type": "track" if events[n % 4] else "page",
                "event": events[n % 4],
                "occurred_at": moment(n),
                "received_at": moment(n),
                "anonymous_id": f"d{n % 23}",
                "product_id": "P1" if n % 4 < 2 else None,
                "products": products if n % 4 == 2 else None,
                "price": 9,
                "quantity": 1,
                "currency": "EUR",
                "user_agent": "Mozilla/5.0",
            }
            for n in range(ROWS)
        ]
    )


def rees46_text(lines: list[dict[str, Any]]) -> str:
    return "\n".join([",".join(lines[0]), *(",".join(map(str, line.values())) for line in lines), ""])


def land_rees46(settings: Settings, folder: Path) -> None:
    (folder / "2026-Mar.csv").write_text(rees46_text(rees46_lines()) + "2026-03-02 03:")
    assert import_rees46(folder, settings).succeeded


def land_ga4(settings: Settings, folder: Path) -> None:
    (folder / "events_20260302.json").write_text("\n".join(map(json.dumps, ga4_events())))
    assert import_ga4(folder, settings).succeeded


def land_shop(settings: Settings, folder: Path) -> None:
    for name, rows in shop_tables().items():
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet")
    assert import_shop(folder, settings).succeeded


def land_web(settings: Settings, _folder: Path) -> None:
    path = landing_file_path(settings.landing_path, "web", "events", date(2026, 3, 3), "batch-1")
    (declared,) = declared_tables(settings.project_dir, ["web"])
    events = web_events()
    for column in declared.columns.keys() - PROVENANCE - set(events.column_names):
        events = events.append_column(column, pa.nulls(ROWS, pa.string()))
    table = add_provenance(events, source_file="batch-1", file_sha256="ab" * 32, loaded_at=moment(ROWS))
    write_landing_file(table, path, source_file="batch-1", file_sha256="ab" * 32)


LANDERS: dict[str, Callable[[Settings, Path], None]] = {
    "rees46": land_rees46,
    "ga4": land_ga4,
    "shop": land_shop,
    "web": land_web,
}


@pytest.fixture
def land(settings: Settings, tmp_path: Path) -> Callable[[str], Settings]:
    """A function that lands a good day of a source and returns the settings of a run of it."""

    def land_source(source: str) -> Settings:
        LANDERS[source](settings, tmp_path)
        return settings.model_copy(update={"sources": (source,)})

    return land_source


@pytest.mark.parametrize("source", LANDERS)
def test_a_good_day_passes_with_each_expectation_judged(land: Callable[[str], Settings], source: str) -> None:
    report = check(land(source))
    assert report.passed, report.errors
    assert not [result for result in report.results if "not evaluated" in (result.observed_value or "")]
    assert not report.warnings


@pytest.mark.parametrize(
    ("source", "column", "change"),
    [
        ("rees46", "event_time", lambda text: text.replace("2026", "2126")),
        ("rees46", "event_type", lambda _: "click"),
        ("rees46", "price", lambda text: f"${text}"),
        ("ga4", "event_timestamp", lambda text: text[:10]),
        ("ga4", "event_params", lambda text: text.replace('"', "'")),
        ("ga4", "event_name", lambda _: "add_to_cart"),
        ("shop", "contact_hash", lambda _: "ada@example.org"),
        ("shop", "in_stock", lambda _: "maybe"),
        ("shop", "unit_price", lambda text: text.replace(".", ",")),
        ("shop", "updated_at", lambda _: "yesterday"),
        ("shop", "country", lambda _: "Germany"),
        ("web", "type", lambda _: "click"),
        ("web", "products", lambda text: text and text[:-1]),
    ],
)
def test_a_broken_day_is_an_error_on_its_column(
    land: Callable[[str], Settings], source: str, column: str, change: Callable[[str], str]
) -> None:
    settings = land(source)
    change_where_there(settings, column, change_values(column, change))
    assert column in {error.column_name for error in check(settings).errors}


@pytest.mark.parametrize(
    ("source", "column"), [("rees46", "user_id"), ("ga4", "event_params"), ("web", "anonymous_id"), ("web", "query")]
)
def test_failing_rows_name_no_person(land: Callable[[str], Settings], source: str, column: str) -> None:
    settings = land(source)
    damaged = "\N{REPLACEMENT CHARACTER} Ada"
    change_where_there(settings, column, lambda table: table.set_column(
        table.schema.get_field_index(column), column, pa.array(["" if column == "anonymous_id" else damaged] * ROWS)
    ))  # fmt: skip
    failed = [error for error in check(settings).errors if error.column_name == column]
    assert failed
    assert all(set(row) == {"landing_file", "source_row"} for error in failed for row in error.failing_rows)


def change_where_there(settings: Settings, column: str, change: Callable[[pa.Table], pa.Table]) -> None:
    change_files(settings, lambda table: change(table) if column in table.column_names else table)


def test_an_export_that_a_join_multiplied_is_an_error(land: Callable[[str], Settings]) -> None:
    settings = land("shop")
    change_where_there(settings, "order_id", change_values("order_id", lambda text: str(int(text) // 2)))
    (error,) = check(settings).errors
    assert (error.table_name, error.expectation) == ("shop__orders", "expect_no_rows")
    assert error.failing_rows == [{"row_count": ROWS, "distinct_count": ROWS // 2}]


def test_a_file_that_broke_the_gate_is_mended_by_one_that_supersedes_it(settings: Settings, tmp_path: Path) -> None:
    settings = settings.model_copy(update={"sources": ("rees46",)})
    path = tmp_path / "2026-Mar.csv"
    path.write_text(rees46_text(rees46_lines()).replace(",view,", ",click,") + "2026-03-02 03:")
    import_rees46(path, settings)
    assert not check(settings).passed
    path.write_text(rees46_text(rees46_lines()))
    assert import_rees46(path, settings, None, ImportOptions(supersede=True)).succeeded
    report = check(settings)
    assert report.passed, report.errors
    assert not report.warnings
