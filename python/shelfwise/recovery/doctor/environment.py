"""Python, the libraries, and the variables that are read from the environment."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from shelfwise.recovery.doctor.finding import Finding, Findings, Patient
from shelfwise.settings import Settings

PREFIX = "SHELFWISE_"
SHOWN = 5


def check_environment(patient: Patient) -> Findings:
    """See that the libraries are those that were tested, and that no variable is misspelled."""
    lock = patient.settings.project_dir / "requirements.lock"
    found = (*unmet_requirements(), *untested_versions(lock), *misspelled_variables(os.environ))
    return Findings(f"Python {sys.version.split()[0]}, DuckDB {installed('duckdb')}", found)


def installed(name: str) -> str | None:
    """Return a library's version; None where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def unmet_requirements() -> Iterator[Finding]:
    """Give the requirements of the package that the installed libraries do not meet."""
    needed = [Requirement(line) for line in requires("shelfwise") or ()]
    unmet = []
    for requirement in needed:
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        there = installed(requirement.name)
        if there is None or not requirement.specifier.contains(there, prereleases=True):
            unmet.append(f"{requirement.name}{requirement.specifier} ({there or 'not installed'})")
    if unmet:
        yield Finding(f"libraries are not those that are needed: {', '.join(unmet)}", "rm -rf .venv && make setup")


def untested_versions(lock: Path) -> Iterator[Finding]:
    """Give the libraries that are of another version than the lock file says."""
    if not lock.is_file():
        return
    differing = []
    for line in lock.read_text(encoding="utf-8").splitlines():
        if "==" not in line or line[0] in " #":
            continue
        requirement = Requirement(line.rstrip(" \\"))
        there = installed(requirement.name)
        applies = requirement.marker is None or requirement.marker.evaluate()
        if applies and there is not None and not requirement.specifier.contains(there, prereleases=True):
            differing.append(f"{requirement.name} {there} instead of {str(requirement.specifier)[2:]}")
    if differing:
        more = f" and {len(differing) - SHOWN} more" if len(differing) > SHOWN else ""
        yield Finding(
            f"libraries are of other versions than were tested: {', '.join(differing[:SHOWN])}{more}",
            "rm -rf .venv && make setup",
            "warning",
        )


def misspelled_variables(environment: os._Environ[str] | dict[str, str]) -> Iterator[Finding]:
    """Give variables that are no setting but look like one: their setting silently keeps its default."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known and (near := difflib.get_close_matches(name, known, 1, 0.9)):
            yield Finding(
                f"the environment variable {name} is no setting; did you mean {near[0]}?",
                f"unset {name}; export {near[0]}=…",
                "warning",
            )
