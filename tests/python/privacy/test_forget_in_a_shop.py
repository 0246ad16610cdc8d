"""A customer of a shop that a real run has built: erased, and not back after the next run, which builds in full."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from exhaustive import EXHAUSTIVE
from searching import places
from small_runs import leave_dbt_tests_out, start_run

from shelfwise.pipeline.forgetting.forget import forget
from shelfwise.settings import Settings
from shelfwise.warehouse.published import connect_current

# How far a run has come is no property of the rows.
FACTS = {
    "dim_customers": "customer_id",
    "fct_orders": "customer_id",
    "fct_order_lines": "customer_id",
    "fct_sessions": "device_id",
    "fct_events": "device_id",
    "dim_device_customers": "customer_id",
}


def rows_of_others(settings: Settings, persons: list[str]) -> dict[str, list[tuple[object, ...]]]:
    """What the marts say of everybody else."""
    _, connection = connect_current(settings)
    with connection:
        return {
            table: connection.execute(
                f"select columns(lambda name: name <> 'processed_at') from {table} "
                f"where {column} is null or not list_contains(?, {column}) order by all",
                [persons],
            ).fetchall()
            for table, column in FACTS.items()
        }


def buyer(settings: Settings) -> tuple[str, list[str], list[str]]:
    """The customer with most orders: namespaced id, devices, and every word that tells of them."""
    _, connection = connect_current(settings)
    with connection:
        ((customer,),) = connection.execute(
            "select customer_id from fct_orders where customer_id is not null "
            "group by 1 order by count(*) desc, 1 limit 1"
        ).fetchall()
        devices = [
            device
            for (device,) in connection.execute(
                "select device_id from dim_device_customers group by 1 having bool_and(customer_id = ?)", [customer]
            ).fetchall()
        ]
        words = [
            word
            for (word,) in connection.execute(
                "select order_id from fct_orders where customer_id = ? union all "
                "select ':' || contact_hash from dim_customers where customer_id = ? and contact_hash is not null",
                [customer, customer],
            ).fetchall()
        ]
    bare = [word.partition(":")[2] for word in (customer, *devices, *words)]
    return customer, devices, bare


@EXHAUSTIVE[0]
@EXHAUSTIVE[1]
@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.xdist_group("published_shop")
def test_erased_and_not_back_after_the_next_run(published_shop: Settings, make_checkout: Callable[[], Path]) -> None:
    checkout = make_checkout()
    leave_dbt_tests_out(checkout)
    shutil.copytree(published_shop.data_path, checkout / "data", symlinks=True, dirs_exist_ok=True)
    settings = Settings(project_dir=checkout, data_dir=checkout / "data", sources=("sample_shop",))
    customer, devices, words = buyer(settings)
    persons = [customer, *devices]
    before = rows_of_others(settings, persons)
    assert {place.split("/")[0].split(":")[0] for place in places(settings.data_path, words)} >= {
        "landing",
        "published",
        "build.duckdb",
    }

    forget(settings, customer, report=lambda _: None)

    assert places(settings.data_path, words) == set()
    assert rows_of_others(settings, persons) == before
    assert start_run(settings).wait(600) == 0
    assert places(settings.data_path, words) == set()
    assert rows_of_others(settings, persons) == before
