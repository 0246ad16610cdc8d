"""Real runs on a small shop."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import IO

import yaml

from shelfwise.settings import Settings


def start_run(settings: Settings, *arguments: str, output: IO[str] | None = None) -> subprocess.Popen[str]:
    """Start `shelfwise run` on a small shop, in the settings' checkout; a resumed run keeps its size."""
    size = [] if "--resume" in arguments else ["--size", "small"]
    command = [sys.executable, "-m", "shelfwise.cli", "run", *size, *arguments]
    return subprocess.Popen(
        command, cwd=settings.project_dir, env=settings.environment(), text=True, stdout=output, stderr=output
    )


def leave_dbt_tests_out(checkout: Path) -> None:
    """Switch dbt's own tests off in a checkout: they take most of a small run's time, and write nothing."""
    project = checkout / "dbt_project.yml"
    settings = yaml.safe_load(project.read_text())
    for kind in ("data_tests", "unit_tests"):
        settings.setdefault(kind, {}).setdefault("shelfwise", {})["+enabled"] = False
    project.write_text(yaml.safe_dump(settings, sort_keys=False))
