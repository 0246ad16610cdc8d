"""Which columns, by their names, tell of a person, and how."""

from __future__ import annotations

from typing import Final

#: names are those of landed files and of every model; an added source keeps to them (docs/add-a-source.md)
KINDS: Final[dict[str, str]] = {
    "customer_id": "customer",
    "source_customer_id": "customer",
    "user_id": "customer",
    "customer_number": "customer",
    "buyer_id": "customer",
    "device_id": "device",
    "anonymous_id": "device",
    "user_pseudo_id": "device",
    "order_id": "order",
    "invoice_no": "order",
    "session_id": "session",
    "unit_id": "unit",
}
#: sources that know a customer by no other id than the device's
CUSTOMER_IS_DEVICE: Final = frozenset({"rees46"})

#: sources that name people as the marts do, `namespace:id`
NAMES_AS_MARTS: Final = frozenset({"people"})


def columns_of_kind(names: list[str], kind: str) -> list[str]:
    """Return those of the columns that hold ids of a kind."""
    return [name for name in names if KINDS.get(name.lower()) == kind]
