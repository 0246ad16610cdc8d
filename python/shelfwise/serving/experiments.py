"""Which arm of an experiment a visitor sees: a hash of names alone, so that SQL finds the same arm again.

A unit (a customer or a device, by namespaced id) has a place from 0 to 1: the first 8 bytes of the SHA-256 of
`<experiment>:<unit>`, as a big-endian number, divided by 2^64. It is in the arm whose range of `dim_experiment_arms`
holds the place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

STRATEGIES = ("trained", "popular", "similar")


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm: which list it shows (one of `STRATEGIES`), to units from one place on to before another."""

    name: str
    strategy: str
    share_from: float
    share_until: float

    def holds(self, place: float) -> bool:
        """Return whether a place is in the arm's range; the end of the last one, 1, is in it."""
        return self.share_from <= place and (place < self.share_until or self.share_until == 1)


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment of a shop on one placement (None: on all), from its first day to its last (None: none is set).

    ``unit`` is `customer` or `device`; days are in UTC.
    """

    name: str
    namespace: str
    unit: str
    placement: str | None
    starts_on: date
    ends_on: date | None
    arms: tuple[Arm, ...]

    def is_running(self, placement: str, day: date) -> bool:
        """Return whether lists of a placement are part of it on a day."""
        return (
            self.placement in (None, placement)
            and self.starts_on <= day
            and (self.ends_on is None or day <= self.ends_on)
        )


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a unit sees."""

    experiment: str
    arm: Arm

    @property
    def variant(self) -> str:
        """What answers call it."""
        return f"{self.experiment}/{self.arm.name}"


def place_of(experiment: str, unit_id: str) -> float:
    """Return where a unit stands in an experiment, from 0 to 1."""
    digest = hashlib.sha256(f"{experiment}:{unit_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def arm_of(experiment: Experiment, unit_id: str) -> Arm | None:
    """Return the arm of a unit; None where no arm holds its place."""
    place = place_of(experiment.name, unit_id)
    return next((arm for arm in experiment.arms if arm.holds(place)), None)


def assign(
    experiments: Sequence[Experiment], placement: str, customer_id: str | None, device_id: str | None, day: date
) -> Assignment | None:
    """Return what a visitor, by namespaced ids, sees on a placement: of several experiments the first by name."""
    for experiment in experiments:
        unit_id = customer_id if experiment.unit == "customer" else device_id
        if unit_id is None or unit_id.partition(":")[0] != experiment.namespace:
            continue
        if experiment.is_running(placement, day) and (arm := arm_of(experiment, unit_id)):
            return Assignment(experiment.name, arm)
    return None
