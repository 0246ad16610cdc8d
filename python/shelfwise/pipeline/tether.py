"""Runs a command that dies with its parent: ``python -S tether.py PARENT_PID COMMAND…``.

A run that is killed must not leave a dbt behind that goes on writing the build database. Linux can tie a process to
its parent; elsewhere the child keeps the run's lock until it ends by itself (see `process.py`), so that no second run
starts beside it. Imports nothing of ours: it is a program of its own, started before each step.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Tie this process to its parent, then become the command."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died before the tie was made
            os.kill(os.getpid(), signal.SIGKILL)
    os.execvp(command[0], command)  # noqa: S606  the command is the run's own


if __name__ == "__main__":
    main()
