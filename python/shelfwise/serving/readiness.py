"""What a route says while there is nothing to answer from."""

from __future__ import annotations

from http import HTTPStatus

from shelfwise.serving.lookups import Lookups
from shelfwise.serving.version_store import VersionStore
from shelfwise.web.problems import ProblemError

NOTHING_PUBLISHED = "no version is published yet"
NOTHING_PUBLISHED_REMEDY = "`shelfwise run` publishes one; this server picks it up by itself within a second or two."
REFUSED_REMEDY = "The server's log says more. `shelfwise rollback` goes back to the version before."


def require_lookups(store: VersionStore) -> Lookups:
    """Return the version to answer from, or raise ProblemError (503) with what to do."""
    if store.lookups is not None:
        return store.lookups
    detail, remedy = why_not_ready(store)
    raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, detail, remedy, headers={"Retry-After": "2"})


def why_not_ready(store: VersionStore) -> tuple[str, str]:
    """Return what is wrong while no version is loaded, and what to do about it."""
    if store.refusal is not None:
        return f"published version {store.refusal.version} does not load", REFUSED_REMEDY
    return NOTHING_PUBLISHED, NOTHING_PUBLISHED_REMEDY
