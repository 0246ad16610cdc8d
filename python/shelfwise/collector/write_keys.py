"""Whose events these are: each sender has a write key, each key belongs to a shop."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from dataclasses import dataclass

from shelfwise.errors import ShelfwiseError

_NAMESPACE = re.compile(r"[a-z0-9_]+")


@dataclass(frozen=True)
class WriteKey:
    """A key and the shop that its events are of, None for the default shop of source `web`."""

    key: str
    namespace: str | None


def parse_write_keys(text: str) -> tuple[WriteKey, ...]:
    """Return the keys of ``key:namespace,key2``. Raises ShelfwiseError, without naming a key, when one is malformed."""
    keys = []
    for position, entry in enumerate((part.strip() for part in text.split(",") if part.strip()), 1):
        key, colon, namespace = entry.partition(":")
        if not key or (colon and not _NAMESPACE.fullmatch(namespace)):
            raise ShelfwiseError(
                f"SHELFWISE_WRITE_KEYS: entry {position} is not of the form key or key:namespace",
                remedy="A namespace is lower case letters, digits and _; entries are separated by commas",
            )
        keys.append(WriteKey(key, namespace or None))
    return tuple(keys)


def find_write_key(keys: tuple[WriteKey, ...], given: str) -> WriteKey | None:
    """Return the key that was given, if it is one; the time this takes does not tell how near a guess was."""
    found = None
    for key in keys:
        if hmac.compare_digest(key.key.encode(), given.encode()):
            found = key
    return found


def basic_user_name(authorization: str | None) -> str | None:
    """Return the user name of a Basic `Authorization` header, where SDKs put the write key; None for any other."""
    scheme, _, credentials = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[0] or None
    except (binascii.Error, ValueError):
        return None
