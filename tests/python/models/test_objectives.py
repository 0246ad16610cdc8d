"""Each objective names a table that people can look at and an exposure that shows it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import yaml


@pytest.fixture
def objectives(project_dir: Path) -> list[dict[str, str]]:
    with (project_dir / "seeds" / "objectives.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_objective_is_seen_somewhere(project_dir: Path, objectives: list[dict[str, str]]) -> None:
    exposures = yaml.safe_load((project_dir / "models" / "exposures.yml").read_text(encoding="utf-8"))["exposures"]
    assert {row["exposure"] for row in objectives} <= {exposure["name"] for exposure in exposures}


def test_every_data_product_is_a_public_mart(project_dir: Path, objectives: list[dict[str, str]]) -> None:
    marts = {path.stem for path in (project_dir / "models" / "marts").rglob("*.sql")}
    assert {row["data_product"] for row in objectives} <= marts


def test_what_an_objective_measures_is_among_what_its_exposure_shows(
    project_dir: Path, objectives: list[dict[str, str]]
) -> None:
    exposures = yaml.safe_load((project_dir / "models" / "exposures.yml").read_text(encoding="utf-8"))["exposures"]
    shown = {exposure["name"]: {ref[5:-2] for ref in exposure["depends_on"]} for exposure in exposures}
    assert [row["objective_id"] for row in objectives if row["data_product"] not in shown[row["exposure"]]] == []
