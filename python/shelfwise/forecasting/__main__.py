"""`python -m shelfwise.forecasting --run-dir DIR`: foretell from the build database; stdout ends in a line of JSON."""

from __future__ import annotations

import sys

from shelfwise.training_step import run_training

if __name__ == "__main__":
    sys.exit(run_training("shelfwise.forecasting", __doc__))
