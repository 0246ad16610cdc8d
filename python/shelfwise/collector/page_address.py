"""What is kept of a page's address: where it is and which campaign led there, not what else stands in its query."""

from __future__ import annotations

from shelfwise.collector.fields import plain_text


def kept_address(url: str | None) -> str | None:
    """Return an address without its fragment, its credentials, and every query parameter but a campaign's.

    Search words, tokens and e-mail addresses travel in queries; `utm_*` and `gclid` are set by who paid for the click.
    """
    if not url:
        return None
    if "#" in url:
        url = url.partition("#")[0]
    if "@" in url:
        url = _without_credentials(url)
    if "?" in url:
        url, _, query = url.partition("?")
        if kept := "&".join(part for part in query.split("&") if _is_of_a_campaign(part)):
            url = f"{url}?{kept}"
    return plain_text(url)


def _is_of_a_campaign(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name.startswith("utm_") or name == "gclid"


def _without_credentials(url: str) -> str:
    scheme, separator, rest = url.partition("//")
    if not separator:
        return url
    end = min((rest.index(mark) for mark in "/?" if mark in rest), default=len(rest))
    return f"{scheme}//{rest[:end].rpartition('@')[2]}{rest[end:]}"
