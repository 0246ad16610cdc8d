"""What is not kept of an event, wherever it is kept: contacts, what a page knows of a person, pseudonymised ids."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

import msgspec

from shelfwise.collector.calls import Call
from shelfwise.collector.rows import LandingRow
from shelfwise.privacy.landing_guard import impersonal_id
from shelfwise.redaction import without_contacts

Pseudonymise = Callable[[str], str]

#: names of properties, without case, blanks, - and _, whose values are never kept
PERSONAL: Final = frozenset(
    (
        *("traits", "ip", "email", "emailaddress", "mail", "phone", "phonenumber", "mobile", "telephone"),
        *("address", "street", "streetaddress", "shippingaddress", "billingaddress", "postalcode", "zip", "zipcode"),
        *("firstname", "lastname", "fullname", "birthday", "dateofbirth", "iban"),
    )
)
_USER: Final = frozenset(("userid", "previousid"))
_ID_FIELDS: Final = ("user_id", "anonymous_id", "order_id")
_TEXT_FIELDS: Final = ("message_id", "event", "query", "list_id", "page_url", "user_agent", "products")
_MARKS: Final = (b"@", b"%40", b"u0040")
_VALUE: Final = r'\s*:\s*("(?:[^"\\]|\\.)*"?|\{[^{}]*\}?|\[[^\[\]]*\]?|[^\s,}\]]+)'
_NAMED_VALUE: Final = re.compile(rf'"([A-Za-z_ -]{{2,40}})"{_VALUE}')


def may_hold_contacts(raw: bytes, user_agent: str | None) -> bool:
    """Tell whether an event has to be looked at; nearly none has."""
    return any(mark in raw for mark in _MARKS) or (user_agent is not None and "@" in user_agent)


def without_contacts_in(row: LandingRow) -> LandingRow:
    """Return a row whose ids and texts hold no e-mail address."""
    ids = {name: impersonal_id(value) for name in _ID_FIELDS if (value := getattr(row, name))}
    texts = {name: without_contacts(value) for name in _TEXT_FIELDS if (value := getattr(row, name))}
    return msgspec.structs.replace(row, **ids, **texts)


def under_pseudonym(call: Call, pseudonymise: Pseudonymise | None) -> Call:
    """Return a call whose customer is named as landing names them."""
    if pseudonymise is None or call.user_id is None or call.user_id == "":
        return call
    return msgspec.structs.replace(call, user_id=pseudonymise(str(call.user_id)))


def impersonal_text(raw: bytes, pseudonymise: Pseudonymise | None) -> str:
    """Return a rejected event, or body, as it may be kept: as sent where nothing of a person is in it."""
    try:
        sent = msgspec.json.decode(raw)
        kept = _kept(sent, pseudonymise)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return _kept_of_text(raw.decode(errors="backslashreplace"), pseudonymise)
    return raw.decode() if kept == sent else json.dumps(kept, ensure_ascii=False)


def _kept(value: Any, pseudonymise: Pseudonymise | None) -> Any:
    if isinstance(value, dict):
        return {
            without_contacts(name): _kept_id(each, pseudonymise) if _plain(name) in _USER else _kept(each, pseudonymise)
            for name, each in value.items()
            if _plain(name) not in PERSONAL
        }
    if isinstance(value, list):
        return [_kept(each, pseudonymise) for each in value]
    return without_contacts(value) if isinstance(value, str) else value


def _kept_id(value: Any, pseudonymise: Pseudonymise | None) -> Any:
    if not isinstance(value, str | int) or value == "":
        return _kept(value, pseudonymise)
    return pseudonymise(str(value)) if pseudonymise else impersonal_id(value) if isinstance(value, str) else value


def _kept_of_text(text: str, pseudonymise: Pseudonymise | None) -> str:
    """Do the same as well as can be for a body that is no JSON, so that nothing says where a value ends."""

    def cleaned(found: re.Match[str]) -> str:
        name = _plain(found[1])
        is_hidden = name in PERSONAL or (name in _USER and pseudonymise is not None)
        return f'"{found[1]}": "…"' if is_hidden else found[0]

    return without_contacts(_NAMED_VALUE.sub(cleaned, text))


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).lower()
