"""Which shop an id belongs to: ids are `<namespace>:<id of the shop>`, and a bare id is completed where it is clear."""

from __future__ import annotations

from http import HTTPStatus

from shelfwise.serving.lookups import Lookups
from shelfwise.web.problems import ProblemError


def complete_id(lookups: Lookups, given: str, source: str | None) -> str:
    """Return the namespaced form of an id, known or not.

    Raises ProblemError (422) when the source is not published, contradicts the id, or is needed to tell shops apart.
    """
    namespace = given.partition(":")[0] if ":" in given else None
    published = set(lookups.namespaces.values())
    if source is not None:
        expected = namespace_of(lookups, source)
        if namespace in published and namespace != expected:
            raise ProblemError(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                f"the id is one of {namespace}, which is not the shop of source {source}",
                "Leave out the source, or the id's prefix.",
            )
        return given if namespace == expected else f"{expected}:{given}"
    if namespace in published:
        return given
    if len(published) > 1:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "several shops are published and the id does not say which one it belongs to",
            f"Prefix the id with one of {', '.join(f'{name}:' for name in sorted(published))} or name the source.",
        )
    return f"{next(iter(published))}:{given}" if published else given


def source_for_popular(lookups: Lookups, customer_id: str | None, source: str | None) -> str | None:
    """Return the source whose popular products answer for a customer without recommendations.

    `customer_id` is namespaced. None when nothing popular is published.
    Raises ProblemError (422) when several shops are published and the request names none.
    """
    if source is not None:
        namespace_of(lookups, source)
        return source
    namespaces = set(lookups.namespaces.values())
    if customer_id is not None:
        namespaces &= {customer_id.partition(":")[0]}
    if len(namespaces) > 1:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "several shops are published and the request names none",
            f"Name the source: one of {', '.join(sorted(lookups.namespaces))}.",
        )
    return next(
        (name for name in sorted(lookups.popular_positions) if lookups.namespaces.get(name) in namespaces), None
    )


def namespace_of(lookups: Lookups, source: str) -> str:
    """Return the namespace of a source's ids, or raise ProblemError (422) when the source is not published."""
    if source not in lookups.namespaces:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "the source is not in the published version",
            f"Published: {', '.join(sorted(lookups.namespaces)) or 'none'}.",
        )
    return lookups.namespaces[source]
