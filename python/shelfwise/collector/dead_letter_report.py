"""Rejected events as an operator sees them in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from shelfwise.collector.dead_letter_box import Dropped
from shelfwise.collector.dead_letters import DeadLetter
from shelfwise.collector.replay import ReasonGroup


def print_groups(groups: Sequence[ReasonGroup], dropped: Dropped, console: Console) -> None:
    """Show how many events were rejected for which reason, and the id of the latest of each."""
    if groups:
        table = Table("Reason", "Events", "Latest", "Id of the latest", "What was wrong with it")
        for group in groups:
            latest = group.latest
            # Text: what a sender wrote must not be taken for markup
            cells = (group.reason, f"{group.count:,}", f"{latest.received_at:%Y-%m-%d %H:%M}", latest.id, latest.detail)
            table.add_row(*(Text(cell) for cell in cells))
        console.print(table)
    else:
        console.print("The dead letter is empty.")
    if dropped.count and dropped.latest_at is not None:
        console.print(
            f"{dropped.count:,} older events were given up for want of room, the last on "
            f"{dropped.latest_at:%Y-%m-%d %H:%M} UTC; SHELFWISE_COLLECTOR_DEAD_LETTER_BYTES says how much is kept."
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
