"""Customers' pseudonyms: a keyed hash in place of the id, the same in every source of a shop, so that joins hold."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path

import yaml

from shelfwise.settings import Settings

FORM = re.compile(r"p-[0-9a-f]{32}")


def pseudonym(key: str, namespace: str, customer_id: str) -> str:
    """Return a customer's pseudonym, HMAC-SHA256 cut to 128 bits; what is one already stays as it is.

    Blanks around an id are no part of it.
    """
    given = customer_id.strip()
    if not given or FORM.fullmatch(given):
        return given
    digest = hmac.new(key.encode(), f"{namespace}\x1f{given}".encode(), hashlib.sha256)
    return f"p-{digest.hexdigest()[:32]}"


def pseudonymiser(settings: Settings, source: str, namespace: str | None) -> Callable[[str], str] | None:
    """Return what makes the pseudonyms of a source's rows; None where its customers land under their own ids.

    `namespace` None is the source's own.
    """
    key = settings.pseudonym_key
    if key is None or source not in settings.pseudonymise:
        return None
    return partial(pseudonym, key.get_secret_value(), namespace or default_namespace(settings, source))


def default_namespace(settings: Settings, source: str) -> str:
    """Return the shop that a source is of where its rows do not say: var `namespaces` of the dbt project."""
    return default_namespaces(settings.project_dir).get(source, source)


@lru_cache(maxsize=8)
def default_namespaces(project_dir: Path) -> dict[str, str]:
    """Return {source: namespace} as the dbt project declares it."""
    path = project_dir / "dbt_project.yml"
    project = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else None
    return dict(((project or {}).get("vars") or {}).get("namespaces") or {})
