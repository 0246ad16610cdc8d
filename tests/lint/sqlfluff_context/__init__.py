"""What sqlfluff's jinja templater lacks of dbt: stand-ins that render to SQL of the same shape.

Linting needs the shape of a model, not its meaning: a cross-database macro becomes a function call with the same
arguments, a type macro the name of a type, and a dispatched macro of the project its DuckDB version. `dbt compile`
renders the real thing, and the Spark lint reads that.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from jinja2 import pass_context
from jinja2.runtime import Context


class _Dbt:
    """dbt's cross-database macros."""

    def __getattr__(self, name: str) -> Callable[..., str]:
        if name.startswith("type_"):
            return lambda *_: name.removeprefix("type_")
        return lambda *args, **kwargs: f"{name}({', '.join(map(str, (*args, *kwargs.values())))})"


class _Adapter:
    """The part of dbt's adapter that models and their macros use."""

    @pass_context
    def dispatch(self, context: Context, macro_name: str) -> Any:
        """Return the DuckDB version of a macro, which stands in the same file."""
        return context.get(f"duckdb__{macro_name}") or context[f"default__{macro_name}"]

    def get_relation(self, _database: str, _schema: str, identifier: str) -> str:
        """Return any relation as one that is there."""
        return identifier


class _Flags:
    """dbt's flags, as of a command that builds nothing: lists that are read from the warehouse stay empty."""

    WHICH = "compile"


class _Column:
    """A column of an empty result."""

    def values(self) -> list[Any]:
        """Return no value."""
        return []


class _Result:
    """What a query answers where there is no warehouse."""

    columns = (_Column(),)
    rows = ()


def run_query(_sql: str) -> _Result:
    """Answer a model's query at compile time."""
    return _Result()


def var(name: str, default: Any = None) -> Any:
    """Return a var of the project, so that what a model works out from one can be worked out."""
    return _VARS.get(name, default)


_PROJECT = Path(__file__).resolve().parents[3] / "dbt_project.yml"
_VARS = yaml.safe_load(_PROJECT.read_text(encoding="utf-8"))["vars"]

dbt = _Dbt()
flags = _Flags()
adapter = _Adapter()
execute = True
run_started_at = datetime(2026, 1, 1, tzinfo=UTC)
