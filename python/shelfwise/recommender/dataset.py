"""What training reads from the build database, as arrays; every row set is ordered, so no result depends on chance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

import duckdb
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from shelfwise.recommender.titles import title_vectors
from shelfwise.warehouse.columns import fetch_columns, fetch_texts

# Columns of rec_examples that say which row it is or what came of it; all others are features.
KEY_COLUMNS = (
    "cutoff_id",
    "customer_id",
    "product_id",
    "cutoff_at",
    "latest_source_at",
    "nearest_product_id",
    "is_bought",
)


@dataclass(frozen=True)
class Cutoff:
    """A moment that divides what may be seen from what is foretold; ``label_until`` is None for serving."""

    cutoff_id: str
    namespace: str
    role: str
    cutoff_at: datetime
    label_until: datetime | None
    label_window_days: int


@dataclass(frozen=True)
class Examples:
    """Candidates of a cutoff: rows ordered by customer and product.

    ``customers`` (n_rows,) numbers rows of ``customer_ids``; ``products`` and ``nearest`` (n_rows,) number the
    catalogue's products (-1: none); ``features`` is (n_rows, n_features) float32 with NaN where unknown;
    ``bought`` (n_rows,) is all False for serving.
    """

    cutoff: Cutoff
    feature_names: tuple[str, ...]
    customer_ids: NDArray[np.object_]
    customers: NDArray[np.int64]
    products: NDArray[np.int64]
    nearest: NDArray[np.int64]
    features: NDArray[np.float32]
    bought: NDArray[np.bool_]

    def with_features(self, names: tuple[str, ...], columns: NDArray[np.float32]) -> Examples:
        """Return the same rows with more features; ``columns`` is (n_rows, len(names))."""
        return replace(self, feature_names=self.feature_names + names, features=np.hstack([self.features, columns]))

    def with_only(self, names: tuple[str, ...]) -> Examples:
        """Return the same rows with some of the features alone, in the order of ``names``; a copy only where needed.

        Raises ValueError for a feature that they have not.
        """
        if names == self.feature_names:
            return self
        chosen = [self.feature_names.index(name) for name in names]
        return replace(self, feature_names=names, features=self.features[:, chosen])

    def column(self, name: str) -> NDArray[np.float32]:
        """Return one feature (n_rows,)."""
        return np.asarray(self.features[:, self.feature_names.index(name)])


@dataclass(frozen=True)
class History:
    """What was bought before a cutoff: matrices (n_customers, n_products) over the whole catalogue."""

    customer_ids: NDArray[np.object_]
    order_counts: sp.csr_matrix
    days_since_last_order: sp.csr_matrix
    index: dict[str, int] = field(repr=False)

    def rows_of(self, customer_ids: NDArray[np.object_]) -> NDArray[np.int64]:
        """Return the row of each customer; -1 for one without purchases."""
        return np.array([self.index.get(customer, -1) for customer in customer_ids], dtype=np.int64)

    def orders_of(self, rows: NDArray[np.int64]) -> sp.csr_matrix:
        """Return the order counts of the customers in ``rows``, (n_rows, n_products); none for a row of -1."""
        known = np.flatnonzero(rows >= 0)
        chosen = sp.csr_matrix((np.ones(len(known)), (known, rows[known])), (len(rows), len(self.customer_ids)))
        return (chosen @ self.order_counts).tocsr()

    def bought(self) -> sp.csr_matrix:
        """Return 1 for each product a customer bought."""
        return self._by_age(np.ones_like)

    def bought_within(self, days: int) -> sp.csr_matrix:
        """Return 1 for each product a customer bought in the last ``days``."""
        return self._by_age(lambda ages: (ages <= days).astype(np.float64))

    def faded(self, days: float) -> sp.csr_matrix:
        """Return a weight for each product a customer bought, less by e for every ``days`` since the last time."""
        return self._by_age(lambda ages: np.exp(-ages / days))

    def _by_age(self, weight: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> sp.csr_matrix:
        weights = self.days_since_last_order.copy()
        weights.data = weight(weights.data)
        weights.eliminate_zeros()
        return weights


@dataclass(frozen=True)
class Labels:
    """What was bought in a cutoff's label window: pairs of ``customer_ids[customers]`` and product number."""

    customer_ids: NDArray[np.object_]
    customers: NDArray[np.int64]
    products: NDArray[np.int64]


class Warehouse:
    """Reads the recommender's models of a build database; makes nothing but temporary tables."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        connection.execute("""
            create or replace temporary table product_codes as
            select product_id, row_number() over (order by product_id) - 1 as code
            from (
                select product_id from rec_purchases
                union
                select product_id from rec_product_features  -- with new ones, which nobody has bought
            )
        """)
        self.product_ids = fetch_texts(self.connection, "select product_id from product_codes order by code")
        described = connection.execute("select column_name from (describe rec_examples)").fetchall()
        self.feature_names = tuple(name for (name,) in described if name not in KEY_COLUMNS)

    @cached_property
    def title_vectors(self) -> sp.csr_matrix | None:
        """The words of each product's title as weights, (n_products, n_words); None where titles say nothing."""
        return title_vectors(
            fetch_texts(
                self.connection,
                """
                select coalesce(products.title, '')
                from product_codes
                left join dim_products as products on product_codes.product_id = products.product_id
                order by product_codes.code
                """,
            )
        )

    def cutoffs(self) -> list[Cutoff]:
        """Return every cutoff, by source and from the latest to the earliest."""
        rows = self.connection.execute("""
            select cutoff_id, namespace, cutoff_role, cutoff_at, label_until, label_window_days
            from rec_cutoffs
            order by namespace, cutoff_at desc
        """).fetchall()
        return [Cutoff(*row) for row in rows]

    def latest_sources(self) -> list[tuple[str, datetime, datetime | None]]:
        """Return (cutoff id, cutoff, latest moment that any feature row was made of) for each cutoff."""
        return self.connection.execute("""
            select cutoff_id, any_value(cutoff_at), max(latest_source_at)
            from rec_examples
            group by cutoff_id
            order by cutoff_id
        """).fetchall()

    def examples(self, cutoff: Cutoff, customers_at_once: int | None = None) -> Iterator[Examples]:
        """Yield the candidates of a cutoff, in parts of so many customers (None: all in one part)."""
        customer_ids = fetch_texts(
            self.connection,
            "select customer_id from rec_target_customers where cutoff_id = ? order by customer_id",
            [cutoff.cutoff_id],
        )
        step = customers_at_once or max(len(customer_ids), 1)
        for start in range(0, len(customer_ids), step):
            yield self._examples_of(cutoff, customer_ids[start : start + step])

    def _examples_of(self, cutoff: Cutoff, customer_ids: NDArray[np.object_]) -> Examples:
        features = ", ".join(
            f"coalesce(cast(e.{name} as float), 'nan'::float) as {name}" for name in self.feature_names
        )
        columns = fetch_columns(
            self.connection,
            f"""
            with customer_codes as (
                select customer_id, row_number() over (order by customer_id) - 1 as code
                from rec_target_customers
                where cutoff_id = $cutoff and customer_id between $first and $last
            )

            select
                c.code as customer_code,
                p.code as product_code,
                coalesce(n.code, -1) as nearest_code,
                coalesce(e.is_bought, 0) as bought,
                {features}
            from rec_examples as e
            inner join customer_codes as c on e.customer_id = c.customer_id
            inner join product_codes as p on e.product_id = p.product_id
            left join product_codes as n on e.nearest_product_id = n.product_id
            where e.cutoff_id = $cutoff
            order by c.code, p.code
            """,
            {"cutoff": cutoff.cutoff_id, "first": customer_ids[0], "last": customer_ids[-1]},
        )
        return Examples(
            cutoff=cutoff,
            feature_names=self.feature_names,
            customer_ids=customer_ids,
            customers=columns["customer_code"].astype(np.int64),
            products=columns["product_code"].astype(np.int64),
            nearest=columns["nearest_code"].astype(np.int64),
            features=np.column_stack([columns[name].astype(np.float32, copy=False) for name in self.feature_names]),
            bought=columns["bought"].astype(np.bool_),
        )

    def history(self, cutoff: Cutoff) -> History:
        """Return what every customer bought before the cutoff."""
        columns = fetch_columns(
            self.connection,
            """
            select
                dense_rank() over (order by f.customer_id) - 1 as customer_code,
                p.code as product_code,
                f.order_count,
                f.days_since_last_order
            from rec_customer_product_features as f
            inner join product_codes as p on f.product_id = p.product_id
            where f.cutoff_id = ? and f.order_count > 0
            order by customer_code, product_code
            """,
            [cutoff.cutoff_id],
        )
        customer_ids = fetch_texts(
            self.connection,
            """
            select distinct customer_id from rec_customer_product_features
            where cutoff_id = ? and order_count > 0 order by customer_id
            """,
            [cutoff.cutoff_id],
        )
        where = (columns["customer_code"].astype(np.int64), columns["product_code"].astype(np.int64))
        shape = (len(customer_ids), len(self.product_ids))
        return History(
            customer_ids=customer_ids,
            order_counts=sp.csr_matrix((columns["order_count"].astype(np.float64), where), shape),
            days_since_last_order=sp.csr_matrix((columns["days_since_last_order"].astype(np.float64), where), shape),
            index={customer: row for row, customer in enumerate(customer_ids)},
        )

    def labels(self, cutoff: Cutoff) -> Labels:
        """Return what was bought in the label window, also by customers whom nobody knew before."""
        columns = fetch_columns(
            self.connection,
            """
            select dense_rank() over (order by l.customer_id) - 1 as customer_code, p.code as product_code
            from rec_labels as l
            inner join product_codes as p on l.product_id = p.product_id
            where l.cutoff_id = ?
            order by customer_code, product_code
            """,
            [cutoff.cutoff_id],
        )
        customer_ids = fetch_texts(
            self.connection,
            "select distinct customer_id from rec_labels where cutoff_id = ? order by customer_id",
            [cutoff.cutoff_id],
        )
        return Labels(customer_ids, columns["customer_code"].astype(np.int64), columns["product_code"].astype(np.int64))
