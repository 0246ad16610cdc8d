"""What we hold the warehouse to, on two cores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.warehouse.histories import History

PLAIN_RATIO = 4.0
FACTS_GROWTH = 1.3
RUN_SHARE = 0.15
MEASURABLE_SECONDS = 0.05


@dataclass(frozen=True)
class Target:
    """A promise in words, the value that was found, and the most it may be."""

    name: str
    value: float
    limit: float

    @property
    def met(self) -> bool:
        """Whether the promise was kept."""
        return self.value <= self.limit

    def as_json(self) -> dict[str, Any]:
        """Return it for warehouse.json."""
        return {**asdict(self), "value": round(self.value, 4), "met": self.met}


def ratio(value: float, to: float) -> float:
    """Return value / to; differences of two measurements below 0.05 s, negative ones too, count as 0.05 s."""
    return max(value, MEASURABLE_SECONDS) / max(to, MEASURABLE_SECONDS)


def plain_target(full_build_seconds: float, plain_seconds: float) -> Target:
    """Return how many times the plain script's time a full build takes."""
    return Target("full build ÷ plain script", ratio(full_build_seconds, plain_seconds), PLAIN_RATIO)


def facts_target(short: int, short_seconds: float, long: int, long_seconds: float) -> Target:
    """Return how much more one more day costs the facts on a long history than on a short one, both net."""
    return Target(
        f"facts of one more day, on {long} days ÷ on {short}", ratio(long_seconds, short_seconds), FACTS_GROWTH
    )


def history_targets(histories: Sequence[History]) -> list[Target]:
    """Return what holds of the shortest and the longest history."""
    short, long = histories[0], histories[-1]
    rewritten = max(sum(history.no_change.rewritten_facts.values()) for history in histories)
    return [
        facts_target(short.days, short.net("facts"), long.days, long.net("facts")),
        Target(
            f"run with one more day, net ÷ full build, both of {long.days} days",
            ratio(long.net_run_seconds, long.full.seconds),
            RUN_SHARE,
        ),
        Target("rows of facts that a run with nothing new rewrites", rewritten, 0),
    ]
