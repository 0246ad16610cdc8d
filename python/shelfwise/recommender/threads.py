"""How many threads numbers are worked out on, so that results do not depend on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits

from shelfwise.settings import Settings


@contextmanager
def numeric_threads(settings: Settings) -> Iterator[None]:
    """Hold BLAS to one thread, on which it adds up in one order; OpenMP's trees are the same on any number."""
    with threadpool_limits(1, "blas"), threadpool_limits(settings.threads, "openmp"):
        yield
