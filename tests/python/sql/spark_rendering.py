"""Renders a model as dbt would on Spark, without a database: the project's macros in their Spark versions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import jinja2
import yaml

# What a dispatched macro gave stands between these, so that a rule can tell it from what the model says itself.
MACRO_BEGIN, MACRO_END = "/*macro*/", "/*end macro*/"


@dataclass(frozen=True)
class Rendered:
    """SQL as Spark would get it, and the pieces of SQL that the model passed to macros with engine versions."""

    sql: str
    macro_arguments: tuple[str, ...]


class MacroReturnError(Exception):
    """Carries the value of dbt's `return`, by which a macro gives something else than text."""


class _Dbt:
    """dbt's cross-database macros, which dbt-spark has; each becomes a call `dbt__<name>(…)` or a type's name."""

    def __getattr__(self, name: str) -> Callable[..., str]:
        if name.startswith("type_"):
            return lambda *_: name.removeprefix("type_")
        return lambda *args, **kwargs: f"dbt__{name}({', '.join(map(str, (*args, *kwargs.values())))})"


class CompilerError(Exception):
    """What a macro raises as dbt's `exceptions.raise_compiler_error`."""


class _This(str):
    """dbt's `this`: the model's relation, which stands in SQL as its name."""

    __slots__ = ()
    database, schema = "warehouse", "intermediate"

    @property
    def identifier(self) -> str:
        return str(self)


class ProjectRenderer:
    """Renders SQL files of a dbt project with its macros and vars."""

    def __init__(self, project_dir: Path) -> None:
        project = yaml.safe_load((project_dir / "dbt_project.yml").read_text(encoding="utf-8"))
        self.vars: dict[str, Any] = project.get("vars", {})
        self.macro_arguments: list[str] = []
        self.environment = jinja2.Environment(extensions=["jinja2.ext.do"], undefined=jinja2.StrictUndefined)  # noqa: S701
        self.environment.globals.update(self._context())
        self.macros: dict[str, Callable[..., Any]] = {}
        texts = [path.read_text(encoding="utf-8") for path in sorted((project_dir / "macros").rglob("*.sql"))]
        for name in re.findall(r"{%-?\s*macro\s+(\w+)", "\n".join(texts)):
            self.environment.globals[name] = self._late_bound(name)
        for text in texts:
            self._load_macros(text)

    def render(self, text: str, **context: Any) -> Rendered:
        """Return a model or test as Spark would get it."""
        self.macro_arguments = []
        sql = self.environment.from_string(text).render(context)
        return Rendered(sql, tuple(self.macro_arguments))

    def render_generic_test(self, text: str, **arguments: Any) -> Rendered:
        """Return a generic test as Spark would get it with these arguments."""
        as_macro = re.sub(r"{%-?\s*test\s+(\w+)", r"{% macro test_\1", text)
        as_macro = re.sub(r"{%-?\s*endtest\s*-?%}", "{% endmacro %}", as_macro)
        (name,) = re.findall(r"{% macro (test_\w+)", as_macro)
        return self.render(as_macro + "{{ " + name + "(**arguments) }}", arguments=arguments)

    def get_relation(self, _database: str, _schema: str, identifier: str) -> str:
        """Return any relation as one that is there, as `adapter` would."""
        return identifier

    def dispatch(self, macro_name: str) -> Callable[..., Any]:
        """Return the Spark version of a macro, whose text is marked as such."""
        macro = self.macros.get(f"spark__{macro_name}") or self.macros.get(f"default__{macro_name}")
        if macro is None:
            raise LookupError(f"macro {macro_name} has no version spark__{macro_name} or default__{macro_name}")

        def call(*args: Any, **kwargs: Any) -> Any:
            self.macro_arguments += [value for value in (*args, *kwargs.values()) if isinstance(value, str)]
            given = macro(*args, **kwargs)
            return f"{MACRO_BEGIN}{given}{MACRO_END}" if isinstance(given, str) else given

        return call

    def _late_bound(self, name: str) -> Callable[..., Any]:
        """Return a macro that is looked up when it is called: one may call another of a file read later."""
        return lambda *args, **kwargs: self.macros[name](*args, **kwargs)

    def _load_macros(self, text: str) -> None:
        if re.search(r"{%-?\s*(test|materialization)\s", text):
            return
        # shared, so that a macro finds those of files that are loaded later
        module = self.environment.from_string(text).make_module(self.environment.globals, shared=True)
        for name, macro in vars(module).items():
            if not name.startswith("_"):
                self.macros[name] = _catch_return(macro)

    def _context(self) -> dict[str, Any]:
        return {
            "adapter": self,
            "config": lambda **_: "",
            "dbt": _Dbt(),
            "env_var": lambda _name, default="": default,
            "exceptions": SimpleNamespace(raise_compiler_error=_refuse),
            "execute": True,
            "flags": SimpleNamespace(WHICH="compile"),
            "is_incremental": lambda: True,
            "run_query": lambda _sql: SimpleNamespace(columns=[{}], rows=[]),
            "ref": lambda *names: names[-1],
            "return": _return,
            "run_started_at": datetime(2026, 1, 1, tzinfo=UTC),
            "source": lambda source_name, table_name: f"landing.{source_name}__{table_name}",
            "this": _This("this_model"),
            "var": lambda name, default=None: self.vars.get(name, default),
        }


def _refuse(message: str) -> NoReturn:
    raise CompilerError(message)


def _return(value: Any) -> NoReturn:
    raise MacroReturnError(value)


def _catch_return(macro: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return macro(*args, **kwargs)
        except MacroReturnError as returned:
            return returned.args[0]

    return call
