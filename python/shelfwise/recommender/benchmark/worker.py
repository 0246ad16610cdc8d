"""`python -m shelfwise.recommender.benchmark.worker FOLDER METHOD`: one method in a process of its own.

So its peak of memory is its own, and its threads are as its libraries like them.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Told by the library implicit itself: its threads and those of BLAS stand in each other's way.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import sys
from pathlib import Path

from shelfwise.errors import ShelfwiseError
from shelfwise.recommender.benchmark.contest import Contest, run_method
from shelfwise.recommender.threads import numeric_threads
from shelfwise.settings import get_settings


def main() -> int:
    """Run the method; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the benchmark's scratch folder")
    parser.add_argument("method")
    arguments = parser.parse_args()
    settings = get_settings()
    try:
        with numeric_threads(settings):
            outcome = run_method(Contest.load(arguments.folder), settings, arguments.method)
    except ShelfwiseError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    outcome.save(arguments.folder / "outcomes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
