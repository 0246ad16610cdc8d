"""Who likes what: the one place where the simulator decides what a person would click and buy.

A person's interest in a product is the log-odds of a click, a sum of: the inner product of latent tastes with the
product's latent factors, the person's fondness of the brand, the product's popularity and newness, a quadratic penalty
for a price level other than the person's own, price sensitivity times the discount, and what earlier purchases made
the person want (`shelfwise.sample_shop.wants`).
"""

from __future__ import annotations

import numpy as np

from shelfwise.sample_shop.catalogue import Catalogue, Floats, Ints
from shelfwise.sample_shop.customers import People
from shelfwise.sample_shop.wants import Wants

CLICK_BASE = -3.7
CART_BASE = -1.05
ACCESSORY = 1.9
# Log-odds that a visit which stays is meant to buy: those who run out of something mostly are.
BUYING_BASE = -0.05
BUYING_INTENT = 1.5
BUYING_DUE = 1.4
# Baskets that reach the checkout, and those that are ordered at last, by device category.
BEGIN_CHECKOUT = np.array([0.73, 0.56, 0.64])
COMPLETION = np.array([0.58, 0.37, 0.47])
KEPT_IN_BASKET = 0.92


class Preferences:
    """Interest, click and purchase probabilities of people and products given by their indexes."""

    def __init__(self, catalogue: Catalogue, people: People) -> None:
        self.catalogue = catalogue
        self.people = people
        self.wants = Wants(catalogue, people)

    def interest(self, people: Ints, products: Ints, day: int) -> Floats:
        """Return the interest of each pair of person and product on a day, all of shape (pairs,)."""
        catalogue, of = self.catalogue, self.people
        priced = min(day, len(catalogue.prices) - 1)
        discount = np.log(catalogue.list_price[products] / catalogue.prices[priced, products])
        age = np.maximum(0, day - catalogue.launch_day[products])
        taste: Floats = np.einsum("ij,ij->i", of.tastes[people], catalogue.factors[products])
        return np.asarray(
            1.1 * taste
            + of.brand_weights[people, catalogue.brand[products]]
            + catalogue.popularity[products]
            + 0.8 * np.exp(-age / 14)
            - 0.3 * (catalogue.relative_price[products] - of.price_level[people]) ** 2
            + of.price_sensitivity[people] * discount
            + self.wants.strength(people, products, day)
        )

    def click_probability(self, people: Ints, products: Ints, day: int) -> Floats:
        """Return how likely each person clicks the product once they notice it in a list."""
        return logistic(CLICK_BASE + self.interest(people, products, day))

    def accessory_probability(self, people: Ints, products: Ints, day: int) -> Floats:
        """Return how likely each person clicks the product where it is offered with one it completes."""
        return logistic(CLICK_BASE + ACCESSORY + self.interest(people, products, day))

    def cart_probability(self, people: Ints, products: Ints, day: int) -> Floats:
        """Return how likely each person who has come to buy puts the product into the basket once they view it.

        Nothing that is out of stock goes into a basket.
        """
        stocked = self.catalogue.in_stock[min(day, len(self.catalogue.in_stock) - 1), products]
        interest = 0.6 * self.interest(people, products, day) + self.people.intent[people]
        wanted = 0.5 * np.maximum(0, self.wants.strength(people, products, day))
        return np.asarray(np.where(stocked, logistic(CART_BASE + interest + wanted), 0.0))

    def buying_probability(self, people: Ints, day: int) -> Floats:
        """Return how likely each person who visits on a day, and stays, has come to buy."""
        waiting, _ = self.wants.due(day)
        is_due = np.isin(people, waiting)
        return logistic(BUYING_BASE + BUYING_INTENT * self.people.intent[people] + BUYING_DUE * is_due)

    def purchase_probability(self, people: Ints, products: Ints, day: int) -> Floats:
        """Return how likely each person orders the product, once they view it on their first device and stay."""
        category = self.people.device_category(self.people.devices[people, 0])
        carts = self.buying_probability(people, day) * self.cart_probability(people, products, day)
        return np.asarray(carts * KEPT_IN_BASKET * COMPLETION[category])


def logistic(log_odds: Floats) -> Floats:
    """Return the probabilities of log odds."""
    return np.asarray(1 / (1 + np.exp(-log_odds)))
