"""Where the time of a dbt invocation went, from its artifacts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

GROUPS = ("facts", "marts", "seeds", "tests", "hooks")
KINDS = {"seed": "seeds", "test": "tests", "unit_test": "tests", "operation": "hooks"}


@dataclass(frozen=True)
class Node:
    """A node that ran: its group, its seconds, and from when until when."""

    name: str
    group: str
    seconds: float
    started_at: datetime | None
    completed_at: datetime | None


@dataclass(frozen=True)
class Timings:
    """The nodes of an invocation. Two threads run two nodes at once, so sums may exceed the clock's time."""

    nodes: tuple[Node, ...]

    def summed(self, group: str) -> float:
        """Return the seconds of a group's nodes together."""
        return sum(node.seconds for node in self.nodes if node.group == group)

    def by_the_clock(self, group: str) -> float:
        """Return for how long at least one node of a group was at work."""
        return covered([(node.started_at, node.completed_at) for node in self.nodes if node.group == group])

    def slowest(self, groups: Sequence[str], count: int) -> dict[str, float]:
        """Return the seconds of the slowest nodes of some groups, slowest first."""
        ranked = sorted((node for node in self.nodes if node.group in groups), key=lambda node: -node.seconds)
        return {node.name: round(node.seconds, 3) for node in ranked[:count]}

    def as_json(self) -> dict[str, Any]:
        """Return sums, clock times, and what took longest."""
        return {
            **{f"{group}_s": round(self.summed(group), 3) for group in GROUPS},
            **{f"{group}_clock_s": round(self.by_the_clock(group), 3) for group in ("facts", "marts", "tests")},
            "slowest_models": self.slowest(("facts", "marts"), 12),
            "slowest_facts": self.slowest(("facts",), 12),
            "slowest_tests": self.slowest(("tests",), 5),
        }


def read_timings(run_results: Path, manifest: Path) -> Timings:
    """Read the artifacts of an invocation.

    Facts are the models `fct_*` and every model that these are made from; marts are all other models.
    """
    graph = json.loads(manifest.read_bytes())
    facts = ancestors(graph, "fct_")
    results = json.loads(run_results.read_bytes())["results"]
    return Timings(tuple(node_of(result, facts) for result in results))


def node_of(result: dict[str, Any], facts: set[str]) -> Node:
    """Return a result as a node of its group."""
    kind = result["unique_id"].split(".")[0]
    group = KINDS.get(kind) or ("facts" if result["unique_id"] in facts else "marts")
    executed = next((step for step in result["timing"] if step["name"] == "execute"), None)
    times = [datetime.fromisoformat(executed[name]) for name in ("started_at", "completed_at")] if executed else []
    return Node(
        result["unique_id"].split(".", 2)[2],
        group,
        float(result["execution_time"]),
        *(times or (None, None)),
    )


def ancestors(graph: dict[str, Any], prefix: str) -> set[str]:
    """Return the models whose name begins with `prefix`, and all models upstream of them."""
    models = {key: node for key, node in graph["nodes"].items() if node["resource_type"] == "model"}
    found: set[str] = set()
    waiting = [key for key, node in models.items() if node["name"].startswith(prefix)]
    while waiting:
        key = waiting.pop()
        if key in models and key not in found:
            found.add(key)
            waiting += models[key]["depends_on"]["nodes"]
    return found


def covered(intervals: Iterable[tuple[datetime | None, datetime | None]]) -> float:
    """Return the seconds that intervals cover, those covered twice counted once."""
    total, reached = 0.0, None
    for start, end in sorted((start, end) for start, end in intervals if start and end):
        if reached is None or end > reached:
            total += (end - max(start, reached or start)).total_seconds()
            reached = end
    return total
