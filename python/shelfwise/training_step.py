"""A training as a process of its own: progress on stderr, and what came of it as JSON, the last line of stdout."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from shelfwise.errors import ShelfwiseError
from shelfwise.settings import get_settings


def run_training(package: str, description: str | None) -> int:
    """Call ``train(settings, run_dir, progress)`` of a package's module ``train``; return the exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m {package}", description=description)
    parser.add_argument("--run-dir", type=Path, required=True, help="folder of the run; cards go to DIR/model")
    arguments = parser.parse_args()
    # Before any OpenMP library is loaded, as `train` does: threads that wait must sleep, or on a busy machine they stop
    # each other.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    train = import_module(f"{package}.train").train
    try:
        trained = train(get_settings(), arguments.run_dir, _say)
    except ShelfwiseError as error:
        _say(f"error: {error}")
        return 1
    print(json.dumps(asdict(trained)))
    return 0


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
