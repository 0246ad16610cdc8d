"""What dbt itself says of the project: nothing deprecated, selectors that build alone, exposures that are true."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

DBT = Path(sys.executable).with_name("dbt")

# A project with one fault: arguments of a test that do not stand under `arguments:`.
DEPRECATED_PROJECT = {
    "dbt_project.yml": "name: old\nprofile: old\nversion: '1.0'\nconfig-version: 2\n",
    "profiles.yml": "old: {target: dev, outputs: {dev: {type: duckdb, path: ':memory:'}}}\n",
    "models/one.sql": "select 1 as id\n",
    "models/one.yml": """
version: 2
models:
  - name: one
    columns:
      - name: id
        data_tests:
          - accepted_values: {values: [1]}
""",
}


def dbt(project_dir: Path, folder: Path, *arguments: str) -> list[dict[str, Any]]:
    """Run dbt with what it writes in `folder`, and return what it said, as JSON."""
    command = [DBT, "--log-format", "json", *arguments, "--project-dir", project_dir, "--profiles-dir", project_dir]
    result = subprocess.run(
        [*command, "--target-path", folder / "target", "--log-path", folder],
        cwd=project_dir, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def deprecations(project_dir: Path, folder: Path) -> set[str]:
    """Return the names of what dbt calls deprecated; parsed anew, as dbt is silent about files it has parsed before."""
    said = dbt(project_dir, folder, "parse", "--no-partial-parse", "--show-all-deprecations")
    names = {line["info"]["name"] for line in said}
    assert "MainReportVersion" in names
    return {name for name in names if "Deprecat" in name}


@pytest.mark.slow
def test_nothing_in_the_project_is_deprecated(project_dir: Path, tmp_path: Path) -> None:
    assert deprecations(project_dir, tmp_path) == set()


def test_a_deprecation_would_be_found(tmp_path: Path) -> None:
    for name, text in DEPRECATED_PROJECT.items():
        path = tmp_path / "old" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert "MissingArgumentsPropertyInGenericTestDeprecation" in deprecations(tmp_path / "old", tmp_path)


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that keeps what dbt has parsed, from one selector to the next."""
    return tmp_path_factory.mktemp("parsed")


def selected(project_dir: Path, folder: Path, selector: str) -> dict[str, dict[str, Any]]:
    keys = ("unique_id", "resource_type", "name", "depends_on")
    said = dbt(project_dir, folder, "ls", "--selector", selector, "--output", "json", "--output-keys", *keys)
    nodes = [json.loads(line["info"]["msg"]) for line in said if line["info"]["msg"].startswith("{")]
    return {node["unique_id"]: node for node in nodes}


@pytest.mark.slow
@pytest.mark.parametrize("selector", ["marts", "recommender", "monitoring"])
def test_a_selector_has_all_that_its_models_and_tests_read(project_dir: Path, parsed: Path, selector: str) -> None:
    nodes = selected(project_dir, parsed, selector)
    assert len(nodes) > 50
    missing = {
        (node["name"], parent)
        for node in nodes.values()
        if node["resource_type"] != "exposure"  # it is read, not built
        for parent in node.get("depends_on", {}).get("nodes", [])  # a seed depends on none
        if parent.split(".")[0] in ("model", "seed") and parent not in nodes
    }
    assert not missing


@pytest.mark.slow
def test_a_run_builds_each_model_once(project_dir: Path, parsed: Path) -> None:
    before, after, unit_tests = (
        selected(project_dir, parsed, selector) for selector in ("marts", "after_training", "unit_tests")
    )
    models = {path.stem for path in (project_dir / "models").rglob("*.sql")}
    built = [node["name"] for node in (*before.values(), *after.values()) if node["resource_type"] == "model"]
    assert sorted(built) == sorted(models)
    assert {node["resource_type"] for node in unit_tests.values()} == {"unit_test"}


def with_sections(dashboards: Path, module: Path) -> set[Path]:
    """Return a module of the dashboards and the sections it is put together from."""
    found = {module}
    for names in re.findall(r"^from dashboards\.sections import (.+)$", module.read_text(encoding="utf-8"), re.M):
        for name in names.split(","):
            found |= with_sections(dashboards, dashboards / "sections" / f"{name.strip()}.py")
    return found


PAGES = ("today", "customers", "behaviour", "products", "recommendations", "forecast", "quality")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_exposed_with_the_marts_it_reads(project_dir: Path, page: str) -> None:
    exposures = yaml.safe_load((project_dir / "models" / "exposures.yml").read_text(encoding="utf-8"))["exposures"]
    (exposed,) = (exposure for exposure in exposures if exposure["name"] == f"dashboard_{page}")
    queries = project_dir / "dashboards" / "queries"
    dashboards = project_dir / "dashboards"
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (dashboards / "layout.py", *with_sections(dashboards, dashboards / "views" / f"{page}.py"))
    )
    texts = [path.read_text(encoding="utf-8") for path in (queries / page).glob("*.sql")]
    texts += [
        (queries / f"{name}.sql").read_text(encoding="utf-8") for name in re.findall(r'query\(\s*"([\w/]+)"', code)
    ]
    read = set(re.findall(r"(?:from|join) (\w+)", re.sub(r"--.*", "", "\n".join(texts))))
    marts = {path.stem for path in (project_dir / "models" / "marts").rglob("*.sql")}
    assert {re.findall(r"ref\('(\w+)'\)", parent)[0] for parent in exposed["depends_on"]} == read & marts
