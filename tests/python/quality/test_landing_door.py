from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from landed_days import change_files, change_values, land, order_lines

from shelfwise.landing.online_retail import import_online_retail
from shelfwise.quality.doors import check_door, sources_in_use
from shelfwise.quality.results import DoorReport, GateResult
from shelfwise.sample_shop.land import land_sample_shop
from shelfwise.settings import Settings


def check(settings: Settings) -> DoorReport:
    return check_door(settings, "landing", settings.runs_path / "run")


def failures(results: tuple[GateResult, ...]) -> set[tuple[str | None, str]]:
    return {(result.column_name, result.expectation) for result in results}


def test_good_days_pass_with_each_expectation_judged(landed: Settings) -> None:
    report = check(landed)
    assert report.passed, report.errors
    assert not report.warnings
    assert {result.table_name for result in report.results} == {
        "online_retail__order_lines",
        "online_retail__rejected_lines",
    }
    assert all(result.owner == "data_engineering" and result.description for result in report.results)


def test_a_simulated_shop_passes_with_the_faults_of_real_life(settings: Settings) -> None:
    shop = settings.model_copy(update={"sources": ("sample_shop",)})
    land_sample_shop(shop, seed=3, days=20, size="small")
    report = check(shop)
    assert report.passed, report.errors
    assert {result.table_name for result in report.results} == {
        f"sample_shop__{table}" for table in ("events", "products", "customers", "orders", "order_lines")
    }
    assert not [result for result in report.results if "not evaluated" in (result.observed_value or "")]


def test_the_public_file_passes_with_its_known_faults(settings: Settings, real_data: Path) -> None:
    assert import_online_retail(real_data / "online_retail" / "daily" / "2011-11-14.csv", settings).succeeded
    report = check(settings)
    assert report.passed, report.errors


def as_month_day_year(text: str) -> str:
    """The form of the well-known single CSV of Online Retail."""
    moment = datetime.fromisoformat(text)
    return f"{moment.month}/{moment.day}/{moment.year} {moment.hour}:{moment.minute:02}"


def test_dates_written_month_day_year_pass(landed: Settings) -> None:
    change_files(landed, change_values("invoice_date", as_month_day_year))
    report = check(landed)
    assert report.passed, report.errors


def rename(table: pa.Table) -> pa.Table:
    return table.rename_columns(["price_gbp" if name == "unit_price" else name for name in table.column_names])


def as_latin1(text: str) -> str:
    """UTF-8 read as Latin-1."""
    return text.encode().decode("latin-1")


@pytest.mark.parametrize(
    ("change", "column", "expectation"),
    [
        pytest.param(rename, "found_type", "expect_column_values_to_not_be_null", id="renamed column"),
        pytest.param(
            change_values("unit_price", lambda price: f"{float(price) * 100:.2f}"),
            "unit_price",
            "expect_column_values_to_satisfy",
            id="prices a hundred times too high",
        ),
        pytest.param(
            change_values("invoice_no", lambda _: None),
            "invoice_no",
            "expect_column_values_to_not_be_null",
            id="null ids",
        ),
        pytest.param(
            change_values("customer_id", lambda _: ""),
            "customer_id",
            "expect_column_values_to_not_be_null",
            id="no customer",
        ),
        pytest.param(
            change_values("description", as_latin1),
            "description",
            "expect_column_values_to_satisfy",
            id="wrong encoding",
        ),
        pytest.param(
            change_values("description", lambda text: text.replace("É", "\N{REPLACEMENT CHARACTER}")),
            "description",
            "expect_column_values_to_satisfy",
            id="replacement characters",
        ),
        pytest.param(
            change_values("invoice_date", lambda text: text.replace("2026-", "2126-")),
            "invoice_date",
            "expect_column_values_to_satisfy",
            id="dates in the future",
        ),
        pytest.param(
            change_values("invoice_date", lambda text: as_month_day_year(text).replace("/2026", "/2126")),
            "invoice_date",
            "expect_column_values_to_satisfy",
            id="dates in the future, month first",
        ),
        pytest.param(
            change_values("invoice_date", lambda text: as_month_day_year(text).replace("3/", "23/", 1)),
            "invoice_date",
            "expect_column_values_to_satisfy",
            id="dates that are no dates",
        ),
        pytest.param(lambda table: table.slice(0, 0), None, "expect_no_rows", id="empty files"),
        pytest.param(
            lambda table: pa.concat_tables([table, table]),
            None,
            "expect_compound_columns_to_be_unique",
            id="rows twice",
        ),
    ],
)
def test_a_broken_batch_is_an_error(
    landed: Settings, change: Callable[[pa.Table], pa.Table], column: str | None, expectation: str
) -> None:
    change_files(landed, change)
    report = check(landed)
    assert not report.passed
    assert (column, expectation) in failures(report.errors)
    assert not [result for result in report.results if "not evaluated" in (result.observed_value or "")]


def test_one_damaged_text_is_a_warning(landed: Settings) -> None:
    good = order_lines(date(2026, 3, 4))
    thousands = pa.concat_tables([good] * 10)
    damaged = pa.array(["CAFÃ© MUG", *thousands.column("description").to_pylist()[1:]])
    land(landed, date(2026, 3, 4), thousands.set_column(2, "description", damaged))
    report = check(landed)
    assert report.passed, report.errors
    assert failures(report.warnings) == {("description", "expect_column_values_to_satisfy")}
    assert report.warnings[0].unexpected_count == 1


def test_an_undeclared_column_is_a_warning_that_names_it(landed: Settings) -> None:
    change_files(landed, lambda table: table.append_column("discount", pa.repeat("0", table.num_rows)))
    report = check(landed)
    assert report.passed
    (warning,) = report.warnings
    assert {row["column_name"] for row in warning.failing_rows} == {"discount"}


def test_values_that_do_not_convert_are_an_error_that_names_the_column(landed: Settings) -> None:
    text = pa.array(["first", "second"] * 100)
    change_files(landed, lambda table: table.set_column(table.schema.get_field_index("source_row"), "source_row", text))
    report = check(landed)
    (error,) = (result for result in report.errors if result.column_name == "unconvertible_count")
    assert error.failing_rows == [{"column_name": "source_row", "found_type": "VARCHAR", "unconvertible_count": 400}]


def test_one_renamed_file_among_good_ones_is_found(landed: Settings) -> None:
    land(landed, date(2026, 3, 4), rename(order_lines(date(2026, 3, 4))))
    report = check(landed)
    (error,) = (result for result in report.errors if result.column_name == "found_type")
    assert error.failing_rows == [
        {
            "landing_file": "online_retail/order_lines/dt=2026-03-04/2026-03-04.parquet",
            "column_name": "unit_price",
            "found_type": None,
        }
    ]


def test_a_file_that_cannot_be_read_is_an_error_and_the_others_are_judged(landed: Settings) -> None:
    broken = landed.landing_path / "online_retail/order_lines/dt=2026-03-04/cut.parquet"
    broken.parent.mkdir()
    broken.write_bytes(b"PAR1 and then the power went")
    report = check(landed)
    (error,) = report.errors
    assert error.column_name == "problem"
    assert error.failing_rows[0]["landing_file"] == "online_retail/order_lines/dt=2026-03-04/cut.parquet"
    assert any(result.column_name == "unit_price" and result.success for result in report.results)


def test_an_enabled_source_without_files_is_an_error_with_the_remedy(settings: Settings) -> None:
    (error,) = check(settings).errors
    assert error.table_name == "online_retail__order_lines"
    assert "`shelfwise import online-retail PATH`" in error.description


def mark_loaded(settings: Settings, *days: str) -> None:
    """Make a build database whose registry knows these days."""
    with duckdb.connect(str(settings.build_database)) as connection:
        connection.execute("create schema landing")
        connection.execute("create table landing.landing_files (landing_file text, loaded_at timestamp)")
        for day in days:
            landing_file = f"online_retail/order_lines/dt={day}/{day}.parquet"
            connection.execute("insert into landing.landing_files values (?, now())", [landing_file])


def judged_rows(report: DoorReport) -> int | None:
    (result,) = (result for result in report.results if result.column_name == "file_sha256")
    return result.element_count


def test_what_an_earlier_run_loaded_does_not_hide_a_broken_new_file(landed: Settings) -> None:
    mark_loaded(landed, "2026-03-02", "2026-03-03")
    bad_day = date(2026, 3, 4)
    good = pa.concat_tables([order_lines(bad_day)] * 3)
    land(landed, bad_day, change_values("unit_price", lambda price: f"{float(price) * 100:.2f}")(good))
    report = check(landed)
    assert judged_rows(report) == 600
    (error,) = report.errors
    assert error.column_name == "unit_price"


def test_a_small_batch_is_judged_with_the_newest_files_before_it(landed: Settings) -> None:
    for day in (4, 5):
        land(landed, date(2026, 3, day), order_lines(date(2026, 3, day)))
    mark_loaded(landed, "2026-03-02", "2026-03-03", "2026-03-04")
    assert judged_rows(check(landed)) == 600


def test_when_all_is_loaded_the_newest_are_judged_or_all_if_asked(landed: Settings) -> None:
    days = ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"]
    for day in days[2:]:
        land(landed, date.fromisoformat(day), order_lines(date.fromisoformat(day)))
    mark_loaded(landed, *days)
    assert judged_rows(check(landed)) == 600
    everything = check_door(landed, "landing", landed.runs_path / "all", all_rows=True)
    assert judged_rows(everything) == 800


def test_failing_rows_can_be_found_again_and_name_no_person(landed: Settings) -> None:
    change_files(landed, change_values("customer_id", lambda number: f"person {number}"))
    report = check(landed)
    (error,) = (result for result in report.errors if result.column_name == "customer_id")
    assert len(error.failing_rows) == 20
    assert set(error.failing_rows[0]) == {"landing_file", "source_row"}
    assert report.path is not None
    assert "person" not in report.path.read_text(encoding="utf-8")
    assert "person" not in report.path.with_name("index.html").read_text(encoding="utf-8")


def test_sources_in_use_are_the_chosen_ones_or_those_that_landed(landed: Settings) -> None:
    everything = landed.model_copy(update={"sources": ()})
    assert sources_in_use(everything) == ("online_retail",)
    assert sources_in_use(landed.model_copy(update={"sources": ("sample_shop",)})) == ("sample_shop",)
    nothing_landed = everything.model_copy(update={"data_dir": landed.data_path / "elsewhere"})
    assert sources_in_use(nothing_landed) == nothing_landed.known_sources
