"""``python -m bench.faults``: run the fault suite and the gate's planted faults, and write build/bench/faults.json."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from shelfwise.settings import get_settings

SUITES = ("tests/python/faults", "tests/python/quality/test_planted_faults.py")


@dataclass(frozen=True)
class Case:
    """A test of the suite; ``kind`` is `fault` or `planted_fault`. One that was skipped has tried nothing."""

    name: str
    kind: str
    outcome: str
    seconds: float
    tried: int
    survived: int
    lost_rows: int
    drill: dict[str, float]


def main(arguments: list[str]) -> int:
    """Run the suite, print the table, and return pytest's exit code."""
    project = get_settings().project_dir
    folder = project / "build" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    report = folder / "faults.xml"
    command = [
        sys.executable, "-m", "pytest", *SUITES, "--numprocesses", "0", "-m", "fault or planted_fault",
        "--junitxml", str(report), "-o", "junit_family=xunit1", *arguments,
    ]  # fmt: skip
    done = subprocess.run(command, cwd=project, env={**os.environ, "SHELFWISE_FAULTS": "1"}, check=False)
    cases = read_cases(report)
    (folder / "faults.json").write_text(json.dumps(figures(cases), indent=2) + "\n", encoding="utf-8")
    print_table(cases, Console())
    return done.returncode


def read_cases(report: Path) -> list[Case]:
    """Return the tests of pytest's XML report."""
    cases = []
    for element in ElementTree.parse(report).getroot().iter("testcase"):  # noqa: S314  # nosec B314  pytest wrote it a moment ago
        said = {found.get("name"): found.get("value", "0") for found in element.iter("property")}
        failed = element.find("failure") is not None or element.find("error") is not None
        outcome = "failed" if failed else "skipped" if element.find("skipped") is not None else "passed"
        is_planted = "test_planted_faults" in element.get("classname", "")
        tried = 0 if outcome == "skipped" else int(said.get("tried", 1))
        cases.append(
            Case(
                name=element.get("name", "").removeprefix("test_").replace("_", " "),
                kind="planted_fault" if is_planted else "fault",
                outcome=outcome,
                seconds=round(float(element.get("time", "0")), 1),
                tried=tried,
                survived=int(said.get("survived", tried if outcome == "passed" else 0)),
                lost_rows=int(said.get("lost_rows", 0)),
                drill={str(name): float(value) for name, value in said.items() if str(name).endswith("_seconds")},
            )
        )
    return cases


def figures(cases: list[Case]) -> dict[str, object]:
    """Return the totals, and every case."""
    faults = [case for case in cases if case.kind == "fault"]
    planted = [case for case in cases if case.kind == "planted_fault"]
    return {
        "tried": sum(case.tried for case in faults),
        "survived": sum(case.survived for case in faults),
        "lost_rows": sum(case.lost_rows for case in faults),
        "gate_planted": sum(case.tried for case in planted),
        "gate_caught": sum(case.survived for case in planted),
        "drill": {name: seconds for case in faults for name, seconds in case.drill.items()},
        "skipped": [case.name for case in cases if case.outcome == "skipped"],
        "cases": [asdict(case) for case in cases],
    }


def print_table(cases: list[Case], console: Console) -> None:
    """Print what was tried and what came of it."""
    table = Table("fault", "outcome", "tried", "survived", "lost rows", "seconds", box=None, pad_edge=False)
    for case in cases:
        counts = (str(case.tried), str(case.survived), str(case.lost_rows), f"{case.seconds:.1f}")
        table.add_row(case.name, case.outcome, *counts)
    console.print(table)
    totals = {name: value for name, value in figures(cases).items() if isinstance(value, int)}
    console.print("  ".join(f"{name} {value}" for name, value in totals.items()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
