"""Rejected events as they are kept: what was wrong, and what was sent."""

from __future__ import annotations

import secrets
from datetime import datetime

import msgspec

from shelfwise.collector.fields import RejectedError
from shelfwise.collector.impersonal import Pseudonymise, impersonal_text
from shelfwise.collector.rows import Receipt
from shelfwise.redaction import without_contacts


class DeadLetter(msgspec.Struct, omit_defaults=True):
    r"""An event that was not taken, or a body that could not be read.

    `method` is what the path said, `batch` for a body; None for an event of a batch, which says it itself. `sent_at`
    is of the batch. `text` is what was sent, but for what is not kept of a person, and whatever is not UTF-8 is
    written as ``\xff``.
    """

    id: str
    received_at: datetime
    reason: str
    detail: str
    text: str
    method: str | None = None
    namespace: str | None = None
    user_agent: str | None = None
    sent_at: datetime | None = None

    @property
    def receipt(self) -> Receipt:
        """What was known of the request."""
        return Receipt(self.received_at, self.namespace, self.user_agent, self.sent_at)


def dead_letter(
    raw: bytes | msgspec.Raw,
    error: RejectedError,
    receipt: Receipt,
    method: str | None,
    pseudonymise: Pseudonymise | None = None,
) -> DeadLetter:
    """Return what is kept of a rejected event."""
    return DeadLetter(
        id=f"{receipt.received_at:%Y%m%dT%H%M%S}-{secrets.token_hex(6)}",
        received_at=receipt.received_at,
        reason=error.reason,
        detail=error.detail,
        text=impersonal_text(bytes(raw), pseudonymise),
        method=method,
        namespace=receipt.namespace,
        user_agent=receipt.user_agent and without_contacts(receipt.user_agent),
        sent_at=receipt.sent_at,
    )
