"""The dashboard's queries, and the tables that each reads."""

from __future__ import annotations

import re
from collections.abc import Collection
from importlib.resources import files
from pathlib import Path

# `from name` and `join name`, but no function's; `name as (` is a CTE, which is no table either
TABLE = re.compile(r"\b(?:from|join)\s+([a-z_][a-z0-9_]*)\b(?!\s*\()", re.IGNORECASE)
CTE = re.compile(r"\b([a-z_][a-z0-9_]*)\s+as\s+(?:materialized\s+)?\(", re.IGNORECASE)
COMMENT = re.compile(r"--[^\n]*")


def operations_tables() -> list[str]:
    """Return the tables of operations.duckdb, which the dashboard reads beside the published version."""
    script = files("shelfwise.warehouse").joinpath("operations.sql").read_text(encoding="utf-8")
    return re.findall(r"create table operations\.(\w+)", script)


def tables_read(folder: Path, known: Collection[str]) -> dict[str, list[str]]:
    """Return {query file below `folder`: the `known` tables that it reads}, of queries that read any."""
    read = {}
    for path in sorted(folder.rglob("*.sql")):
        query = COMMENT.sub("", path.read_text(encoding="utf-8"))
        if found := sorted((set(TABLE.findall(query)) - set(CTE.findall(query))) & set(known)):
            read[path.relative_to(folder).as_posix()] = found
    return read
