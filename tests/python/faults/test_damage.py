"""What is damaged or gone: named, mended by the very command that the doctor says, and the marts are what they were."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from damages import HARMLESS, QUICK, SLOW, Damage
from exhaustive import FAULTS
from fault_nights import Nights
from fault_shop import Shop, diagnosis, named, serves

from shelfwise.warehouse.published import resolve_current

pytestmark = [
    FAULTS,
    pytest.mark.fault,
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.xdist_group("faults"),
]


@pytest.mark.parametrize("name", [*QUICK, *SLOW])
def test_what_is_damaged_is_mended_by_what_the_doctor_says(
    nights: Nights, shop_after: Shop, name: str, record_property: Callable[[str, object], None]
) -> None:
    damage: Damage = {**QUICK, **SLOW}[name]
    record_property("tried", 1)
    damage.plant(shop_after)
    if damage.serves:
        serves(shop_after.settings, nights.second_version)

    shop_after.follow(named(diagnosis(shop_after), damage.check, damage.words))

    left = [found for _, found in diagnosis(shop_after).found if found.severity == "error"]
    assert left == []
    serves(shop_after.settings, resolve_current(shop_after.settings).run_id)
    # went back to the version before: the next run publishes this one's rows again, as after "every version is gone"
    if not nights.is_where(nights.first_version, nights.evening):
        nights.require_same_end(record_property)
    record_property("survived", 1)


def test_what_is_gone_and_made_again(
    nights: Nights, shop_after: Shop, record_property: Callable[[str, object], None]
) -> None:
    record_property("tried", len(HARMLESS))
    for remove in HARMLESS.values():
        remove(shop_after)
        serves(shop_after.settings, nights.second_version)
        assert diagnosis(shop_after).is_healthy
    shop_after.finish()
    assert diagnosis(shop_after).is_healthy
    nights.require_same_end(record_property)
    record_property("survived", len(HARMLESS))
