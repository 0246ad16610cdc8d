"""The templates of pages for people."""

from __future__ import annotations

from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from shelfwise.serving.image_addresses import picture_path

CURRENCY_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}


def format_price(price: float | None, currency: str | None) -> str:
    """Return a price for shoppers: with its sign where it has one, else with its currency's code."""
    if price is None:
        return ""
    sign = CURRENCY_SIGNS.get(currency or "")
    return f"{sign}{price:,.2f}" if sign else f"{price:,.2f} {currency or ''}".rstrip()


def format_time(moment: datetime | None) -> str:
    """Return a UTC time to the minute, for people."""
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "unknown"


def page_environment(package: str) -> Environment:
    """Return the environment of a package's templates: everything is escaped, and a misspelt name fails."""
    environment = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(format_price=format_price, format_time=format_time, picture_path=picture_path)
    return environment
