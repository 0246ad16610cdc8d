"""Settings of their own for tests that train."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shelfwise.settings import Settings


@pytest.fixture
def settings_in(tmp_path: Path, project_dir: Path) -> Callable[..., Settings]:
    """Settings with a data folder of the given name."""

    def make(name: str, **changes: object) -> Settings:
        # One thread: on a busy machine two of them wait for each other at each split of each little tree.
        return Settings(**{"threads": 1, **changes}, project_dir=project_dir, data_dir=tmp_path / name)

    return make
