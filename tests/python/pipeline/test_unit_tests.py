"""A run leaves dbt's unit tests out where nothing has changed that they could tell of."""

from __future__ import annotations

import json

import pytest
from fake_shop import FakeShop

from shelfwise.pipeline.unit_tests import LEAVE_OUT


def builds_with_unit_tests(shop: FakeShop) -> list[bool]:
    """Whether each dbt of the last run was to run them."""
    path = shop.folder / "dbt_arguments"
    builds = [json.loads(line) for line in path.read_text().splitlines()]
    path.unlink()
    return [not set(LEAVE_OUT) <= set(arguments) for arguments in builds]


def test_unit_tests_run_once_for_each_state_of_the_project(shop: FakeShop) -> None:
    shop.run()
    assert builds_with_unit_tests(shop) == [True, True]
    shop.run()
    shop.run()
    assert builds_with_unit_tests(shop) == [False, False, False, False]


@pytest.mark.parametrize("edited", ["models/marts/fct_orders.sql", "models/marts/fct_orders.yml", "macros/a.sql"])
def test_an_edit_has_them_run_again(shop: FakeShop, edited: str) -> None:
    shop.run()
    builds_with_unit_tests(shop)
    path = shop.folder / edited
    path.parent.mkdir(parents=True)
    path.write_text("select 1")
    shop.run()
    assert builds_with_unit_tests(shop) == [True, True]


def test_what_has_not_passed_is_run_again(shop: FakeShop) -> None:
    shop.set("dbt_fails")
    shop.run()
    shop.unset("dbt_fails")
    shop.run()
    assert all(builds_with_unit_tests(shop))
