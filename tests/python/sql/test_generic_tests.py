"""The project's generic tests return the offending rows, and nothing where all is well."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DBT = Path(sys.executable).with_name("dbt")

PROJECT_YML = """
name: generic_tests
profile: generic_tests
flags: {send_anonymous_usage_stats: false}
data_tests: {+severity: warn}
"""

PROFILES_YML = """
generic_tests:
  target: duckdb
  outputs: {duckdb: {type: duckdb, path: generic_tests.duckdb}}
"""

DAYS_SQL = """
select cast(null as string) as shop, cast(null as date) as day, cast(null as bigint) as units,
    cast(null as timestamp) as valid_from, cast(null as timestamp) as valid_to, cast(null as string) as segment_type
where false
union all select 'a', date '2026-01-30', 1, timestamp '2026-01-01', timestamp '2026-01-02', 'country'
union all select 'a', date '2026-01-31', 2, timestamp '2026-01-02', timestamp '2026-01-04', 'country'
union all select 'a', date '2026-02-02', -3, timestamp '2026-01-03', timestamp '2026-01-02', 'all'
union all select 'b', date '2026-01-31', null, timestamp '2026-01-03', null, 'country'
union all select 'b', date '2026-01-31', 50, timestamp '2026-01-05', null, 'all'
"""

# What each use of a generic test finds in the rows above: (arguments, column or none, number of offenders).
CASES: list[tuple[str, str | None, dict[str, object], int]] = [
    ("unique_combination", None, {"columns": ["shop", "day"]}, 1),
    ("unique_combination", None, {"columns": ["shop", "day", "units"]}, 0),
    ("not_negative", "units", {}, 1),
    ("accepted_range", "units", {"min_value": -3, "max_value": 50}, 0),
    ("accepted_range", "units", {"min_value": 0, "max_value": 49}, 2),
    ("accepted_range", "units", {"max_value": 49}, 1),
    ("accepted_range", "units", {"min_value": 0}, 1),
    ("at_or_after", "valid_to", {"column": "valid_from"}, 1),
    ("expression_is_true", None, {"expression": "units <> 2"}, 2),
    ("expression_is_true", None, {"expression": "units <> 2 or units is null", "columns": ["units"]}, 1),
    ("expression_is_true", "units", {"expression": "coalesce(units, 0) > -4"}, 0),
    ("no_gaps", "day", {"partition_by": ["shop"]}, 1),
    ("no_gaps", "day", {"datepart": "month"}, 0),
    ("no_overlap", "valid_from", {"valid_to": "valid_to", "partition_by": ["shop"]}, 2),
    ("row_count_equals", None, {"to": "ref('days')"}, 0),
    ("row_count_equals", None, {"to": "ref('other_days')"}, 1),
    ("same_total", None, {"expression": "units", "to": "ref('other_days')", "to_expression": "unit_count"}, 1),
    ("same_total", None, {"expression": "units", "to": "ref('other_days')", "to_expression": "50"}, 0),
    (
        "same_total",
        None,
        {"expression": "units", "to": "ref('other_days')", "to_expression": "unit_count", "group_by": ["shop"]},
        2,
    ),
    ("segments_add_up", None, {"columns": ["units"], "segment_types": ["country"], "group_by": ["shop"]}, 2),
    ("segments_add_up", None, {"columns": ["units"], "segment_types": ["all"], "group_by": ["shop"]}, 0),
]


def properties() -> dict[str, object]:
    """A yml with one test per case, named after its place in the list."""
    of_model, of_columns = [], {}
    for number, (name, column, arguments, _) in enumerate(CASES):
        test = {name: {"name": f"case_{number}", "arguments": arguments}}
        if column:
            of_columns.setdefault(column, []).append(test)
        else:
            of_model.append(test)
    columns = [{"name": name, "data_tests": tests} for name, tests in of_columns.items()]
    return {"models": [{"name": "days", "data_tests": of_model, "columns": columns}]}


@pytest.fixture(scope="module")
def offenders(project_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Number of rows that each test returned, by its name."""
    folder = tmp_path_factory.mktemp("generic_tests")
    shutil.copytree(
        project_dir / "tests" / "generic",
        folder / "tests" / "generic",
        ignore=shutil.ignore_patterns("unique_in_history.sql", "*.yml"),
    )
    (folder / "models").mkdir()
    (folder / "dbt_project.yml").write_text(PROJECT_YML)
    (folder / "profiles.yml").write_text(PROFILES_YML)
    (folder / "models" / "days.sql").write_text(DAYS_SQL)
    (folder / "models" / "other_days.sql").write_text("select 'a' as shop, 1 as unit_count")
    (folder / "models" / "days.yml").write_text(json.dumps(properties()))
    result = subprocess.run([DBT, "--no-use-colors", "build"], cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    return {row["unique_id"].split(".")[2]: row["failures"] for row in results if row["unique_id"].startswith("test.")}


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: f"{CASES[number][0]}_{number}")
@pytest.mark.slow
def test_returns_the_offenders(number: int, offenders: dict[str, int]) -> None:
    assert offenders[f"case_{number}"] == CASES[number][3]


def test_every_generic_test_has_a_case_and_a_description(project_dir: Path) -> None:
    names = {path.stem for path in (project_dir / "tests" / "generic").glob("*.sql")}
    described = (project_dir / "tests" / "generic" / "_generic__tests.yml").read_text()
    assert names == {name for name, *_ in CASES} | {"unique_in_history"}  # test_untested_rows.py has that one
    assert [name for name in sorted(names) if f"name: test_{name}\n" not in described] == []
