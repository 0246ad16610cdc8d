"""The container file, without an engine: what it copies exists and is enough, and it keeps to the rules."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

Instruction = tuple[str, str]


@pytest.fixture(scope="module")
def instructions(project_dir: Path) -> list[Instruction]:
    text = (project_dir / "deploy" / "Containerfile").read_text(encoding="utf-8")
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    return [tuple(line.split(maxsplit=1)) for line in joined.splitlines() if line]  # type: ignore[misc]


def copied(instructions: list[Instruction]) -> list[tuple[list[str], str]]:
    found = []
    for name, arguments in instructions:
        if name == "COPY" and not arguments.startswith("--from="):
            *sources, target = arguments.split()
            found.append((sources, target))
    return found


def test_the_base_is_pinned_and_names_no_registry(instructions: list[Instruction]) -> None:
    bases = [arguments.split()[0] for name, arguments in instructions if name == "FROM"]
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.1[1-3]-slim-[a-z]+", bases[0])


def test_it_runs_as_nobody_special_and_says_whether_it_lives(instructions: list[Instruction]) -> None:
    last_stage = max(position for position, (name, _) in enumerate(instructions) if name == "FROM")
    final = dict(instructions[last_stage:])
    assert final["USER"] not in ("root", "0")
    assert "/healthz" in final["HEALTHCHECK"]
    names = [name for name, _ in instructions]
    assert "ADD" not in names  # it would fetch and unpack
    assert names.index("USER") > max(position for position, name in enumerate(names) if name in ("RUN", "COPY"))


def test_secrets_and_data_stay_out(project_dir: Path, instructions: list[Instruction]) -> None:
    rules = (project_dir / ".containerignore").read_text(encoding="utf-8").splitlines()
    rules = [rule for rule in rules if rule and not rule.startswith("#")]
    assert rules[0] == "*"  # what is not named stays out
    allowed = [rule[1:] for rule in rules if rule.startswith("!")]
    for sources, _ in copied(instructions):
        for source in sources:
            assert any(path == source or path.startswith(f"{source}/") for path in allowed), source
    text = str(instructions)
    assert not re.search(r"(KEY|SECRET|PASSWORD|TOKEN)=", text)


def test_what_is_copied_is_enough_for_the_command_and_for_dbt(
    project_dir: Path, instructions: list[Instruction], tmp_path: Path
) -> None:
    for sources, target in copied(instructions):
        for source in sources:
            path = project_dir / source
            assert path.exists(), source
            into = tmp_path / target
            if path.is_dir():
                shutil.copytree(path, into, ignore=ignored, dirs_exist_ok=True)
            else:
                into.mkdir(exist_ok=True)
                shutil.copy(path, into / path.name)
    (tmp_path / "data").mkdir()
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tmp_path / "python"), "HOME": str(tmp_path)}
    environment |= {"SHELFWISE_PROJECT_DIR": str(tmp_path), "SHELFWISE_DATA_DIR": str(tmp_path / "data")}
    dbt = Path(sys.executable).with_name("dbt")
    for command in ([dbt, "--quiet", "parse"], [sys.executable, "-m", "shelfwise.cli", "status"]):
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    where = "import shelfwise, dashboards.data; print(shelfwise.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", where], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(str(tmp_path))


def ignored(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if fnmatch(name, "__pycache__") or fnmatch(name, "*.egg-info")]
