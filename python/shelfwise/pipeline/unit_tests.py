"""dbt's unit tests in a run: where the project is another one than that which they last passed on.

Their rows are made up, so what has landed cannot change what they say; only an edit, or another version of what runs
it, can. On a night on which nobody has edited anything they would take time and tell nothing.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

from shelfwise.pipeline.history import read_records
from shelfwise.settings import Settings

SQL_FOLDERS = ("models", "macros", "tests/generic")
RUNS_THEM = ("dbt-core", "dbt-duckdb", "duckdb")
#: in a step's data: the project that its unit tests have passed on
PASSED_ON = "unit_tests_passed_on"
LEAVE_OUT = ("--exclude-resource-type", "unit_test")


def project_fingerprint(project_dir: Path) -> str:
    """Return a hash of the SQL and yml that unit tests are of, and of the versions of what runs them."""
    digest = hashlib.sha256("\n".join(f"{name} {version(name)}" for name in RUNS_THEM).encode())
    files = [project_dir / "dbt_project.yml"]
    for folder in SQL_FOLDERS:
        files += sorted(path for path in (project_dir / folder).rglob("*") if path.suffix in (".sql", ".yml"))
    for path in files:
        if path.is_file():
            digest.update(f"\n{path.relative_to(project_dir)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def unit_tests_to_leave_out(settings: Settings, step: str, fingerprint: str) -> tuple[str, ...]:
    """Return dbt's option that leaves unit tests out, where this step of an earlier run passed them on this project."""
    passed = any(
        known.name == step and known.status == "succeeded" and known.data.get(PASSED_ON) == fingerprint
        for record in read_records(settings)
        for known in record.steps
    )
    return LEAVE_OUT if passed else ()
