"""Rows as the feature models make them, from weeks and customers that a test makes up."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from shelfwise.forecasting.rows import Rows

FIRST_WEEK = np.datetime64(date(2025, 1, 6))


def series_rows(weeks: NDArray[np.float64], first_weeks: list[int] | None = None) -> Rows:
    """Return the examples of series, (n_series, n_weeks); a series may begin later than the shop."""
    n_series, n_weeks = weeks.shape
    rows: list[dict[str, object]] = []
    for series in range(n_series):
        first = first_weeks[series] if first_weeks else 0
        for known in range(first + 1, n_weeks + 1):
            before = weeks[series, first:known]
            changes = np.abs(np.diff(before))[-26:]
            for week in range(1, 5):
                target = known + week - 1
                rows.append(
                    {
                        "series_id": f"s{series:02}",
                        "cutoff_date": FIRST_WEEK + np.timedelta64(7 * known, "D"),
                        "cutoff_number": n_weeks - known,
                        "week_number": week,
                        "week_start_date": FIRST_WEEK + np.timedelta64(7 * target, "D"),
                        "week_count": len(before),
                        **{
                            f"value_{back}_before": before[-back] if back <= len(before) else np.nan
                            for back in range(1, 5)
                        },
                        **{f"mean_{length}_weeks": before[-length:].mean() for length in (4, 8, 13)},
                        "zero_share_8_weeks": (before[-8:] == 0).mean(),
                        "usual_change": changes.mean() if len(changes) else np.nan,
                        "value_year_before": weeks[series, target - 52] if target - 52 >= first else np.nan,
                        "mean_4_weeks_year_before": np.nan,
                        "shop_value_1_before": weeks[:, known - 1].sum(),
                        "shop_mean_4_weeks": weeks[:, max(0, known - 4) : known].mean(),
                        "shop_mean_13_weeks": weeks[:, max(0, known - 13) : known].mean(),
                        "share_of_year": target % 52 / 52,
                        "target_value": weeks[series, target] if target < n_weeks else np.nan,
                    }
                )
    return Rows({name: np.array([row[name] for row in rows]) for name in rows[0]})


def customer_rows(n_customers: int = 300, seed: int = 1, habit: float = 1.0, n_cutoffs: int = 9) -> Rows:
    """Return the examples of customers who order at rates of their own; with ``habit`` 0 nothing tells them apart."""
    generator = np.random.default_rng(seed)
    rates = generator.gamma(1.0, 1.0, n_customers) ** habit * 0.4
    spends = np.exp(generator.normal(3, 0.6 * habit, n_customers))
    orders = generator.poisson(rates[:, None], (n_customers, n_cutoffs + 3))  # a window in a column, oldest first
    orders[:, 0] += 1
    rows = []
    for cutoff in range(n_cutoffs):
        known = n_cutoffs + 3 - cutoff
        for customer in range(n_customers):
            before, after = orders[customer, :known], orders[customer, known:]
            last = known - 1 - int(np.flatnonzero(before)[-1])
            count, spend = before.sum(), spends[customer]
            rows.append(
                {
                    "customer_id": f"s:{customer:04}",
                    "cutoff_number": cutoff,
                    "window_days": 30,
                    "days_since_last_order": 30 * last + 15,
                    "days_since_first_order": 30 * known,
                    "order_count": count,
                    "order_day_count": count,
                    **{f"order_count_{n}_windows": before[-n:].sum() for n in (1, 2, 3, 6)},
                    "mean_gap_days": 30 * known / count if count > 1 else np.nan,
                    "net_revenue": count * spend,
                    **{f"net_revenue_{n}_windows": before[-n:].sum() * spend for n in (1, 3, 6)},
                    "mean_order_value": spend,
                    "mean_basket_size": 3,
                    "return_line_count": 0,
                    "is_buying": float(after[0] > 0) if cutoff >= 1 else np.nan,
                    "is_lapsing": float(after[:3].sum() == 0) if cutoff >= 3 else np.nan,
                    "next_value": after[:3].sum() * spend if cutoff >= 3 else np.nan,
                }
            )
    return Rows(
        {
            name: np.array([row[name] for row in rows], dtype=object if name == "customer_id" else np.float64)
            for name in rows[0]
        }
    )
