"""A fresh clone with the environment installed, before anything has landed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

DBT = Path(sys.executable).with_name("dbt")


@pytest.fixture(scope="module")
def fresh_clone(make_checkout: Callable[[], Path]) -> Path:
    return make_checkout()


def run_dbt(clone: Path, *arguments: str) -> str:
    """Run dbt as an analyst would by hand, with no SHELFWISE_ setting, and return what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SHELFWISE_", "DBT_"))}
    result = subprocess.run(
        [DBT, "--no-use-colors", *arguments], cwd=clone, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.mark.slow
def test_run_test_and_docs_work_by_hand_on_empty_marts(fresh_clone: Path) -> None:
    run_dbt(fresh_clone, "seed", "--quiet")
    printed = run_dbt(fresh_clone, "run")
    assert "shelfwise import --help" in printed
    assert "deprecat" not in printed.lower()
    assert "WARN=0 ERROR=0" in printed
    # unit tests bring their own rows: they say the same whatever has landed
    assert "WARN=0 ERROR=0" in run_dbt(fresh_clone, "test", "--exclude-resource-type", "unit_test")
    with duckdb.connect(str(fresh_clone / "data" / "build.duckdb"), read_only=True) as connection:
        relations = connection.execute("select table_name from information_schema.tables").fetchall()
        assert {("fct_orders",), ("fct_events",), ("dim_products",), ("row_accounting",)} <= set(relations)
        assert connection.execute("select count(*) from fct_orders").fetchone() == (0,)

    run_dbt(fresh_clone, "docs", "generate", "--quiet")
    assert (fresh_clone / "target" / "catalog.json").is_file()
