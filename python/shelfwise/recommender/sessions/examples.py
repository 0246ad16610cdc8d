"""Prefixes of past sessions and the step that came next: what the session ranker learns from and is tested on."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from shelfwise.scoring.prefixes import LONGEST_PREFIX, Prefixes
from shelfwise.scoring.ragged import spans, starts_from, starts_of
from shelfwise.warehouse.columns import fetch_columns


@dataclass(frozen=True)
class SessionExamples:
    """Prefixes, ``targets`` (n_prefixes,) product numbers, and ``sessions`` (n_prefixes,): whose prefix each is."""

    prefixes: Prefixes
    targets: NDArray[np.int64]
    sessions: NDArray[np.int64]

    def is_repeat(self) -> NDArray[np.bool_]:
        """Return which targets are among the steps of their prefix, (n_prefixes,)."""
        owners = np.repeat(np.arange(len(self.prefixes)), np.diff(self.prefixes.starts))
        same = self.prefixes.products == self.targets[owners]
        return np.asarray(np.bincount(owners, weights=same, minlength=len(self.prefixes)) > 0)

    def is_cold(self) -> NDArray[np.bool_]:
        """Return of which visitors at most one step is known, (n_prefixes,)."""
        return np.asarray(np.diff(self.prefixes.starts) <= 1)

    def sample(self, n: int, seed: int) -> SessionExamples:
        """Return at most ``n`` of the examples, in their order."""
        if len(self.targets) <= n:
            return self
        rows = np.sort(np.random.default_rng(seed).permutation(len(self.targets))[:n])
        return SessionExamples(self.prefixes.take(rows), self.targets[rows], self.sessions[rows])


def read_session_examples(connection: duckdb.DuckDBPyConnection, cutoff_id: str) -> SessionExamples:
    """Return the prefixes of all sessions that began at or after a cutoff and ended before its labels do."""
    steps = fetch_columns(
        connection,
        """
        select
            dense_rank() over (order by s.session_number) - 1 as session,
            s.product_number - 1 as product,
            cast(s.weight as float) as weight
        from rec_session_steps as s
        inner join rec_session_cutoffs as c
            on s.namespace = c.namespace
            and s.session_started_at >= c.cutoff_at
            and s.session_ended_at < c.label_until
        where c.cutoff_id = ? and s.session_step_count > 1
        order by s.session_number, s.step_number
        """,
        [cutoff_id],
    )
    sessions = steps["session"].astype(np.int64)
    return examples_of(sessions, steps["product"].astype(np.int32), steps["weight"].astype(np.float32))


def examples_of(
    sessions: NDArray[np.int64], products: NDArray[np.int32], weights: NDArray[np.float32]
) -> SessionExamples:
    """Return a prefix before every step but the first of each session; steps are in order."""
    n_sessions = int(sessions[-1]) + 1 if len(sessions) else 0
    starts = starts_of(sessions, n_sessions)
    targets = np.flatnonzero(np.r_[False, sessions[1:] == sessions[:-1]]) if len(sessions) else np.zeros(0, np.int64)
    firsts = np.maximum(starts[sessions[targets]], targets - LONGEST_PREFIX)
    lengths = targets - firsts
    _, places = spans(firsts, lengths)
    prefixes = Prefixes(starts_from(lengths), products[places], weights[places])
    return SessionExamples(prefixes, products[targets].astype(np.int64), sessions[targets])
