from __future__ import annotations

import errno
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from shelfwise.cli import app
from shelfwise.settings import get_settings

VERBS = ("run", "import", "check", "status", "rollback", "serve", "collect", "dead-letter", "mark", "dashboard")
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
        (["run", "--resume", "--size", "small"], "Error: a resumed run keeps its --days, --size and --until"),
        (["check", "window"], "Error: there is no door 'window'"),
        (["rollback"], "Error: nothing is published"),
        *(
            (["import", source, "no/such/path"], "Error: no/such/path: there is no such file or folder")
            for source in ("online-retail", "shop", "rees46", "ga4")
        ),
        (["import", "rees46", ".", "--namespace", "UK"], "Error: `UK` is no namespace"),
        (["import", "shop", ".", "--table", "invoices"], "Error: shop has no table `invoices`"),
    ],
)
def test_an_error_is_a_line_with_a_remedy_and_exit_code_1(arguments: list[str], expected: str) -> None:
    result = shelfwise(*arguments)
    assert result.exit_code == 1
    assert expected in result.output
    assert "Traceback" not in result.output
    assert len(result.output.strip().splitlines()) >= 2


def test_an_import_says_what_landed_and_a_correction_what_it_supersedes(project: Path) -> None:
    export = project / "catalogue.csv"
    header = "product_id,title,category_path,price,currency,updated_at"
    arguments = ["import", "shop", str(export), "--table", "products", "--namespace", "uk"]
    export.write_text(f"{header}\nP1,Lamp,Home,9.50,GBP,2026-01-02\n")
    first = shelfwise(*arguments)
    assert (first.exit_code, "shop: landed 1 file with 1 row" in first.output) == (0, True)
    export.write_text(f"{header}\nP1,Lamp,Home,8.50,GBP,2026-01-02\n")
    second = shelfwise(*arguments, "--supersede")
    assert (second.exit_code, "supersedes the file of this name that landed before" in second.output) == (0, True)
    export.write_text(f"{header}\n")
    third = shelfwise(*arguments)
    assert (third.exit_code, "it holds a header and no rows" in third.output) == (1, True)


def test_a_wrong_environment_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELFWISE_KEEP_VERSIONS", "0")
    result = shelfwise("status")
    assert result.exit_code == 1
    assert "Error: SHELFWISE_KEEP_VERSIONS: Input should be greater than or equal to 1" in result.output


@pytest.mark.parametrize("amount", ["lots", "4000", "0GB", "4G", "-1GB", ""])
def test_a_wrong_amount_of_memory_is_said_in_words(monkeypatch: pytest.MonkeyPatch, amount: str) -> None:
    monkeypatch.setenv("SHELFWISE_MEMORY_LIMIT", amount)
    result = shelfwise("run")
    assert result.exit_code == 1
    assert f"Error: SHELFWISE_MEMORY_LIMIT: {amount!r} is not an amount of memory: write it like 4GB" in result.output


@pytest.mark.parametrize("amount", ["4GB", "0.5 TB", "512MiB", "80%", "4gb"])
def test_duckdb_takes_each_amount_of_memory_that_we_take(monkeypatch: pytest.MonkeyPatch, amount: str) -> None:
    monkeypatch.setenv("SHELFWISE_MEMORY_LIMIT", amount)
    duckdb.connect(":memory:", config={"memory_limit": get_settings().memory_limit}).close()


@pytest.mark.parametrize("amount", ["lots", "20", "50%", "0GB", ""])
def test_a_wrong_amount_of_disk_is_said_in_words(monkeypatch: pytest.MonkeyPatch, amount: str) -> None:
    monkeypatch.setenv("SHELFWISE_TEMP_LIMIT", amount)
    result = shelfwise("run")
    assert result.exit_code == 1
    assert f"Error: SHELFWISE_TEMP_LIMIT: {amount!r} is not an amount of disk: write it like 20GB" in result.output


@pytest.mark.parametrize("name", ["SHELFWISE_API_PORT", "SHELFWISE_DASHBOARD_PORT"])
@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_wrong_port_is_named(monkeypatch: pytest.MonkeyPatch, name: str, port: str) -> None:
    monkeypatch.setenv(name, port)
    result = shelfwise("status")
    assert result.exit_code == 1
    assert f"Error: {name}: Input should be" in result.output


@pytest.mark.parametrize("verb", [["run"], ["check", "landing"], ["status"]])
@pytest.mark.parametrize(
    ("folder", "reason"), [("a_file", "it is a file"), ("a_file/data", "Not a directory"), ("locked", "")]
)
def test_a_data_folder_that_cannot_be_written_is_named(
    project: Path, monkeypatch: pytest.MonkeyPatch, verb: list[str], folder: str, reason: str
) -> None:
    (project / "a_file").touch()
    (project / "locked").mkdir()
    if folder == "locked":  # what a disk that is mounted read-only answers, to root too

        def refuse(**_: object) -> None:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))

        monkeypatch.setattr("tempfile.TemporaryFile", refuse)
        reason = "Read-only file system"
    monkeypatch.setenv("SHELFWISE_DATA_DIR", folder)
    result = shelfwise(*verb)
    assert result.exit_code == 1
    assert f"Error: cannot write {project / folder}: {reason}" in result.output
    assert "SHELFWISE_DATA_DIR" in result.output


def test_a_taken_port_of_the_dashboard_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("SHELFWISE_DASHBOARD_PORT", str(port))
        result = shelfwise("dashboard")
    assert result.exit_code == 1
    assert f"Error: port {port} is taken" in result.output
    assert "SHELFWISE_DASHBOARD_PORT" in result.output


@pytest.mark.parametrize("door", ["marts", "recommendations"])
def test_a_check_of_what_is_not_built_says_how_to_build_it(door: str) -> None:
    result = shelfwise("check", door)
    assert result.exit_code == 1
    assert "Error: there is no build database yet\n`shelfwise run` or `dbt build` makes one" in result.output


def test_a_run_that_fails_exits_with_1_and_says_why() -> None:
    result = shelfwise("run", "--source", "online_retail")
    assert result.exit_code == 1
    assert "nothing landed for online_retail" in result.output
    assert "shelfwise import online-retail PATH" in result.output
    assert "There is no earlier version" in result.output


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--size", "huge"], "Error: unknown size 'huge'"),
        (["--days", "3"], "Error: the sample shop cannot run 3 days"),
        (["--size", "small"], "another sample shop has landed"),
        (["--until", "2026-11-22"], "another sample shop has landed"),
    ],
)
def test_a_sample_shop_that_cannot_land_is_refused_before_a_run_is_recorded(
    project: Path, options: list[str], expected: str
) -> None:
    folder = project / "data" / "landing" / "sample_shop"
    folder.mkdir(parents=True)
    landed = {"seed": 7, "customer_count": 8000, "days": 90, "until": "2026-09-30"}
    (folder / "sample_shop.json").write_text(json.dumps({"parameters": landed, "complete": False}))
    result = shelfwise("run", "--source", "sample_shop", *options)
    assert result.exit_code == 1
    assert expected in result.output
    assert "--resume" not in result.output
    assert "build database" not in result.output
    assert not (project / "data" / "runs").exists()


def test_help_names_the_sizes() -> None:
    help_text = " ".join(shelfwise("run", "--help").output.replace("│", " ").split())
    assert "small, default, large, or a number of customers" in help_text
    assert "Default: what has landed; in a fresh checkout the sample shop" in help_text


def test_status_before_and_after_a_failed_run() -> None:
    first = shelfwise("status")
    assert first.exit_code == 0
    assert "nothing published" in first.output
    assert "last run    none" in first.output
    shelfwise("run", "--source", "online_retail")
    assert "failed at land: nothing landed for online_retail" in shelfwise("status").output


def test_days_must_be_positive() -> None:
    assert shelfwise("run", "--days", "0").exit_code == 2
