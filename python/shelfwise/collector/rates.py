"""How many events a sender may send: a bucket of tokens each, of the senders that were heard last."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable

#: so many seconds' worth may come at once
BURST_SECONDS = 10
_MOST_SENDERS = 20_000


class RateLimit:
    """Tokens by sender, refilled at a rate. Rate 0 limits nobody.

    A sender whose bucket is not empty may send a batch of any length, and owes what it did not have: whoever sends
    little is never stopped, and in the long run nobody is faster than the rate.
    """

    def __init__(self, rate: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def seconds_to_wait(self, sender: str) -> int:
        """Return after how many seconds a sender may send, 0 for now."""
        if not self._rate:
            return 0
        level = self._level(sender)
        return 0 if level > 0 else math.ceil((1 - level) / self._rate)

    def charge(self, sender: str, events: int) -> None:
        """Take tokens for events that a sender has sent."""
        if not self._rate:
            return
        self._levels[sender] = (self._level(sender) - events, self._clock())
        self._levels.move_to_end(sender)
        if len(self._levels) > _MOST_SENDERS:
            self._levels.popitem(last=False)

    def _level(self, sender: str) -> float:
        most = float(self._rate * BURST_SECONDS)
        level, at = self._levels.get(sender, (most, 0.0))
        return min(most, level + (self._clock() - at) * self._rate)


def caller_address(peer: str | None, forwarded_for: str, proxies: int) -> str:
    """Return the address to limit.

    Each of our own proxies adds the address it was called from to `X-Forwarded-For`, so with `proxies` of them the
    caller is so many entries from the end; what stands before may be made up. Of IPv6 it is the network, /64, of
    which one household has all addresses.
    """
    address = peer or "unknown"
    if proxies and forwarded_for:
        named = [part.strip() for part in forwarded_for.split(",")]
        address = named[max(len(named) - proxies, 0)]
    if ":" not in address:
        return address[:64]
    try:
        parsed = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((parsed, 64), strict=False))
