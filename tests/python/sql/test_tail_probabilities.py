"""The SQL of the experiments' statistics against SciPy, and of the hash against Python's, as DuckDB computes them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from scipy import stats
from spark_rendering import ProjectRenderer

PROJECT_DIR = Path(__file__).resolve().parents[3]


class DuckdbRenderer(ProjectRenderer):
    """Renders macros in their DuckDB versions."""

    def dispatch(self, macro_name: str) -> Callable[..., Any]:
        return self.macros.get(f"duckdb__{macro_name}") or self.macros[f"default__{macro_name}"]


@pytest.fixture(scope="module")
def renderer() -> ProjectRenderer:
    return DuckdbRenderer(PROJECT_DIR)


def computed(renderer: ProjectRenderer, macro: str, column: str, values: list[Any], cast: str) -> list[float]:
    """Return what a macro call gives for each value of a column, in order."""
    sql = renderer.render(
        "select cast({{ " + macro + " }} as double) from "
        f"(select cast(unnest($values) as {cast}) as {column}, unnest(range(len($values))) as number) order by number"
    ).sql
    return [row[0] for row in duckdb.execute(sql, {"values": values}).fetchall()]


def test_p_values_are_those_of_the_normal_distribution(renderer: ProjectRenderer) -> None:
    z = np.concatenate([np.linspace(-9, 9, 2001), [0.0, 1.959963984540054, 30.0]])
    ours = computed(renderer, "two_sided_p_value('z')", "z", z.tolist(), "double")
    np.testing.assert_allclose(ours, 2 * stats.norm.sf(abs(z)), rtol=1.5e-7)


@pytest.mark.parametrize("degrees", range(1, 10))
def test_p_values_are_those_of_the_chi_square_distribution(renderer: ProjectRenderer, degrees: int) -> None:
    statistic = np.concatenate([[0.0, 1e-9], np.linspace(0.01, 80, 1001)])
    macro = f"chi_square_p_value('statistic', {degrees})"
    ours = computed(renderer, macro, "statistic", statistic.tolist(), "double")
    np.testing.assert_allclose(ours, stats.chi2.sf(statistic, degrees), rtol=1.5e-7)


def test_no_value_has_no_p_value(renderer: ProjectRenderer) -> None:
    assert computed(renderer, "two_sided_p_value('z')", "z", [None], "double") == [None]


def test_a_hash_share_is_the_one_that_python_draws(renderer: ProjectRenderer) -> None:
    texts = [f"experiment_{number % 7}:shop:{number}" for number in range(5000)] + ["", "café:shop:Ünïcode"]
    expected = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) / 2**64 for text in texts]
    ours = computed(renderer, "hash_share('text')", "text", texts, "varchar")
    assert ours == expected
    assert stats.kstest(ours, "uniform").pvalue > 0.01
