from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from shelfwise.cli import app
from shelfwise.settings import get_settings

VERBS = ("run", "import", "check", "status", "rollback", "serve", "dashboard")
HEAVY = ("duckdb", "pyarrow", "pandas", "sklearn", "great_expectations", "streamlit", "fastapi", "pydantic")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty checkout with no variable of the developer's shell."""
    (tmp_path / "dbt_project.yml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHELFWISE_PROJECT_DIR", str(tmp_path))
    for name in ("SHELFWISE_DATA_DIR", "SHELFWISE_SOURCES"):
        monkeypatch.delenv(name, raising=False)
    get_settings.cache_clear()
    yield tmp_path
    get_settings.cache_clear()


def shelfwise(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_help_lists_every_verb() -> None:
    result = shelfwise("--help")
    assert result.exit_code == 0
    assert all(verb in result.output for verb in VERBS)


def test_help_imports_nothing_heavy() -> None:
    script = f"import sys, shelfwise.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["run", "--source", "bakery"], "Error: unknown source bakery; known: sample_shop"),
        (["run", "--resume"], "Error: nothing to resume: there has been no run"),
        (["run", "--resume", "--size", "small"], "Error: a resumed run keeps its --days and --size"),
        (["check", "window"], "Error: there is no door 'window'"),
        (["rollback"], "Error: nothing is published"),
        (["import", "online-retail", "no/such/path"], "no/such/path"),
    ],
)
def test_an_error_is_a_line_with_a_remedy_and_exit_code_1(arguments: list[str], expected: str) -> None:
    result = shelfwise(*arguments)
    assert result.exit_code == 1
    assert expected in result.output
    assert "Traceback" not in result.output
    assert len(result.output.strip().splitlines()) >= 2


def test_a_wrong_environment_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELFWISE_KEEP_VERSIONS", "0")
    result = shelfwise("status")
    assert result.exit_code == 1
    assert "Error: SHELFWISE_KEEP_VERSIONS: Input should be greater than or equal to 1" in result.output


def test_a_run_that_fails_exits_with_1_and_says_why() -> None:
    result = shelfwise("run", "--source", "online_retail")
    assert result.exit_code == 1
    assert "nothing landed for online_retail" in result.output
    assert "shelfwise import online-retail PATH" in result.output
    assert "There is no earlier version" in result.output


def test_status_before_and_after_a_failed_run() -> None:
    first = shelfwise("status")
    assert first.exit_code == 0
    assert "nothing published" in first.output
    assert "last run    none" in first.output
    shelfwise("run", "--source", "online_retail")
    assert "failed at land: nothing landed for online_retail" in shelfwise("status").output


def test_days_must_be_positive() -> None:
    assert shelfwise("run", "--days", "0").exit_code == 2
