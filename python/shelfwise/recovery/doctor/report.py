"""A diagnosis for people and for programs."""

from __future__ import annotations

import json
from datetime import datetime

from rich.console import Console
from rich.text import Text

from shelfwise.recovery.doctor.examination import Diagnosis
from shelfwise.recovery.doctor.finding import Finding
from shelfwise.wording import counted

NAME_WIDTH = 16
MARKS = {"error": ("FAULT", "red"), "warning": ("note", "yellow")}


def print_diagnosis(diagnosis: Diagnosis, console: Console) -> None:
    """Print a line for each check, and below it what was found and the command that mends it."""
    for name, findings in diagnosis.checks.items():
        line = Text(f"{name:<{NAME_WIDTH}}")
        line.append("ok  " if not findings.found else "    ", "green")
        line.append(findings.looked_at, "dim")
        console.print(line, soft_wrap=True)
        for finding in findings.found:
            for part in lines_of(finding):
                console.print(Text("    ") + part, highlight=False, soft_wrap=True)
    console.print()
    faults = sum(finding.severity == "error" for _, finding in diagnosis.found)
    notes = len(diagnosis.found) - faults
    console.print(f"{counted(faults, 'fault')}, {counted(notes, 'note')}", highlight=False)


def lines_of(finding: Finding) -> list[Text]:
    """Return what is wrong, since when, and what to do."""
    mark, colour = MARKS[finding.severity]
    lines = [Text.assemble((f"{mark}  ", colour), finding.what)]
    if finding.since:
        lines.append(Text(f"since  {shown(finding.since)}", "dim"))
    lines.append(Text.assemble(("do:    ", "bold"), finding.remedy))
    if finding.hint:
        lines.append(Text(f"       {finding.hint}", "dim"))
    return lines


def shown(moment: datetime) -> str:
    """Return a time for people."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def as_json(diagnosis: Diagnosis) -> str:
    """Return the diagnosis for a monitor: `healthy`, what was looked at, and the findings."""
    return json.dumps(
        {
            "healthy": diagnosis.is_healthy,
            "checks": {name: findings.looked_at for name, findings in diagnosis.checks.items()},
            "findings": [
                {
                    "check": name,
                    "severity": finding.severity,
                    "what": finding.what,
                    "since": finding.since.isoformat() if finding.since else None,
                    "remedy": finding.remedy,
                    "hint": finding.hint,
                }
                for name, finding in diagnosis.found
            ],
        },
        indent=2,
    )
