"""Runs suites with Great Expectations, inside DuckDB. Importing this module takes seconds."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import duckdb
import great_expectations as gx
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent.interfaces import Batch
from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.expectations.expectation import Expectation

from shelfwise.quality.dialect import URL, create_views, engine_arguments
from shelfwise.quality.expectations import ExpectNoRows
from shelfwise.quality.privacy import MAX_FAILING_ROWS, without_personal_columns
from shelfwise.quality.results import GateResult, plain
from shelfwise.quality.tables import WARN, TableSuite
from shelfwise.redaction import without_values

# The first look counts; examples of failing rows are fetched in a second one, for the few expectations that failed.
COUNTS = {"result_format": "BASIC", "partial_unexpected_count": 0}
EXAMPLES = {"result_format": "SUMMARY", "partial_unexpected_count": MAX_FAILING_ROWS}


def run_suites(
    door: str,
    connection: duckdb.DuckDBPyConnection,
    suites: Iterable[TableSuite],
    views: Mapping[str, str] | None = None,
) -> list[GateResult]:
    """Validate every suite on the tables that `connection` sees, and on temporary `views`, {name: query}, of them.

    Results come in the order of the declarations.
    """
    create_views(connection, views or {})
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    datasource = context.data_sources.add_or_update_sql(
        SQLDatasource(name="gate", connection_string=URL, kwargs=engine_arguments(connection, views))
    )
    relations = {name for (name,) in connection.execute("select table_name from duckdb_columns()").fetchall()}
    results: list[GateResult] = []
    for number, suite in enumerate(suites):
        if suite.queried_relation in relations:
            asset = datasource.add_table_asset(f"suite {number}", table_name=suite.queried_relation)
            batch = asset.add_batch_definition_whole_table("whole table").get_batch()
            results += _run_suite(door, connection, batch, suite)
        else:
            results.append(_missing_table(door, suite))
    return results


def _run_suite(door: str, connection: duckdb.DuckDBPyConnection, batch: Batch, suite: TableSuite) -> list[GateResult]:
    outcomes = _validate(batch, suite.expectations, COUNTS)
    examples = {}
    if failed := [n for n, outcome in outcomes.items() if not outcome.success and not _exception_message(outcome)]:
        again = _validate(
            batch,
            [suite.expectations[n] for n in failed],
            {**EXAMPLES, "unexpected_index_column_names": list(suite.keys)},
        )
        examples = {n: again[position].result for position, n in enumerate(failed)}
    return [
        _result(door, suite, expectation, outcomes[n], _failing_rows(connection, expectation, examples.get(n)))
        for n, expectation in enumerate(suite.expectations)
    ]


def _validate(
    batch: Batch, expectations: Sequence[Expectation], result_format: dict[str, Any]
) -> dict[int, ExpectationValidationResult]:
    """Return the outcome of each expectation by its position."""
    positioned = [expectation.copy(update={"meta": {"position": n}}) for n, expectation in enumerate(expectations)]
    validation = batch.validate(gx.ExpectationSuite(name="suite", expectations=positioned), result_format=result_format)
    return {
        configuration.meta["position"]: outcome
        for outcome in validation.results
        if (configuration := outcome.expectation_config) is not None
    }


def _result(
    door: str,
    suite: TableSuite,
    expectation: Expectation,
    outcome: ExpectationValidationResult,
    failing_rows: list[dict[str, Any]],
) -> GateResult:
    found: dict[str, Any] = outcome.result
    raised = _exception_message(outcome)
    return GateResult(
        door=door,
        table_name=suite.table,
        column_name=getattr(expectation, "column", None),
        expectation=expectation.expectation_type,
        severity="warn" if expectation.severity == WARN else "error",
        success=bool(outcome.success),
        observed_value=f"not evaluated: {raised}" if raised else _observed(found),
        unexpected_count=found.get("unexpected_count"),
        element_count=found.get("element_count"),
        owner=suite.owner,
        description=str(expectation.description),
        failing_rows=failing_rows,
        checked_at=_now(),
    )


def _missing_table(door: str, suite: TableSuite) -> GateResult:
    return GateResult(
        door=door,
        table_name=suite.table,
        column_name=None,
        expectation="expect_table_to_exist",
        severity="error",
        success=False,
        observed_value="missing",
        unexpected_count=None,
        element_count=None,
        owner=suite.owner,
        description=f"The table {suite.table} has been built; `dbt build --select {suite.table}` builds it",
        failing_rows=[],
        checked_at=_now(),
    )


def _observed(found: dict[str, Any]) -> str | None:
    """Say in a few words what was seen: a share of rows, a count, or a value of the column."""
    count, elements = found.get("unexpected_count"), found.get("element_count")
    if elements == 0:
        return "no rows to judge"
    if count is not None and elements:
        share = f"{count / elements:.2%}" if count / elements >= 0.0001 else "below 0.01%"
        return f"fails in {count:,} of {elements:,} rows ({share})" if count else "holds in every row"
    if count is not None:
        return "no such row" if count == 0 else "1 row" if count == 1 else f"{count:,} rows"
    value = found.get("observed_value")
    return None if value is None else f"{value:,}" if isinstance(value, int | float) else str(value)


def _failing_rows(
    connection: duckdb.DuckDBPyConnection, expectation: Expectation, found: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """Return a few failing rows without personal columns, where the expectation failed and is about rows."""
    if found is None:
        return []
    if isinstance(expectation, ExpectNoRows):
        cursor = connection.execute(f"select * from ({expectation.query.format()}) limit {MAX_FAILING_ROWS}")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    else:
        examples = found.get("partial_unexpected_index_list") or found.get("partial_unexpected_list") or []
        rows = [row for row in examples if isinstance(row, dict)]
    return [{name: plain(value) for name, value in row.items()} for row in without_personal_columns(rows)]


def _exception_message(outcome: ExpectationValidationResult) -> str:
    """Return why an expectation could not be evaluated, or an empty string."""
    info: dict[str, Any] = outcome.exception_info or {}
    if "raised_exception" in info:
        return without_values(str(info["exception_message"])) if info["raised_exception"] else ""
    messages = [without_values(str(metric["exception_message"])) for metric in info.values()]
    return messages[0] if messages else ""


def _now() -> str:
    return datetime.now(UTC).isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
