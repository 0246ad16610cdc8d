"""The units of deploy/systemd: what systemd itself says of them, and that what they start exists."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from shelfwise.cli import app
from shelfwise.settings import Settings

PREFIX = "/srv/shelfwise/app/.venv/bin/shelfwise"
MOST_EXPOSED = 2.0  # of 10, by `systemd-analyze security`


@pytest.fixture(scope="module")
def systemd_analyze() -> str:
    """The program. Where there is none its tests are skipped, or fail if SHELFWISE_REQUIRE_SYSTEMD is 1."""
    if found := shutil.which("systemd-analyze"):
        return found
    reason = "no systemd-analyze: install systemd (apt-get install systemd)"
    if os.environ.get("SHELFWISE_REQUIRE_SYSTEMD") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def units(project_dir: Path) -> list[Path]:
    found = sorted((project_dir / "deploy" / "systemd").iterdir())
    assert {path.suffix for path in found} == {".service", ".timer"}
    return found


def test_systemd_takes_the_units(systemd_analyze: str, units: list[Path], tmp_path: Path) -> None:
    """Only the folder of the installation is another one: verify wants to find the program."""
    program = Path(sys.executable).with_name("shelfwise")
    for unit in units:
        text = unit.read_text(encoding="utf-8")
        assert unit.suffix == ".timer" or PREFIX in text
        (tmp_path / unit.name).write_text(text.replace(PREFIX, str(program)), encoding="utf-8")
    done = subprocess.run(
        [systemd_analyze, "verify", "--recursive-errors=no", "--man=no", *sorted(tmp_path.iterdir())],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_unit_with_a_fault_is_not_taken(systemd_analyze: str, units: list[Path], tmp_path: Path) -> None:
    text = next(unit for unit in units if unit.name == "shelfwise-run.service").read_text(encoding="utf-8")
    (tmp_path / "shelfwise-run.service").write_text(text.replace("Type=oneshot", "Type=sometimes"), encoding="utf-8")
    done = subprocess.run(
        [systemd_analyze, "verify", "--man=no", tmp_path / "shelfwise-run.service"], capture_output=True, check=False
    )
    assert b"sometimes" in done.stderr


def test_services_may_do_little(systemd_analyze: str, units: list[Path]) -> None:
    for unit in units:
        if unit.suffix == ".service":
            done = subprocess.run(
                [systemd_analyze, "security", "--offline=true", unit], capture_output=True, text=True, check=True
            )
            level = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
            assert level, done.stdout
            assert float(level.group(1)) <= MOST_EXPOSED, unit.name


def test_what_the_units_start_are_verbs_of_the_command(units: list[Path]) -> None:
    started = [
        line.removeprefix("ExecStart=").removeprefix("-").split()
        for unit in units
        for line in unit.read_text(encoding="utf-8").splitlines()
        if line.startswith("ExecStart=")
    ]
    assert len(started) >= 4
    for program, *arguments in started:
        assert program == PREFIX
        verbs = [argument for argument in arguments if re.fullmatch(r"[a-z]+", argument)]
        result = CliRunner().invoke(app, [*verbs, "--help"])
        assert result.exit_code == 0, result.output
        assert all(option in result.output for option in arguments if option.startswith("--"))


def test_the_example_environment_is_read_as_settings(project_dir: Path, tmp_path: Path) -> None:
    lines = (project_dir / "deploy" / "environment.example").read_text(encoding="utf-8").splitlines()
    environment = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    environment |= {
        "SHELFWISE_PROJECT_DIR": str(project_dir),
        "SHELFWISE_DATA_DIR": str(tmp_path),
        "HOME": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-m", "shelfwise.cli", "status"], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    known = {f"SHELFWISE_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"SHELFWISE_\w+(?==)", "\n".join(lines)))
    assert named <= known
