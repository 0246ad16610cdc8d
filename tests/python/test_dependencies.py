"""What is installed is what was locked: every dependency by version and hash, from no place that a lock names."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"[A-Za-z0-9_.-]+(\[[a-z0-9_,.-]+\])?==[^\s;\\]+( ; .+?)?( --hash=sha256:[0-9a-f]{64})+")


def requirements(lock: str) -> list[str]:
    """The lines of a lock, those that go on at the next line joined."""
    text = (PROJECT / lock).read_text().replace("\\\n", " ")
    return [" ".join(line.split()) for line in text.splitlines() if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_dependency_is_pinned_by_hash_and_names_no_place(lock: str) -> None:
    lines = requirements(lock)
    assert len(lines) > 50
    assert [line for line in lines if not PIN.fullmatch(line)] == []


def test_what_runs_is_what_was_tested() -> None:
    versions = [
        {line.partition("==")[0].partition("[")[0]: line.split("==")[1].split()[0] for line in requirements(lock)}
        for lock in LOCKS
    ]
    runtime, dev = versions
    assert {name: version for name, version in runtime.items() if dev.get(name) != version} == {}


def test_the_installed_dependencies_fit_together() -> None:
    checked = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
