"""Who asks, and about whom: server keys, browser keys and signed customers.

A server key may name any customer. A browser key is public (it stands in the page), so it may not: with it a customer
needs a token that the shop's server has signed. Without any key everything is open, which only this machine may use.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import time
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from typing import Self

from shelfwise.errors import ShelfwiseError
from shelfwise.privacy.pseudonyms import pseudonym
from shelfwise.settings import Settings
from shelfwise.web.problems import ProblemError

logger = logging.getLogger(__name__)


class Caller(Enum):
    """What a request's key allows."""

    SERVER = "server"
    BROWSER = "browser"


@dataclass(frozen=True)
class Access:
    """The configured keys, as digests: of equal length, so that comparing them tells nothing by its time."""

    server_keys: tuple[bytes, ...]
    browser_keys: tuple[bytes, ...]
    token_secret: bytes | None
    pseudonym_key: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return what the settings allow."""
        secret = settings.token_secret
        return cls(
            tuple(_digest(key.get_secret_value()) for key in settings.server_keys),
            tuple(_digest(key.get_secret_value()) for key in settings.browser_keys),
            secret.get_secret_value().encode() if secret else None,
            settings.pseudonym_key.get_secret_value() if settings.pseudonym_key and settings.pseudonymise else None,
        )

    @property
    def is_open(self) -> bool:
        """No keys are configured: whoever reaches the server may ask anything."""
        return not (self.server_keys or self.browser_keys)

    def caller(self, authorization: str | None) -> Caller:
        """Return what a request's `Authorization` header allows, or raise ProblemError (401)."""
        if self.is_open:
            return Caller.SERVER
        scheme, _, key = (authorization or "").partition(" ")
        given = _digest(key.strip() if scheme.lower() == "bearer" else "")
        # Every key is compared, whichever matches.
        is_server = [hmac.compare_digest(given, known) for known in self.server_keys]
        is_browser = [hmac.compare_digest(given, known) for known in self.browser_keys]
        if not any(is_server) and not any(is_browser):
            raise ProblemError(
                HTTPStatus.UNAUTHORIZED,
                "no valid key was given",
                "Send `Authorization: Bearer <key>` with one of SHELFWISE_SERVER_KEYS or SHELFWISE_BROWSER_KEYS.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        return Caller.SERVER if any(is_server) else Caller.BROWSER

    def allow_customer(self, caller: Caller, customer_id: str, token: str | None) -> None:
        """Raise ProblemError (403) when a caller may not ask about this customer, by namespaced id."""
        if caller is Caller.SERVER:
            return
        if not token:
            raise ProblemError(
                HTTPStatus.FORBIDDEN,
                "a browser key may not name a customer",
                "Let your server sign the customer (customer_token), or ask with a server key.",
            )
        if self.token_secret is None or not is_signed(self.token_secret, customer_id, token):
            raise ProblemError(
                HTTPStatus.FORBIDDEN,
                "customer_token is not valid for this customer, or has expired",
                "Sign the namespaced id with SHELFWISE_TOKEN_SECRET; docs/recommendation-api.md has the format.",
            )

    def known_as(self, customer_id: str) -> str:
        """Return a customer's namespaced id as landing has it where customers land under pseudonyms."""
        namespace, colon, own = customer_id.partition(":")
        if self.pseudonym_key is None or not colon:
            return customer_id
        return f"{namespace}:{pseudonym(self.pseudonym_key, namespace, own)}"


def sign_customer(secret: str, customer_id: str, expires_at: int) -> str:
    """Return the token of a customer, by namespaced id: `<expiry>.<hex HMAC-SHA256 of "<customer_id>|<expiry>">`.

    ``expires_at`` counts seconds since 1970.
    """
    return f"{expires_at}.{_signature(secret.encode(), customer_id, str(expires_at))}"


def require_keys(settings: Settings) -> None:
    """Raise ShelfwiseError when others could reach a server that has no keys; warn when only this machine can."""
    if not Access.of(settings).is_open:
        return
    if not _is_loopback(settings.host):
        raise ShelfwiseError(
            f"no keys are set, and on {settings.host} anyone could read what customers are recommended",
            remedy="Set SHELFWISE_SERVER_KEYS (`openssl rand -hex 32`), or serve on 127.0.0.1",
        )
    logger.warning("no keys are set: whoever uses this machine may ask about any customer")


def is_signed(secret: bytes, customer_id: str, token: str) -> bool:
    """Return whether a token is of `sign_customer`, for this customer, and has not expired."""
    expiry, _, signature = token.partition(".")
    if not (expiry.isascii() and expiry.isdigit() and len(expiry) <= 12):
        return False
    expected = _signature(secret, customer_id, expiry)
    return hmac.compare_digest(expected.encode(), signature.encode()) and int(expiry) > time.time()


def _signature(secret: bytes, customer_id: str, expiry: str) -> str:
    return hmac.new(secret, f"{customer_id}|{expiry}".encode(), hashlib.sha256).hexdigest()


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
