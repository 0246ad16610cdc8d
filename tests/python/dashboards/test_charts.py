from __future__ import annotations

import pandas as pd
import pytest

from dashboards import charts, measures
from dashboards.charts.graphs import depths
from dashboards.formats import Currency
from dashboards.sections.lineage import above


def test_a_table_stands_behind_all_that_it_is_made_from() -> None:
    reads = {"mart": ["fact", "seed"], "fact": ["staging"], "staging": ["landing"]}
    names = ["mart", "fact", "staging", "landing", "seed"]
    assert depths(reads, names) == {"mart": 3, "fact": 2, "staging": 1, "landing": 0, "seed": 0}


def test_depths_are_found_once_however_many_ways_there_are() -> None:
    reads = {f"t{n}": [f"t{n - 1}", f"u{n - 1}"] for n in range(1, 60)} | {
        f"u{n}": [f"t{n - 1}", f"u{n - 1}"] for n in range(1, 60)
    }  # 2 to the power of 59 ways
    assert depths(reads, ["t59"]) == {"t59": 59}


def test_what_is_above_a_table_is_named_once() -> None:
    known = {
        "mart": {"reads": ["a", "b"]}, "a": {"reads": ["root"]}, "b": {"reads": ["root"]}, "root": {"reads": []},
        "other": {"reads": ["root"]},
    }  # fmt: skip
    assert sorted(above(known, "mart")) == ["a", "b", "mart", "root"]


def test_nothing_is_drawn_of_nothing() -> None:
    empty, measure = pd.DataFrame(), measures.Measure("Orders")
    assert charts.trend(empty, empty, measure) is None
    assert charts.network(empty) is None
    assert charts.lineage(empty, empty, "mart") is None
    assert charts.forecast(empty, measure) is None
    assert charts.gate_nights(empty) is None


def test_a_network_draws_each_product_once_and_each_pair() -> None:
    frame = pd.DataFrame({"name": ["a", "a"], "other": ["b", "c"], "weight": [3, 1], "note": ["x", "y"]})
    drawing = charts.network(frame)
    assert drawing is not None
    layers = drawing.to_dict()["layer"]
    data = drawing.to_dict()["datasets"]
    assert len(data[layers[0]["data"]["name"]]) == 2
    assert {row["name"] for row in data[layers[1]["data"]["name"]]} == {"a", "b", "c"}


@pytest.mark.parametrize(("code", "sign"), [("EUR", "€"), ("CHF", "CHF\u00a0")])
def test_an_axis_of_money_has_the_sign_of_its_currency(code: str, sign: str) -> None:
    assert f"'{sign}'" in measures.money("Revenue", Currency(code)).axis().to_dict()["labelExpr"]
