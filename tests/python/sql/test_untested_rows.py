"""Tests of growing tables judge new rows, until they pass, and uniqueness among all rows."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

DBT = Path(sys.executable).with_name("dbt")

PROJECT_YML = """
name: untested_rows
profile: untested_rows
flags: {send_anonymous_usage_stats: false}
on-run-end: ["{{ mark_tested_rows(results) }}"]
"""

PROFILES_YML = """
untested_rows:
  target: duckdb
  outputs: {duckdb: {type: duckdb, path: warehouse.duckdb}}
"""

VISITS_YML = """
models:
  - name: visits
    columns:
      - name: visit_id
        data_tests:
          - not_null: {name: filled, config: {where: __untested__}}
          - unique_in_history: {name: unique, arguments: {found_by: visit_day, condition: is_fact}}
"""

VISITS_SQL = """
select
    cast('a' as text) as visit_id,
    date '2026-01-01' as visit_day,
    true as is_fact,
    timestamp '2026-01-01' as processed_at
"""


class Project:
    """A dbt project with the macros and tests in question, and one table."""

    def __init__(self, checkout: Path, folder: Path) -> None:
        self.folder = folder
        for part in ("macros/increments/untested_rows.sql", "tests/generic/unique_in_history.sql"):
            (folder / part).parent.mkdir(parents=True)
            shutil.copy(checkout / part, folder / part)
        (folder / "models").mkdir()
        for name, text in {
            "dbt_project.yml": PROJECT_YML,
            "profiles.yml": PROFILES_YML,
            "models/visits.yml": VISITS_YML,
            "models/visits.sql": "{{ config(materialized='table') }}" + VISITS_SQL,
        }.items():
            (folder / name).write_text(text)
        self.execute("create schema landing")
        self.execute(
            "create table landing.model_watermarks (model_name text, processed_until timestamp, fingerprint text)"
        )

    def execute(self, statement: str) -> None:
        with duckdb.connect(str(self.folder / "warehouse.duckdb")) as connection:
            connection.execute(statement)

    def failing(self, *arguments: str) -> set[str]:
        """Names of the tests that fail."""
        command = [str(DBT), "--no-use-colors", *(arguments or ("test",))]
        finished = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        results = json.loads((self.folder / "target" / "run_results.json").read_text())["results"]
        statuses = {row["unique_id"].split(".")[2]: row["status"] for row in results if row["unique_id"][:5] == "test."}
        assert set(statuses) == {"filled", "unique"}, finished.stdout + finished.stderr
        assert set(statuses.values()) <= {"pass", "fail"}, finished.stdout
        return {name for name, status in statuses.items() if status == "fail"}


@pytest.fixture
def project(project_dir: Path, tmp_path: Path) -> Project:
    return Project(project_dir, tmp_path)


@pytest.mark.slow
def test_rows_are_judged_until_they_pass_and_keys_against_all_rows(project: Project) -> None:
    assert project.failing("build") == set()

    # what has been judged is not judged again, unless one asks
    project.execute("insert into visits values (null, '2026-01-01', true, '2026-01-01')")
    assert project.failing() == set()
    assert project.failing("test", "--vars", "{test_all_rows: true}") == {"filled"}
    project.execute("delete from visits where visit_id is null")

    # a new row that fails is judged again after newer ones came that do not
    project.execute("insert into visits values (null, '2026-01-02', true, '2026-01-02')")
    assert project.failing() == {"filled"}
    project.execute("insert into visits values ('b', '2026-01-03', true, '2026-01-03')")
    assert project.failing() == {"filled"}
    project.execute("delete from visits where visit_id is null")
    assert project.failing() == set()

    # a new row has the key of an old one; as a duplicate it may
    project.execute("insert into visits values ('a', '2026-01-01', false, '2026-01-04')")
    assert project.failing() == set()
    project.execute("insert into visits values ('a', '2026-01-01', true, '2026-01-05')")
    assert project.failing() == {"unique"}
