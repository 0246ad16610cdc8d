"""The body of a request becomes rows to keep and events to set aside; each event is in one of the two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import msgspec

from shelfwise.collector.calls import decode_batch, decode_call
from shelfwise.collector.dead_letters import DeadLetter, dead_letter
from shelfwise.collector.fields import RejectedError, moment
from shelfwise.collector.frames import frame
from shelfwise.collector.impersonal import (
    Pseudonymise,
    may_hold_contacts,
    under_pseudonym,
    without_contacts_in,
)
from shelfwise.collector.rows import LandingRow, Receipt, landing_row

_encoder = msgspec.json.Encoder()


class TooManyEventsError(Exception):
    """A batch is longer than one request may be."""


@dataclass
class Intake:
    """What became of a request's events."""

    rows: list[LandingRow] = field(default_factory=list)
    rejected: list[DeadLetter] = field(default_factory=list)
    pseudonymise: Pseudonymise | None = None

    @property
    def row_frame(self) -> bytes:
        """The rows as they go to a segment."""
        return framed(self.rows)

    @property
    def rejected_frame(self) -> bytes:
        """The rejected events as they go to the dead letter."""
        return framed(self.rejected)


def framed(records: Sequence[msgspec.Struct]) -> bytes:
    """Return records as one frame of JSON lines, nothing for none."""
    return frame(_encoder.encode_lines(records)) if records else b""


def take_call(
    body: bytes,
    method: str | None,
    receipt: Receipt,
    *,
    event_bytes: int,
    letter_id: str | None = None,
    pseudonymise: Pseudonymise | None = None,
) -> Intake:
    """Take a body that is one event.

    `method` is what its path says, None for an event of a batch. `letter_id` is of the dead letter that the event
    comes from; an event without a message id is known by it. `pseudonymise` is given where customers land under
    pseudonyms.
    """
    intake = Intake(pseudonymise=pseudonymise)
    _take(intake, body, receipt, method, event_bytes, letter_id)
    return intake


def take_batch(
    body: bytes,
    receipt: Receipt,
    *,
    event_bytes: int,
    most: int,
    letter_id: str | None = None,
    pseudonymise: Pseudonymise | None = None,
) -> Intake:
    """Take a body that is a batch; one that is none, or was sent at no time, is set aside whole.

    Raises TooManyEventsError when it has more than `most` events.
    """
    intake = Intake(pseudonymise=pseudonymise)
    try:
        batch = decode_batch(body)
        of_batch = replace(receipt, sent_at=moment(batch.sent_at, "sentAt"))
    except RejectedError as error:
        intake.rejected.append(dead_letter(body, error, receipt, "batch", pseudonymise))
        return intake
    if len(batch.batch) > most:
        raise TooManyEventsError
    for position, raw in enumerate(batch.batch):
        message_id = f"{letter_id}/{position}" if letter_id else None
        _take(intake, raw, of_batch, None, event_bytes, message_id)
    return intake


def _take(
    intake: Intake,
    raw: bytes | msgspec.Raw,
    receipt: Receipt,
    method: str | None,
    event_bytes: int,
    message_id: str | None,
) -> None:
    try:
        if len(memoryview(raw)) > event_bytes:
            raise RejectedError("too_large", f"the event is larger than {event_bytes:,} bytes")
        call = under_pseudonym(decode_call(raw), intake.pseudonymise)
        row = landing_row(call, receipt, method, message_id)
        intake.rows.append(without_contacts_in(row) if may_hold_contacts(bytes(raw), receipt.user_agent) else row)
    except RejectedError as error:
        intake.rejected.append(dead_letter(raw, error, receipt, method, intake.pseudonymise))
