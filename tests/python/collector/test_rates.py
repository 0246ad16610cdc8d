"""Buckets of tokens: burst, rate, debt, and memory that stays bounded."""

from __future__ import annotations

import pytest

from shelfwise.collector import rates
from shelfwise.collector.rates import RateLimit, caller_address


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_allowed_and_then_the_rate_holds() -> None:
    clock = Clock()
    limit = RateLimit(5, clock=clock)
    sent = 0
    for _ in range(600):  # a minute of tries, ten a second
        if not limit.seconds_to_wait("a"):
            limit.charge("a", 1)
            sent += 1
        clock.now += 0.1
    assert 5 * 60 <= sent <= 5 * 60 + 5 * rates.BURST_SECONDS + 1


def test_a_large_batch_is_taken_and_owed() -> None:
    clock = Clock()
    limit = RateLimit(10, clock=clock)
    limit.charge("a", 1100)
    assert limit.seconds_to_wait("a") == 101
    clock.now += 101
    assert limit.seconds_to_wait("a") == 0
    assert limit.seconds_to_wait("b") == 0


def test_no_rate_is_no_limit() -> None:
    limit = RateLimit(0)
    limit.charge("a", 10**9)
    assert limit.seconds_to_wait("a") == 0


def test_senders_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "_MOST_SENDERS", 3)
    clock = Clock()
    limit = RateLimit(1, clock=clock)
    for sender in "abcd":
        limit.charge(sender, 100)
    assert [bool(limit.seconds_to_wait(sender)) for sender in "abcd"] == [False, True, True, True]


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "proxies", "address"),
    [
        ("192.0.2.1", "198.51.100.7", 0, "192.0.2.1"),
        ("192.0.2.1", "", 1, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", 1, "198.51.100.7"),
        ("192.0.2.1", "made up, 198.51.100.7", 1, "198.51.100.7"),
        ("192.0.2.1", "198.51.100.7, 192.0.2.9", 2, "198.51.100.7"),
        ("192.0.2.1", "198.51.100.7", 3, "198.51.100.7"),
        ("2001:db8:1:2:3::4", "", 0, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::4", "", 0, "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "", 0, "192.0.2.1"),
        ("fe80::1%eth0", "", 0, "fe80::/64"),
        ("192.0.2.1", ":" * 500, 1, ":" * 64),
        (None, "", 0, "unknown"),
    ],
)
def test_the_address_is_the_callers(peer: str | None, forwarded_for: str, proxies: int, address: str) -> None:
    assert caller_address(peer, forwarded_for, proxies) == address
