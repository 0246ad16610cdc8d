"""Two warehouses of many small shops, built once for all tests of this folder."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

import pytest
from generated_shops import generate_shops
from loads import Loads, load_shops
from warehouses import GENERATED_SHOPS, SEED, SOURCES, UNFINISHED_RUNS, Warehouses


@pytest.fixture(scope="session")
def make_loads(project_dir: Path, dbt: Callable[..., str]) -> Callable[..., Loads]:
    """A function that gives two empty warehouses in a folder; see `Loads`."""

    def make(data_dir: Path, **settings: object) -> Loads:
        return Loads(project_dir=project_dir, data_dir=data_dir, **{"sources": SOURCES, "dbt": dbt, **settings})

    return make


@pytest.fixture(scope="session")
def warehouses(make_loads: Callable[..., Loads], tmp_path_factory: pytest.TempPathFactory) -> Warehouses:
    """The named cases and hundreds of generated shops, loaded in six runs and by one full refresh."""
    # by name: the module is collected by pytest too
    cases = importlib.import_module("test_named_cases").CASES
    shops = (*cases, *generate_shops(GENERATED_SHOPS, SEED))
    loads = make_loads(tmp_path_factory.mktemp("exactness"), unfinished_runs=UNFINISHED_RUNS)
    return Warehouses(loads, shops, tuple(load_shops(loads, shops)))
