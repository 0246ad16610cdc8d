"""Small session indexes, made of lists of sessions by plain counting."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

import duckdb
import pyarrow as pa

FIRST = datetime(2026, 1, 1)
NAMESPACE = "shop"


def simulated_sessions(n_sessions: int, n_products: int, seed: int) -> list[list[int]]:
    """Sessions that walk around a ring of products, sometimes back, so that neighbours say what comes next."""
    import numpy as np

    generator = np.random.default_rng(seed)
    sessions = []
    for _ in range(n_sessions):
        product = int(generator.integers(n_products))
        session = [product]
        for _ in range(int(generator.integers(1, 7))):
            step = int(generator.choice([1, 1, 1, 2, -1]))
            product = (product + step) % n_products
            session.append(product)
        sessions.append(session)
    return sessions


def write_sessions(connection: duckdb.DuckDBPyConnection, sessions: list[list[int]], test_from: int) -> None:
    """Write the tables `rec_session_*`.

    The cutoff `test` lies before session ``test_from``, `training` as many sessions before it as come after.
    """
    training_from = max(2 * test_from - len(sessions), 1)
    products = sorted({product for session in sessions for product in session})
    numbers = {product: number + 1 for number, product in enumerate(products)}
    steps = [
        {
            "namespace": NAMESPACE,
            "session_number": number + 1,
            "step_number": place + 1,
            "product_id": f"p{product:04}",
            "product_number": numbers[product],
            "weight": 1.0,
            "session_started_at": _start(number),
            "session_ended_at": _start(number) + timedelta(seconds=len(session)),
            "session_step_count": len(session),
        }
        for number, session in enumerate(sessions)
        for place, product in enumerate(session)
    ]
    cutoffs = [
        {
            "cutoff_id": f"{NAMESPACE}:training",
            "namespace": NAMESPACE,
            "cutoff_role": "training",
            "cutoff_at": _start(training_from),
            "label_until": _start(test_from),
            "session_count": training_from,
        },
        {
            "cutoff_id": f"{NAMESPACE}:test",
            "namespace": NAMESPACE,
            "cutoff_role": "test",
            "cutoff_at": _start(test_from),
            "label_until": _start(len(sessions)),
            "session_count": test_from,
        },
        {
            "cutoff_id": f"{NAMESPACE}:serving",
            "namespace": NAMESPACE,
            "cutoff_role": "serving",
            "cutoff_at": _start(len(sessions)),
            "label_until": None,
            "session_count": len(sessions),
        },
    ]
    tables: dict[str, list[dict]] = {
        "rec_session_steps": steps,
        "rec_session_cutoffs": cutoffs,
        "rec_session_pairs": [],
        "rec_session_products": [],
        "rec_session_postings": [],
    }
    for cutoff in cutoffs:
        _add_index(tables, cutoff, sessions[: cutoff["session_count"]], numbers)
    for name, rows in tables.items():
        connection.register("incoming", pa.Table.from_pylist(rows))
        connection.execute(f"create or replace table {name} as select * from incoming")


def _start(number: int) -> datetime:
    return FIRST + timedelta(minutes=number)


def _add_index(tables: dict[str, list[dict]], cutoff: dict, sessions: list[list[int]], numbers: dict[int, int]) -> None:
    pairs: dict[tuple[int, int], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    seen: dict[int, list[int]] = defaultdict(list)
    steps: dict[int, int] = defaultdict(int)
    for number, session in enumerate(sessions):
        for place, product in enumerate(session):
            steps[product] += 1
            if not seen[product] or seen[product][-1] != number:
                seen[product].append(number)
            for distance, later in enumerate(session[place + 1 : place + 11], start=1):
                if later != product:
                    forward, backward = pairs[(product, later)], pairs[(later, product)]
                    forward["forward_weight"] += 1 / distance
                    forward["next_count"] += distance == 1
                    for pair in (forward, backward):
                        pair["symmetric_weight"] += 1 / distance
                        pair["pair_count"] += 1
    last = cutoff["cutoff_at"] - timedelta(seconds=1)
    for (product, neighbour), pair in sorted(pairs.items()):
        tables["rec_session_pairs"].append(
            {
                "cutoff_id": cutoff["cutoff_id"],
                "product_number": numbers[product],
                "neighbour_number": numbers[neighbour],
                "forward_weight": pair["forward_weight"],
                "recent_forward_weight": pair["forward_weight"],
                "symmetric_weight": pair["symmetric_weight"],
                "recent_symmetric_weight": pair["symmetric_weight"],
                "next_count": int(pair["next_count"]),
                "cosine": pair["pair_count"] / (len(seen[product]) * len(seen[neighbour])) ** 0.5,
                "latest_source_at": last,
            }
        )
    for product, in_sessions in sorted(seen.items()):
        tables["rec_session_products"].append(
            {
                "cutoff_id": cutoff["cutoff_id"],
                "product_number": numbers[product],
                "step_count": steps[product],
                "session_count": len(in_sessions),
                "recent_steps": float(steps[product]),
                "latest_session_age": 1 - (in_sessions[-1] + 1) / len(sessions),
                "first_session_age": 1 - (in_sessions[0] + 1) / len(sessions),
                "latest_source_at": last,
            }
        )
        tables["rec_session_postings"] += [
            {
                "cutoff_id": cutoff["cutoff_id"],
                "product_number": numbers[product],
                "session_number": number + 1,
                "step_number": len(sessions[number]) - sessions[number][::-1].index(product),
                "latest_source_at": last,
            }
            for number in in_sessions
        ]
