"""What the default run leaves out, for it takes minutes: `make test-exhaustive` runs it."""

from __future__ import annotations

import os

import pytest

EXHAUSTIVE = (
    pytest.mark.exhaustive,
    pytest.mark.skipif(os.environ.get("SHELFWISE_EXHAUSTIVE") != "1", reason="takes minutes: make test-exhaustive"),
)
