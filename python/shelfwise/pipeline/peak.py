"""`python -m shelfwise.pipeline.peak FILE COMMAND …`: run a command and write the most memory it took, in bytes.

Of its own children a process knows the most that any took, ever; so each measurement is a process of its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

from shelfwise.pipeline.process import tethered


def measured_into(file: Path) -> list[str]:
    """Return what to put before a command so that its peak of memory is written into ``file``."""
    return [sys.executable, "-m", "shelfwise.pipeline.peak", str(file)]


def peak_gb(file: Path) -> float:
    """Return the peak that was written, in GB."""
    return int(file.read_text(encoding="utf-8")) / 1e9


def main() -> int:
    """Run the command; return its exit code."""
    file, *command = sys.argv[1:]
    done = subprocess.run(tethered(command), check=False)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    Path(file).write_text(str(most * (1 if sys.platform == "darwin" else 1024)), encoding="utf-8")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
