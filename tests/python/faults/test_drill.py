"""The drill: a data folder that is gone altogether, brought back from its backup and run, by the clock."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable

import pytest
from exhaustive import FAULTS
from fault_nights import Nights
from fault_shop import Shop, diagnosis, named, serves

pytestmark = [
    FAULTS,
    pytest.mark.fault,
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.xdist_group("faults"),
]


def test_everything_is_gone_and_comes_back(
    nights: Nights, shop_after: Shop, record_property: Callable[[str, object], None]
) -> None:
    record_property("tried", 1)
    shutil.rmtree(shop_after.data)
    finding = named(diagnosis(shop_after), "data folder", "there is no data folder")

    begin = time.monotonic()
    shop_after.follow(finding)
    record_property("restore_seconds", round(time.monotonic() - begin, 1))
    serves(shop_after.settings, nights.second_version)
    begin = time.monotonic()
    shop_after.finish()
    record_property("run_seconds", round(time.monotonic() - begin, 1))

    assert diagnosis(shop_after).is_healthy
    nights.require_same_end(record_property)
    record_property("survived", 1)
