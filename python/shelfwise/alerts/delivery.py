"""Sending through a channel that may be down: tried again, written down, and never an error for who sends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from shelfwise.alerts.channels import Channel, channels
from shelfwise.alerts.messages import Attachment, Message
from shelfwise.errors import ShelfwiseError
from shelfwise.redaction import without_contacts
from shelfwise.settings import Settings

PAUSES = (0.5, 2.0)  # seconds between the attempts


@dataclass(frozen=True)
class Delivery:
    """What became of a message in one channel; `problem` is empty where it went."""

    channel: str
    at: datetime
    attempts: int
    problem: str = ""

    @property
    def went(self) -> bool:
        """Whether the channel took the message."""
        return not self.problem


def deliver(channel: Channel, message: Message, *, pause: Callable[[float], None] = time.sleep) -> Delivery:
    """Send through one channel, three times at most."""
    for attempt, seconds in enumerate((*PAUSES, None), 1):
        try:
            channel.send(message)
        except (OSError, ShelfwiseError, ValueError) as error:
            if seconds is None:
                return Delivery(channel.name, datetime.now(UTC), attempt, described(error))
            pause(seconds)
        else:
            return Delivery(channel.name, datetime.now(UTC), attempt)
    raise AssertionError("unreachable")


def described(error: Exception) -> str:
    """Return an error's kind and its words, without addresses of people."""
    words = error.message if isinstance(error, ShelfwiseError) else f"{type(error).__name__}: {error}"
    return without_contacts(" ".join(words.split()))[:300]


def send_report(
    settings: Settings, *, subject: str, html: str, summary: Iterable[str], name: str = "report.html"
) -> list[Delivery]:
    """Send a report through every channel: mail gets it as an attachment, the others its summary, a paragraph each.

    Returns what became of it in each channel; an empty list where none is configured.
    """
    message = Message(subject, "report", paragraphs=tuple(summary), attachment=Attachment(name, html))
    return [deliver(channel, message) for channel in channels(settings)]


def send_test(settings: Settings) -> list[Delivery]:
    """Send a message through every channel that says it is a test."""
    message = Message(
        "test message",
        "test",
        paragraphs=("Alerts of this Shelfwise reach you here. `shelfwise alert test` sent this; nothing is wrong.",),
    )
    return [deliver(channel, message) for channel in channels(settings)]
