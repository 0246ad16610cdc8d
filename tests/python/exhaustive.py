"""What the default run leaves out, for it takes minutes: `make test-exhaustive` and `make test-faults` run it."""

from __future__ import annotations

import os

import pytest

EXHAUSTIVE = (
    pytest.mark.exhaustive,
    pytest.mark.skipif(os.environ.get("SHELFWISE_EXHAUSTIVE") != "1", reason="takes minutes: make test-exhaustive"),
)

FAULTS = pytest.mark.skipif(os.environ.get("SHELFWISE_FAULTS") != "1", reason="takes an hour: make test-faults")
