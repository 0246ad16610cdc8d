"""What a question may be: one SELECT over the tables of the published file.

DuckDB refuses files, networks, extensions and settings by itself (see `worker`). What is refused here in addition is
what it still allows: the file that is open could be read as raw bytes, and settings tell where files lie.
"""

from __future__ import annotations

import json
from typing import Any

import duckdb

TABLE_FUNCTIONS = {"range", "generate_series", "unnest", "duckdb_tables", "duckdb_columns", "json_each", "json_tree"}
FORBIDDEN_FUNCTIONS = {"current_setting", "write_log", "getvariable", "read_text", "read_blob"}
SCHEMAS = {"", "main", "information_schema"}
FORBIDDEN_TABLE_STARTS = ("pragma_", "duckdb_", "sqlite_", "pg_")
ONE_SELECT = "Ask one question at a time, as one SELECT: nothing here can be changed, attached, copied or set"


class Refused(Exception):  # noqa: N818  a question that is no error of ours
    """The question is not one that may be asked; says why."""


def check(sql: str) -> None:
    """Raise Refused unless this is one SELECT that reads tables of the warehouse and nothing else."""
    with duckdb.connect() as parser:
        try:
            statements = parser.extract_statements(sql)
        except duckdb.Error as error:
            raise Refused(str(error)) from error
        if not statements:
            raise Refused("There is no question yet: write a SELECT")
        if len(statements) > 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise Refused(ONE_SELECT)
        [(text,)] = parser.execute("select json_serialize_sql(?)", [sql]).fetchall()
    parsed = json.loads(text)
    if parsed["error"]:
        raise Refused("Only plain SELECTs are answered; PIVOT, for one, can be written with sum(…) filter (where …)")
    _check_node(parsed["statements"])


def _check_node(node: Any) -> None:
    """Walk down the parsed question."""
    if isinstance(node, list):
        for each in node:
            _check_node(each)
    elif isinstance(node, dict):
        if node.get("type") == "TABLE_FUNCTION":
            name = str(node["function"].get("function_name", "")).lower()
            if name not in TABLE_FUNCTIONS:
                raise Refused(f"The function {name} is not available here: questions read the tables listed beside")
        elif node.get("type") == "BASE_TABLE":
            _check_table(node)
        elif str(node.get("function_name", "")).lower() in FORBIDDEN_FUNCTIONS:
            raise Refused(f"The function {node['function_name']} is not available here")
        for each in node.values():
            _check_node(each)


def _check_table(node: dict[str, Any]) -> None:
    schema, name = str(node.get("schema_name", "")).lower(), str(node["table_name"])
    if schema not in SCHEMAS or name.lower().startswith(FORBIDDEN_TABLE_STARTS):
        raise Refused(f"There is no table {name} here: questions read the tables listed beside")
