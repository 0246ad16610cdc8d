"""Which arm of an experiment a visitor sees: a hash of names alone, so that SQL finds the same arm again.

A unit (a customer or a device, by namespaced id) has a place between 0 and 1: the first 8 bytes of the SHA-256 of
`<experiment>:<unit>`, as a big-endian number, divided by 2^64. Arms stand in the order of their names, each as wide as
its share; a unit beyond the last one takes no part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

STRATEGIES = ("trained", "popular", "similar")


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm: which list it shows (one of `STRATEGIES`), and the share of units that see it."""

    name: str
    strategy: str
    share: float


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment on one placement (None: on all), from ``starts_at`` on, before ``ends_at`` where there is an end.

    ``unit`` is `customer` or `device`; times are in UTC.
    """

    name: str
    unit: str
    placement: str | None
    starts_at: datetime
    ends_at: datetime | None
    arms: tuple[Arm, ...]

    def is_running(self, placement: str, now: datetime) -> bool:
        """Return whether lists of a placement are part of it now."""
        return (
            self.placement in (None, placement)
            and self.starts_at <= now
            and (self.ends_at is None or now < self.ends_at)
        )


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a unit sees."""

    experiment: str
    arm: Arm

    @property
    def variant(self) -> str:
        """What answers call it."""
        return f"{self.experiment}:{self.arm.name}"


def place_of(experiment: str, unit_id: str) -> float:
    """Return where a unit stands in an experiment, from 0 to 1."""
    digest = hashlib.sha256(f"{experiment}:{unit_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def arm_of(experiment: Experiment, unit_id: str) -> Arm | None:
    """Return the arm of a unit; None for one that takes no part."""
    place, reached = place_of(experiment.name, unit_id), 0.0
    for arm in experiment.arms:
        reached += arm.share
        if place < reached:
            return arm
    return None


def assign(
    experiments: Sequence[Experiment], placement: str, customer_id: str | None, device_id: str | None, now: datetime
) -> Assignment | None:
    """Return what a visitor sees on a placement, by the first experiment, by name, that it takes part in."""
    for experiment in experiments:
        unit_id = customer_id if experiment.unit == "customer" else device_id
        if unit_id is not None and experiment.is_running(placement, now) and (arm := arm_of(experiment, unit_id)):
            return Assignment(experiment.name, arm)
    return None
