"""How a shop knows that two addresses are one person's, without an address ever landing."""

from __future__ import annotations

import hashlib
import re

from shelfwise.landing.tabular import Field


def contact_hash(contact: str) -> str:
    """Return the SHA-256 of a normalised e-mail address; a hash stays as it is."""
    normalised = contact.strip().lower()
    if re.fullmatch(r"[0-9a-f]{64}", normalised) or not normalised:
        return normalised
    return hashlib.sha256(normalised.encode()).hexdigest()


# Whatever a shop calls the column, and whatever stands in it: no address lands.
CONTACT = Field(
    "contact_hash",
    ("contact_hash", "email_sha256", "email_hash", "email", "email_address", "contact_email", "customer_email"),
    optional=True,
    convert=contact_hash,
)
