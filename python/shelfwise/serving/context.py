"""What the routes share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from shelfwise.serving.access import Access
from shelfwise.serving.batches import SessionBatches
from shelfwise.serving.metrics import Metrics
from shelfwise.serving.version_store import VersionStore
from shelfwise.serving.workers import Workers


@dataclass(frozen=True)
class Context:
    """The loaded version, who may ask, and what is counted."""

    store: VersionStore
    access: Access
    workers: Workers = field(default_factory=Workers)
    metrics: Metrics = field(default_factory=Metrics)
    batches: SessionBatches = field(default_factory=SessionBatches)
    metrics_beside: list[Callable[[], str]] = field(default_factory=list)
