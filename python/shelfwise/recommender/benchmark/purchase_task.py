"""The purchase benchmark's question: from what was bought before a cutoff, what will be bought after it?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from shelfwise.recommender.benchmark.baskets import Baskets
from shelfwise.recommender.dataset import Cutoff, History, Labels, Warehouse
from shelfwise.recommender.evaluation import slices_of
from shelfwise.warehouse.columns import fetch_columns, fetch_texts


@dataclass(frozen=True)
class PurchaseTask:
    """What is known at a cutoff, and the truth after it.

    ``rows`` (n_asked,) are the asked customers' rows of ``history``, -1 for customers without one; ``truth`` is
    (n_asked, n_products and more): columns after the last product are products that nobody had bought before.
    """

    cutoff: Cutoff
    history: History
    baskets: Baskets
    customer_ids: NDArray[np.object_]
    rows: NDArray[np.int64]
    truth: sp.csr_matrix

    @cached_property
    def bought(self) -> sp.csr_matrix:
        """What each asked customer had bought before: (n_asked, n_products) numbers of orders."""
        return self.history.orders_of(self.rows)

    @property
    def has_history(self) -> NDArray[np.bool_]:
        """Which asked customers had bought anything, (n_asked,)."""
        return self.rows >= 0

    def slices(self) -> dict[str, tuple[sp.csr_matrix, NDArray[np.bool_]]]:
        """Return the truth of each slice and whom it is about: all, new to customers with history, and cold."""
        return slices_of(self.truth, self.bought, self.has_history)


def read_purchase_task(warehouse: Warehouse, cutoff: Cutoff, labels: Labels) -> PurchaseTask:
    """Read what is known at a cutoff; ``labels`` say what came after it."""
    history = warehouse.history(cutoff)
    n_products = len(warehouse.product_ids)
    return PurchaseTask(
        cutoff=cutoff,
        history=history,
        baskets=_read_baskets(warehouse.connection, cutoff, history, n_products),
        customer_ids=labels.customer_ids,
        rows=history.rows_of(labels.customer_ids),
        truth=sp.csr_matrix(
            (np.ones(len(labels.customers)), (labels.customers, labels.products)),
            (len(labels.customer_ids), max(n_products, int(labels.products.max(initial=0)) + 1)),
        ),
    )


def read_truth(warehouse: Warehouse) -> Labels:
    """Return the table `truth` of a scratch warehouse.

    Products that nobody bought before get numbers after all others: nobody can foretell them, and they are misses.
    """
    columns = fetch_columns(
        warehouse.connection,
        """
        with unknown_products as (
            select product_id, $first + row_number() over (order by product_id) - 1 as code
            from (select distinct product_id from truth anti join product_codes using (product_id))
        ),

        numbered as (
            select * from product_codes
            union all
            select * from unknown_products
        )

        select dense_rank() over (order by truth.customer_id) - 1 as customer_code, numbered.code as product_code
        from truth
        inner join numbered on truth.product_id = numbered.product_id
        order by customer_code, product_code
        """,
        {"first": len(warehouse.product_ids)},
    )
    customer_ids = fetch_texts(warehouse.connection, "select distinct customer_id from truth order by customer_id")
    customers, products = (values.astype(np.int64) for values in columns.values())
    return Labels(customer_ids, customers, products)


def _read_baskets(connection: duckdb.DuckDBPyConnection, cutoff: Cutoff, history: History, n_products: int) -> Baskets:
    columns = fetch_columns(
        connection,
        """
        with orders as (
            select
                customer_id,
                order_id,
                row_number() over (partition by customer_id order by min(ordered_at) desc, order_id desc) - 1 as ago,
                count(*) over (partition by customer_id) as basket_count
            from rec_purchases
            where namespace = $namespace and ordered_at < $cutoff_at
            group by customer_id, order_id
        )

        select distinct
            dense_rank() over (order by r.customer_id) - 1 as customer_code,
            p.code as product_code,
            o.ago,
            o.basket_count
        from rec_purchases as r
        inner join orders as o on r.customer_id = o.customer_id and r.order_id = o.order_id
        inner join product_codes as p on r.product_id = p.product_id
        where r.namespace = $namespace and r.ordered_at < $cutoff_at
        order by customer_code, o.ago, product_code
        """,
        {"namespace": cutoff.namespace, "cutoff_at": cutoff.cutoff_at},
    )
    customers, products, ago, counts = (values.astype(np.int64) for values in columns.values())
    return Baskets(customers, products, ago, counts, len(history.customer_ids), n_products)
