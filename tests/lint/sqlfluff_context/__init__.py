"""What sqlfluff's jinja templater lacks of dbt: stand-ins that render to SQL of the same shape.

Linting needs the shape of a model, not its meaning: a cross-database macro becomes a function call with the same
arguments, a type macro the name of a type. `dbt compile` renders the real thing, and the Spark lint reads that.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime


class _Calls:
    """Any attribute is a macro that renders as a call of a function of that name."""

    def __getattr__(self, name: str) -> Callable[..., str]:
        if name.startswith("type_"):
            return lambda *_: name.removeprefix("type_")
        return lambda *args, **kwargs: f"{name}({', '.join(map(str, (*args, *kwargs.values())))})"


class _Adapter:
    """`adapter.dispatch('name')(…)`, whose versions differ by engine but not in where they stand."""

    def dispatch(self, macro_name: str, macro_namespace: str = "") -> Callable[..., str]:
        """Return the stand-in for a dispatched macro."""
        rendered: Callable[..., str] = getattr(_Calls(), macro_name)
        return rendered

    def quote(self, identifier: str) -> str:
        """Leave the identifier unquoted."""
        return identifier


dbt = _Calls()
adapter = _Adapter()
execute = True
run_started_at = datetime(2026, 1, 1, tzinfo=UTC)
