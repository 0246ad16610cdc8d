"""Rejected events as an operator sees them in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from shelfwise.collector.dead_letter_box import Dropped
from shelfwise.collector.dead_letters import DeadLetter
from shelfwise.collector.replay import ReasonGroup


def overview(groups: Sequence[ReasonGroup], dropped: Dropped) -> str:
    """Return how many events were rejected for which reason, with the latest of each and its id in full."""
    lines = [line for group in groups for line in _lines_of(group)] or ["The dead letter is empty."]
    if dropped.count and dropped.latest_at is not None:
        lines.append(
            f"{dropped.count:,} older events were given up for want of room, the last on "
            f"{dropped.latest_at:%Y-%m-%d %H:%M} UTC; SHELFWISE_COLLECTOR_DEAD_LETTER_BYTES says how much is kept."
        )
    return "\n".join(lines)


def _lines_of(group: ReasonGroup) -> tuple[str, str]:
    latest = group.latest
    return (
        f"{group.count:>9,}  {group.reason}",
        f"{'':11}latest {latest.received_at:%Y-%m-%d %H:%M} UTC  {latest.id}  {latest.detail}",
    )


def description(letter: DeadLetter) -> str:
    """Return all that is known of a rejected event; control characters of its text are shown escaped."""
    facts = {
        "id": letter.id,
        "received": f"{letter.received_at:%Y-%m-%d %H:%M:%S} UTC",
        "reason": f"{letter.reason}: {letter.detail}",
        "method": letter.method or "as the event says",
        "shop": letter.namespace or "the default one of source web",
        "user agent": letter.user_agent or "unknown",
    }
    lines = [f"{name:<11}{_printable(value)}" for name, value in facts.items()]
    return "\n".join([*lines, "", _printable(letter.text)])


def _printable(text: str) -> str:
    return "".join(mark if mark.isprintable() or mark == "\n" else f"\\x{ord(mark):02x}" for mark in text)
