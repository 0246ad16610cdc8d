"""docs/lineage.md is what the project is, and the exposures are what the dashboards read."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from shelfwise.lineage.__main__ import lineage
from shelfwise.lineage.graph import Graph, Node, read_graph
from shelfwise.lineage.page import picture
from shelfwise.lineage.queries import operations_tables, tables_read
from shelfwise.settings import Settings


@pytest.fixture(scope="module")
def manifest(project_dir: Path, dbt: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = Settings(project_dir=project_dir, data_dir=tmp_path_factory.mktemp("lineage"))
    dbt(settings, "parse", "--quiet")
    return settings.data_path / "target" / "manifest.json"


def test_the_page_is_current(project_dir: Path, manifest: Path) -> None:
    written = (project_dir / "docs" / "lineage.md").read_text(encoding="utf-8")
    assert written == lineage(project_dir, manifest), "docs/lineage.md is out of date: `make lineage`"


def test_every_mart_that_a_page_queries_is_among_what_its_exposure_reads(project_dir: Path, manifest: Path) -> None:
    graph = read_graph(manifest)
    exposures = {node.name: {parent.name for parent in graph.parents(node)} for node in graph.of_kind("exposure")}
    marts = {node.name for node in graph.of_kind("model") if node.is_mart}
    checked = 0
    for query, tables in tables_read(project_dir / "dashboards" / "queries", marts).items():
        page, _, _ = query.rpartition("/")
        if page:
            assert set(tables) <= exposures[f"dashboard_{page}"], f"{query}: add it to models/exposures.yml"
            checked += 1
    assert checked > 20


def test_each_node_of_the_picture_hangs_on_another(manifest: Path) -> None:
    drawn = picture(read_graph(manifest))
    nodes = set(re.findall(r"^    (n\d+)[\[({]", drawn, re.MULTILINE))
    edges = re.findall(r"^    (n\d+) --> (n\d+)$", drawn, re.MULTILINE)
    assert nodes == {name for edge in edges for name in edge}
    assert {"landing/sample_shop/", "training", "Recommendation API", "dashboards"} <= set(
        re.findall(r'"([^"]+)"', drawn)
    )


def test_ancestors_are_all_that_lies_before() -> None:
    def node(name: str, *parents: str) -> Node:
        return Node(name, "model", name, "marts", "", parents=parents)

    graph = Graph({each.unique_id: each for each in (node("a"), node("b", "a"), node("c", "b"), node("d"))})
    assert {found.name for found in graph.ancestors([graph.nodes["c"]])} == {"a", "b"}
    assert [reader.name for reader in graph.readers["b"]] == ["c"]


def test_operations_tables_are_those_of_its_script() -> None:
    assert {"runs", "steps", "gate_results"} <= set(operations_tables())
