"""What is counted, in Prometheus' text format."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from shelfwise.serving.context import Context
from shelfwise.serving.metrics import BUCKETS, Counts, Key
from shelfwise.web.prometheus import Sample, metric_lines


def exposition(context: Context) -> str:
    """Return all metrics of this server, its other workers' counts included, and of what answers beside it."""
    counts = context.workers.with_others(context.metrics.counts)
    families = (
        ("shelfwise_requests_total", "counter", "Requests by route and class of status.", requests(counts)),
        ("shelfwise_request_seconds", "histogram", "Seconds until the answer.", durations(counts)),
        ("shelfwise_lists_total", "counter", "Lists by placement, fallback and variant.", lists(counts)),
        ("shelfwise_version_info", "gauge", "The served version.", version_info(context)),
        ("shelfwise_version_age_seconds", "gauge", "Seconds since the served version was published.", age(context)),
        ("shelfwise_version_load_errors_total", "counter", "Versions that did not load.", load_errors(context)),
        ("process_resident_memory_bytes", "gauge", "Memory of the answering process.", memory()),
    )
    own = "".join(line for family in families for line in metric_lines(*family))
    return own + "".join(text() for text in context.metrics_beside)


def requests(counts: Counts) -> Iterator[Sample]:
    """Yield requests by route and status class."""
    for (_, route, status), count in of_kind(counts, "requests"):
        yield "", {"route": route, "status": status}, count


def durations(counts: Counts) -> Iterator[Sample]:
    """Yield the histogram of each route."""
    for (_, route), seconds in of_kind(counts, "seconds"):
        total = 0.0
        for number, end in enumerate((*BUCKETS, float("inf"))):
            total += counts["bucket", route, str(number)]
            yield "_bucket", {"route": route, "le": "+Inf" if number == len(BUCKETS) else f"{end:g}"}, total
        yield "_sum", {"route": route}, seconds
        yield "_count", {"route": route}, total


def lists(counts: Counts) -> Iterator[Sample]:
    """Yield lists by what they were."""
    for (_, placement, fallback, variant), count in of_kind(counts, "lists"):
        yield "", {"placement": placement, "fallback": fallback, "variant": variant}, count


def version_info(context: Context) -> Iterator[Sample]:
    """Yield the names of the served version."""
    if lookups := context.store.lookups:
        labels = {"run_id": lookups.manifest.run_id, "model_version": lookups.manifest.model_version or ""}
        yield "", labels, 1


def age(context: Context) -> Iterator[Sample]:
    """Yield how old the served version is."""
    if lookups := context.store.lookups:
        yield "", {}, (datetime.now(UTC) - lookups.manifest.published_at).total_seconds()


def load_errors(context: Context) -> Iterator[Sample]:
    """Yield how often a version was refused."""
    yield "", {}, context.store.refusal_count


def memory() -> Iterator[Sample]:
    """Yield the resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    yield "", {}, pages * 4096


def of_kind(counts: Counts, kind: str) -> list[tuple[Key, float]]:
    """Return the counts of one kind, in order of their labels."""
    return sorted((key, value) for key, value in counts.items() if key[0] == kind)
