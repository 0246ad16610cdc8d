"""What the collector counts of itself, since it started."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from shelfwise.web.prometheus import metric_lines

Samples = tuple[tuple[dict[str, str], float], ...]


@dataclass(frozen=True)
class Metric:
    """A figure under the name that Prometheus would give it; ``samples`` are pairs of labels and value."""

    name: str
    kind: str
    description: str
    samples: Samples


@dataclass
class CollectorFigures:
    """Counters; each is written by one thread alone."""

    accepted_events: int = 0
    rejected_events: Counter[str] = field(default_factory=Counter)
    refused_requests: Counter[int] = field(default_factory=Counter)
    received_bytes: int = 0
    commits: int = 0
    commit_seconds: float = 0.0
    failed_commits: int = 0
    committed_bytes: int = 0
    pending_bytes: int = 0
    landed_events: int = 0
    dropped_dead_letters: int = 0

    def as_metrics(self) -> list[Metric]:
        """Return all of them; a server's `/metrics` page has the format."""
        rejected = tuple(({"reason": reason}, float(n)) for reason, n in sorted(self.rejected_events.items()))
        refused = tuple(({"status": str(status)}, float(n)) for status, n in sorted(self.refused_requests.items()))

        def counters(name: str, description: str, samples: Samples) -> Metric:
            return Metric(f"shelfwise_collector_{name}_total", "counter", description, samples)

        def counter(name: str, description: str, value: float) -> Metric:
            return counters(name, description, (({}, value),))

        return [
            counter("accepted_events", "Events that were acknowledged and are on disk.", self.accepted_events),
            counters("rejected_events", "Events in the dead letter, by reason.", rejected),
            counters("refused_requests", "Requests refused whole, by status.", refused),
            counter("received_bytes", "Bytes of request bodies, as sent.", self.received_bytes),
            counter("commits", "Groups of events written and synced.", self.commits),
            counter("commit_seconds", "Time that writing and syncing took.", self.commit_seconds),
            counter("failed_commits", "Groups that the disk did not take.", self.failed_commits),
            counter("committed_bytes", "Bytes written and synced.", self.committed_bytes),
            counter("landed_events", "Events that this process moved on to landing.", self.landed_events),
            counter("dropped_dead_letters", "Rejected events given up for want of room.", self.dropped_dead_letters),
            Metric(
                "shelfwise_collector_pending_bytes",
                "gauge",
                "Bytes in memory that are not on disk yet.",
                (({}, float(self.pending_bytes)),),
            ),
        ]

    def as_text(self) -> str:
        """Return all of them in Prometheus' text format."""
        return "".join(
            line
            for metric in self.as_metrics()
            for line in metric_lines(
                metric.name, metric.kind, metric.description, [("", labels, value) for labels, value in metric.samples]
            )
        )
