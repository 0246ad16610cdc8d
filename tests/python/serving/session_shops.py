"""A shop with sessions: products on a ring that visitors walk around, its index and a ranker trained on them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
from small_sessions import simulated_sessions, write_sessions

from shelfwise.recommender.ranker_file import save_ranker
from shelfwise.recommender.sessions.examples import read_session_examples
from shelfwise.recommender.sessions.recommender import SessionRecommender
from shelfwise.scoring.index import SessionIndex
from shelfwise.scoring.index_file import save_session_index

NAMESPACE = "shop"
N_PRODUCTS = 60

# Product 59 is in the catalogue and in no session.
CATALOGUE = f"""
insert into dim_products by name
select
    format('{NAMESPACE}:p{{:04}}', number) as product_id, '{NAMESPACE}' as namespace, 'Thing ' || number as title,
    case when number < 20 then 'Low' else null end as category, 2.5 as price, 'EUR' as currency
from range({N_PRODUCTS}) as products (number);
insert into dim_customers by name select '{NAMESPACE}:c' as customer_id, '{NAMESPACE}' as namespace, 'DE' as country;
insert into popular_products by name
select
    '{NAMESPACE}' as namespace, 'all' as segment_type, 'all' as segment, number as rank,
    format('{NAMESPACE}:p{{:04}}', {N_PRODUCTS} - number) as product_id, 0.5 as score, 3 as buyer_count
from range(1, 31) as popular (number);
insert into popular_products by name
select
    '{NAMESPACE}' as namespace, 'country' as segment_type, 'DE' as segment, 1 as rank,
    '{NAMESPACE}:p0030' as product_id, 0.5 as score,
    3 as buyer_count;
insert into similar_products by name
select
    '{NAMESPACE}:p0059' as product_id, '{NAMESPACE}' as namespace, 1 as rank,
    '{NAMESPACE}:p0007' as similar_product_id, 0.4 as score, 'Often bought together' as reason;
"""


@dataclass(frozen=True)
class SessionShop:
    """What training left: the folder to publish, and the recommender and index that are in it."""

    folder: Path
    recommender: SessionRecommender
    index: SessionIndex

    def numbers(self, product_ids: list[str]) -> list[int]:
        """Return the index's numbers of products that it knows."""
        known = {name: number for number, name in enumerate(self.index.product_ids)}
        return [known[name] for name in product_ids if name in known]


def train_shop(folder: Path, seed: int = 3) -> SessionShop:
    """Train on a simulation and write what a run would publish as `session_index/`."""
    sessions = [
        [product for product in session if product != N_PRODUCTS - 1] or [0]
        for session in simulated_sessions(1_500, N_PRODUCTS, seed)
    ]
    with duckdb.connect() as connection:
        write_sessions(connection, sessions, test_from=1_100)
        examples = read_session_examples(connection, "shop:test")
        earlier = SessionIndex.read(connection, "shop:test")
        index = SessionIndex.read(connection, "shop:serving")
    recommender = SessionRecommender(max_iter=40, min_samples_leaf=20).fit(earlier, examples)
    index = replace(index, product_ids=np.array([f"{NAMESPACE}:{name}" for name in index.product_ids], dtype=object))
    own = folder / NAMESPACE
    own.mkdir(parents=True)
    save_session_index(index, own / "index.npz")
    save_ranker(recommender.ranker_, recommender.feature_names_, own / "ranker.npz")
    return SessionShop(folder, recommender, index)
