from __future__ import annotations

from pathlib import Path

import pytest
from fake_shop import FakeShop


@pytest.fixture
def shop(tmp_path: Path) -> FakeShop:
    return FakeShop(tmp_path)
