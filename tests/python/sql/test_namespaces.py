"""A source without a namespace is refused: its ids would be no shop's."""

from __future__ import annotations

from pathlib import Path

import pytest
from spark_rendering import CompilerError, ProjectRenderer

PROJECT = Path(__file__).parents[3]


@pytest.fixture
def renderer() -> ProjectRenderer:
    """The project's macros, in a project that knows one source."""
    renderer = ProjectRenderer(PROJECT)
    renderer.vars = {"namespaces": {"rees46": "electronics"}}
    return renderer


def test_a_source_has_the_namespace_it_was_given(renderer: ProjectRenderer) -> None:
    assert renderer.macros["namespace_of"]("rees46") == "coalesce(namespace, 'electronics')"


def test_a_source_without_one_is_refused_with_the_remedy(renderer: ProjectRenderer) -> None:
    with pytest.raises(CompilerError, match="bakery has no namespace: name its shop below `namespaces`"):
        renderer.macros["namespace_of"]("bakery")
