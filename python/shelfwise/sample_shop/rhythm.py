"""When people shop, and for what: weekdays, hours, seasons, promotions and holidays."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from shelfwise.sample_shop.vocabulary import DEPARTMENTS, LEAVES

# Monday to Sunday: evenings at home on Sunday and Monday sell most, Saturday least.
WEEKDAY_TRAFFIC = (1.12, 1.04, 1.00, 0.98, 0.92, 0.84, 1.16)
YEARLY_GROWTH = 0.8
# Share of visits by the hour of a working day and of a weekend day.
WORKDAY_HOURS = (6, 3, 2, 1, 1, 3, 8, 18, 26, 30, 33, 36, 46, 42, 34, 33, 36, 42, 50, 60, 68, 64, 44, 20)
WEEKEND_HOURS = (9, 5, 3, 2, 1, 2, 5, 11, 24, 40, 52, 56, 54, 50, 47, 46, 45, 46, 48, 52, 56, 50, 36, 20)


@dataclass(frozen=True)
class Promotion:
    """Days of lower prices and more visits, in some departments or in all."""

    name: str
    first: date
    last: date
    discount: float
    traffic: float
    departments: tuple[str, ...] = DEPARTMENTS


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """Return the nth weekday (0 is Monday) of a month; nth = -1 is the last."""
    days = [week[weekday] for week in calendar.monthcalendar(year, month) if week[weekday]]
    return date(year, month, days[nth if nth < 0 else nth - 1])


@cache
def promotions_of(year: int) -> tuple[Promotion, ...]:
    """Return the year's promotions, in order."""
    black_friday = nth_weekday(year, 11, calendar.THURSDAY, 4) + timedelta(days=1)
    spring = nth_weekday(year, 5, calendar.MONDAY, 1)
    august = nth_weekday(year, 8, calendar.MONDAY, -1)
    summer = nth_weekday(year, 7, calendar.FRIDAY, -1)
    anniversary = nth_weekday(year, 9, calendar.THURSDAY, 3)
    outdoors = ("Garden & Outdoor", "Sport & Fitness")
    school = ("Office & Craft", "Electronics")
    fitness = ("Sport & Fitness", "Food & Drink")
    return (
        Promotion("New year", date(year, 1, 2), date(year, 1, 8), 0.15, 1.1, fitness),
        Promotion("Spring bank holiday", spring - timedelta(days=2), spring, 0.15, 1.15, outdoors),
        Promotion("Summer sale", summer, summer + timedelta(days=3), 0.20, 1.35),
        Promotion("August bank holiday", august - timedelta(days=2), august, 0.15, 1.15, outdoors),
        Promotion("Back to school", date(year, 9, 1), date(year, 9, 6), 0.15, 1.15, school),
        Promotion("Anniversary day", anniversary, anniversary, 0.15, 1.3),
        Promotion("Black Friday", black_friday, black_friday + timedelta(days=3), 0.25, 2.0),
        Promotion("Winter sale", date(year, 12, 26), date(year, 12, 31), 0.20, 1.4),
    )  # fmt: skip


def promotion_on(day: date) -> Promotion | None:
    """Return the promotion that runs on a day, if any."""
    return next((promotion for promotion in promotions_of(day.year) if promotion.first <= day <= promotion.last), None)


def traffic_on(day: date, days_since_start: int) -> float:
    """Return how many visits a day gets, as a multiple of the first days' average."""
    promotion = promotion_on(day)
    closed = 0.45 if (day.month, day.day) in {(12, 25), (1, 1)} else 1.0
    payday = 1.06 if day.day >= 28 or day.day <= 2 else 1.0
    growth = (1 + YEARLY_GROWTH) ** (days_since_start / 365)
    promoted = promotion.traffic if promotion else 1.0
    return float(WEEKDAY_TRAFFIC[day.weekday()] * growth * closed * payday * promoted)


def season_on(day: date) -> NDArray[np.float64]:
    """Return the interest of a day in each leaf category, as an addition to its log weight; shape (leaves,)."""
    month = day.month + (day.day - 15) / 30
    peaks = np.array([leaf.peak for leaf in LEAVES])
    return np.where(peaks > 0, 0.8 * np.cos(2 * np.pi * (month - peaks) / 12), 0.0)


def seconds_of_day(day: date, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw `count` times of day, in seconds, by the rhythm of a working or weekend day."""
    hours = np.array(WEEKEND_HOURS if day.weekday() >= 5 else WORKDAY_HOURS, dtype=np.float64)
    return rng.choice(24, size=count, p=hours / hours.sum()) * 3_600 + rng.integers(0, 3_600, size=count)
