"""BG/NBD and Gamma-Gamma (Fader, Hardie & Lee 2005) by the library `lifetimes`, asked what our models are asked.

They learn from the histories before the cutoff alone, and never see an outcome; so `fit` has nothing to do.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
from lifetimes import BetaGeoFitter, GammaGammaFitter
from numpy.typing import NDArray

from shelfwise.forecasting.customers import QUESTIONS, Question
from shelfwise.forecasting.rows import Rows

Floats = NDArray[np.float64]

NAME = "bg_nbd"
# The library's own 1e-7 fails where hardly anybody drops out, as in Online Retail: the likelihood has no peak there.
TOLERANCE = 1e-4


class BuyTillYouDie:
    """A customer's future orders after their frequency, recency and age."""

    windows = 1

    def __init__(self, random_state: int) -> None:
        del random_state  # draws nothing

    def fit(self, rows: Rows, target: Floats) -> BuyTillYouDie:
        """Learn nothing: outcomes of the past are not what these models learn from."""
        del rows, target
        return self

    def histories(self, rows: Rows) -> tuple[Floats, Floats, Floats]:
        """Return repeat orders, age at the last order and age, in days."""
        repeats = np.maximum(rows["order_day_count"] - 1, 0)
        age = rows["days_since_first_order"]
        recency = np.where(repeats > 0, age - rows["days_since_last_order"], 0.0)
        return repeats, recency, age

    def fitted(self, rows: Rows) -> tuple[Any, Floats, Floats, Floats]:
        """Return the model of these histories, and the histories."""
        repeats, recency, age = self.histories(rows)
        with np.errstate(all="ignore"), warnings.catch_warnings():  # the search steps where the likelihood ends
            warnings.simplefilter("ignore")
            return BetaGeoFitter().fit(repeats, recency, age, tol=TOLERANCE), repeats, recency, age

    def no_order(self, rows: Rows) -> Floats:
        """Return the probability that no order comes within so many windows."""
        model, repeats, recency, age = self.fitted(rows)
        days = self.windows * rows["window_days"]
        alive = np.asarray(model.conditional_probability_alive(repeats, recency, age), dtype=np.float64)
        r, alpha = model.params_["r"], model.params_["alpha"]
        # Who is alive leaves only after an order: none comes with what their rate, Gamma(r + x, alpha + T), says.
        silent = ((alpha + age) / (alpha + age + days)) ** (r + repeats)
        return np.asarray(1 - alive + alive * silent)

    def predict(self, rows: Rows) -> Floats:
        """Return the probability of an order within the window."""
        return 1 - self.no_order(rows)


class BuyTillYouDieLapse(BuyTillYouDie):
    """The probability of none within three windows."""

    windows = 3

    def predict(self, rows: Rows) -> Floats:
        """Return the probability of no order within three windows."""
        return self.no_order(rows)


class BuyTillYouDieValue(BuyTillYouDie):
    """Expected orders, times what Gamma-Gamma expects an order to come to."""

    windows = 3

    def predict(self, rows: Rows) -> Floats:
        """Return the expected amount of three windows."""
        model, repeats, recency, age = self.fitted(rows)
        days = self.windows * rows["window_days"][0]
        orders = model.conditional_expected_number_of_purchases_up_to_time(days, repeats, recency, age)
        amounts = np.maximum(rows["mean_order_value"], 0.01)
        spend = GammaGammaFitter().fit(repeats[repeats > 0], amounts[repeats > 0], tol=TOLERANCE)
        return np.asarray(orders * spend.conditional_expected_average_profit(repeats, amounts), dtype=np.float64)


MODELS = {
    "purchase_probability": BuyTillYouDie,
    "lapse_probability": BuyTillYouDieLapse,
    "expected_value": BuyTillYouDieValue,
}


def questions() -> list[Question]:
    """Return our questions with this one among those who answer."""
    return [replace(of, models={**of.models, NAME: MODELS[of.metric]}) for of in QUESTIONS]
