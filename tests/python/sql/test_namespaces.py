"""A source without a namespace is refused: its ids would be no shop's."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import jinja2
import pytest

MACRO = Path(__file__).parents[3] / "macros" / "namespace_of.sql"


class CompilerError(Exception):
    """Stands in for dbt's."""


def refuse(message: str) -> NoReturn:
    raise CompilerError(message)


def namespace_of(source_name: str) -> str:
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])  # noqa: S701
    environment.globals.update(
        var=lambda _name: {"rees46": "electronics"}, exceptions=SimpleNamespace(raise_compiler_error=refuse)
    )
    module = environment.from_string(MACRO.read_text(encoding="utf-8")).module
    return str(module.namespace_of(source_name))  # type: ignore[attr-defined]


def test_a_source_has_the_namespace_it_was_given() -> None:
    assert namespace_of("rees46") == "coalesce(namespace, 'electronics')"


def test_a_source_without_one_is_refused_with_the_remedy() -> None:
    with pytest.raises(CompilerError, match="bakery has no namespace: name its shop below `namespaces`"):
        namespace_of("bakery")
