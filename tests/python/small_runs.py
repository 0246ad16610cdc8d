"""Real runs on a small shop."""

from __future__ import annotations

import subprocess
import sys
from typing import IO

from shelfwise.settings import Settings


def start_run(settings: Settings, *arguments: str, output: IO[str] | None = None) -> subprocess.Popen[str]:
    """Start `shelfwise run` on a small shop, in the settings' checkout; a resumed run keeps its size."""
    size = [] if "--resume" in arguments else ["--size", "small"]
    command = [sys.executable, "-m", "shelfwise.cli", "run", *size, *arguments]
    return subprocess.Popen(
        command, cwd=settings.project_dir, env=settings.environment(), text=True, stdout=output, stderr=output
    )
