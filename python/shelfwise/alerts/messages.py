"""What is told: causes, and the message that carries them; nothing in it names a person."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from shelfwise.redaction import without_contacts

Severity = Literal["error", "warning", "info"]
LONGEST_CAUSE = 600
LONGEST_SUBJECT = 150


@dataclass(frozen=True)
class Cause:
    """One thing to be told, and what its reader needs to act.

    `key` is the same as long as the cause is the same; `topic` is what was looked at when it was found, so that a
    later look can tell that it is over. An `is_event` happened on a day and cannot be over: it is told once.
    """

    key: str
    topic: str
    severity: Severity
    title: str
    text: str
    owner: str
    command: str
    first_row: Mapping[str, Any] | None = None
    is_event: bool = False

    def lines(self) -> list[str]:
        """Return what a person reads below the title."""
        row = json.dumps(self.first_row, ensure_ascii=False, default=str) if self.first_row else ""
        parts = (("", self.text), ("first bad row: ", row), ("owner: ", self.owner), ("look further: ", self.command))
        return [without_contacts(f"{label}{_short(text)}") for label, text in parts if text]


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    html: str


@dataclass(frozen=True)
class Message:
    """What a channel sends: a subject, causes with their lines or free lines, and maybe a report."""

    subject: str
    kind: Literal["alert", "resolved", "report", "test"]
    causes: tuple[Cause, ...] = ()
    paragraphs: tuple[str, ...] = ()
    attachment: Attachment | None = None
    sent_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def title(self) -> str:
        """The subject on one line, as a header of a mail must be."""
        return re.sub(r"\s+", " ", without_contacts(self.subject)).strip()[:LONGEST_SUBJECT]

    def sections(self) -> list[tuple[str, list[str]]]:
        """Return (heading, lines) for each cause, then for the paragraphs."""
        parts = [(f"{cause.severity.upper()}: {cause.title}", cause.lines()) for cause in self.causes]
        return [*parts, *(("", [without_contacts(paragraph)]) for paragraph in self.paragraphs)]

    def text(self) -> str:
        """Return the message as plain text."""
        blocks = ("\n".join(filter(None, [heading, *lines])) for heading, lines in self.sections())
        return "\n\n".join([self.title, *blocks])


def headline(causes: Sequence[Cause], *, over: bool = False) -> str:
    """Return the subject for causes: the first in words, the others counted."""
    worst = sorted(causes, key=lambda cause: ("error", "warning", "info").index(cause.severity))[0]
    more = f" (and {len(causes) - 1} more)" if len(causes) > 1 else ""
    return f"{'resolved: ' if over else ''}{worst.title}{more}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_CAUSE else text[: LONGEST_CAUSE - 1] + "…"
