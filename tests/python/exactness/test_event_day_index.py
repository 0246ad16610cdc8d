"""The index beside the events names every day of every event and device, after any order of loads."""

from __future__ import annotations

import pytest
from warehouses import Warehouses, ask

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600), pytest.mark.xdist_group("exactness")]

EVENTS = "intermediate.int_events__classified"


def test_no_event_is_on_a_day_that_the_index_does_not_know(warehouses: Warehouses) -> None:
    for settings in warehouses.both():
        missing = f"""
            select count(*) from {EVENTS}
            where event_hash is not null and event_date is not null
                and (event_hash, event_date) not in (select (id_hash, event_date) from {EVENTS}__days_of_events)
        """
        assert ask(settings, missing) == [(0,)]


def test_no_device_was_there_on_a_day_that_the_index_does_not_know(warehouses: Warehouses) -> None:
    for settings in warehouses.both():
        counts = f"""
            select
                (select count(distinct (device_id, event_date)) from {EVENTS}
                where device_id is not null and event_date is not null),
                (select count(distinct (id_hash, event_date)) from {EVENTS}__days_of_devices)
        """
        ((device_days, indexed_days),) = ask(settings, counts)
        assert 0 < device_days <= indexed_days


def test_loads_index_each_event_once(warehouses: Warehouses) -> None:
    loaded, refreshed = (
        ask(settings, f"select count(*) from {EVENTS}__days_of_events")[0][0] for settings in warehouses.both()
    )
    # a file is indexed again when a run is repeated that died before it had settled, or by hand
    assert refreshed <= loaded < 3 * refreshed
