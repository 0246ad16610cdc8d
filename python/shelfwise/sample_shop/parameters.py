"""What a simulated shop is made from: seed, size and period. Equal parameters make equal shops, to the byte."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from shelfwise.errors import ShelfwiseError

SIZES: dict[str, int] = {"small": 400, "default": 8_000, "large": 80_000}
DEFAULT_DAYS = 90
DEFAULT_UNTIL = date(2026, 9, 30)


@dataclass(frozen=True)
class ShopParameters:
    """Seed, number of customers with an account, and the days simulated (the last one is `until`)."""

    seed: int
    customer_count: int = SIZES["default"]
    days: int = DEFAULT_DAYS
    until: date = DEFAULT_UNTIL

    def __post_init__(self) -> None:
        """Refuse what cannot be simulated. Raises ShelfwiseError."""
        if not 50 <= self.customer_count <= 500_000:
            raise ShelfwiseError(
                f"the sample shop cannot have {self.customer_count} customers",
                remedy=f"Choose {', '.join(SIZES)} or a number from 50 to 500000.",
            )
        if not 7 <= self.days <= 1_000:
            raise ShelfwiseError(f"the sample shop cannot run {self.days} days", remedy="Choose 7 to 1000 days.")
        if self.seed < 0:
            raise ShelfwiseError(f"the seed {self.seed} is negative", remedy="Choose a whole number from 0.")

    @property
    def first_day(self) -> date:
        """The first day simulated, and the first landing date."""
        return self.until - timedelta(days=self.days - 1)

    @property
    def product_count(self) -> int:
        """Products in the catalogue: 1,500 at the default size, growing with the root of the customers."""
        return int(np.clip(round(1_500 * (self.customer_count / SIZES["default"]) ** 0.5), 240, 6_000))

    def date_of(self, day: int) -> date:
        """Return the date of a day counted from the first."""
        return self.first_day + timedelta(days=day)

    def day_of(self, when: date) -> int:
        """Return the number of days from the first day to `when`."""
        return (when - self.first_day).days

    def random(self, purpose: str) -> np.random.Generator:
        """Return a generator of its own for each purpose, so that a change in one leaves the others' draws alone."""
        return np.random.default_rng([self.seed, zlib.crc32(purpose.encode())])


def customers_of_size(size: str | int) -> int:
    """Return the number of customers that a size stands for: `small`, `default`, `large`, or a number.

    Raises ShelfwiseError for anything else.
    """
    if isinstance(size, int):
        return size
    if size in SIZES:
        return SIZES[size]
    if size.isdecimal():
        return int(size)
    raise ShelfwiseError(f"unknown size {size!r}", remedy=f"Choose {', '.join(SIZES)}, or a number of customers.")
