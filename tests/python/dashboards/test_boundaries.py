"""What the dashboard may touch: the published files, and of shelfwise only what reads them."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
SOURCES = sorted((PROJECT / "dashboards").rglob("*.py"))
ALLOWED = {
    "shelfwise.errors",
    "shelfwise.landing.marks",  # what people say of what they see is landed like any other row
    "shelfwise.settings",
    "shelfwise.warehouse.connections",
    "shelfwise.warehouse.published",
    "shelfwise.sample_shop.pictures",
}


def imported_modules(source: Path) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "shelfwise.warehouse":
            modules.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
    return modules


def test_only_what_reads_published_files_is_imported() -> None:
    modules = {module for source in SOURCES for module in imported_modules(source)}
    of_shelfwise = {module for module in modules if module.split(".")[0] == "shelfwise"}
    assert of_shelfwise
    assert of_shelfwise <= ALLOWED


def test_the_build_database_is_never_named() -> None:
    for source in SOURCES:
        text = source.read_text()
        assert "build_database" not in text
        assert "connect_build" not in text


def test_no_icon_that_loads_a_web_font() -> None:
    assert not [source for source in SOURCES if ":material/" in source.read_text()]


def test_every_query_is_used() -> None:
    queries = PROJECT / "dashboards" / "queries"
    names = {str(path.relative_to(queries).with_suffix("")) for path in queries.rglob("*.sql")}
    code = "\n".join(source.read_text() for source in SOURCES)
    assert {name for name in names if f'"{name}"' not in code} == set()


def test_the_server_stays_on_this_machine() -> None:
    config = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text())
    assert config["server"]["address"] == "127.0.0.1"
    assert config["browser"]["gatherUsageStats"] is False
