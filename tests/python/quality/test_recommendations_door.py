from __future__ import annotations

import duckdb
import pytest
from small_marts import RECOMMENDED, ROWS, build, change

from shelfwise.quality.doors import check_door
from shelfwise.quality.results import DoorReport
from shelfwise.settings import Settings


def check(settings: Settings) -> DoorReport:
    return check_door(settings, "recommendations", settings.runs_path / "run")


def train(settings: Settings, model_version: str) -> None:
    """Leave what training leaves of its versions."""
    settings.model_output_path.mkdir(parents=True, exist_ok=True)
    path = settings.model_output_path / "model_versions.parquet"
    duckdb.sql(f"select '{model_version}' as model_version, timestamp '2026-03-04' as trained_at").write_parquet(
        str(path)
    )


@pytest.fixture
def recommended(settings: Settings) -> Settings:
    build(settings, {**ROWS, **RECOMMENDED})
    train(settings, "v1")
    return settings


def test_lists_of_a_trained_model_pass(recommended: Settings) -> None:
    report = check(recommended)
    assert report.passed, report.errors
    assert not report.warnings


def test_before_the_first_training_popular_products_are_enough(settings: Settings) -> None:
    build(settings, ROWS)
    report = check(settings)
    assert report.passed, report.errors
    assert not report.warnings


def test_without_popular_products_nothing_is_served(settings: Settings) -> None:
    build(settings, {**ROWS, "popular_products": []})
    (error,) = check(settings).errors
    assert error.table_name == "popular_products"


def test_a_trained_model_without_lists_is_an_error(recommended: Settings) -> None:
    train(recommended, "v2")
    assert {error.description.partition(";")[0] for error in check(recommended).errors} == {
        "The model that was trained has recommendations",
        "The model that was trained has been evaluated",
    }


def test_planted_faults_are_found_and_name_no_customer(recommended: Settings) -> None:
    change(
        recommended,
        "update recommendations set rank = 7, reason = null where customer_id = 's:bert' and rank = 2",
        "update recommendations set score = 'nan', product_id = 's:jug' where customer_id = 's:anna' and rank = 1",
    )
    report = check(recommended)
    assert {error.description for error in report.errors} == {
        "A customer's ranks are 1, 2, 3, … without a gap",
        "Every recommendation has a reason for the shopper",
        "Every score is a finite number",
        "Every product on the list is a product, and in stock",
    }
    assert report.path is not None
    assert "anna" not in report.path.read_text(encoding="utf-8")
    assert "bert" not in report.path.read_text(encoding="utf-8")


def test_a_model_worse_than_popularity_is_a_warning(recommended: Settings) -> None:
    change(recommended, "update recommendation_scores set value = 0.15, lower_bound = 0.1 where role = 'ours'")
    report = check(recommended)
    assert report.passed
    (warning,) = report.warnings
    assert warning.failing_rows[0]["our_value"] == 0.15


@pytest.mark.parametrize(("product_count", "severities"), [(40, {"error", "warn"}), (80, {"warn"}), (120, set())])
def test_lists_that_collapse_to_a_few_products(settings: Settings, product_count: int, severities: set[str]) -> None:
    build(settings, {**ROWS, "recommendation_scores": RECOMMENDED["recommendation_scores"]})
    change(
        settings,
        """
        insert into dim_products (product_id, namespace, is_in_stock)
        select 's:' || range, 's', true from range(1000)
        """,
        f"""
        insert into recommendations
            (customer_id, namespace, rank, product_id, score, reason, reason_code, model_version)
        select 's:c' || range, 's', 1, 's:' || range % {product_count}, 1, 'Popular', 'popular', 'v1' from range(400)
        """,
    )
    report = check(settings)
    failed = [result for result in (*report.errors, *report.warnings) if result.table_name == "recommendations"]
    assert {result.severity for result in failed} == severities
