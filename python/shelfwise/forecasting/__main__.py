"""`python -m shelfwise.forecasting --run-dir DIR`: foretell from the build database; stdout ends in JSON."""

from __future__ import annotations

import os

# Before any OpenMP library is loaded: threads that wait must sleep, or on a busy machine they stop each other.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from shelfwise.errors import ShelfwiseError
from shelfwise.forecasting.train import train
from shelfwise.settings import get_settings


def main() -> int:
    """Forecast; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m shelfwise.forecasting", description=__doc__)
    parser.add_argument("--run-dir", type=Path, required=True, help="folder of the run; the card goes to DIR/model")
    arguments = parser.parse_args()
    try:
        trained = train(get_settings(), arguments.run_dir, _say)
    except ShelfwiseError as error:
        _say(f"error: {error}")
        return 1
    print(json.dumps(asdict(trained)))
    return 0


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
