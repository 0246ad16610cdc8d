"""Two expectations that Great Expectations lacks on DuckDB, both answered inside the database."""

from __future__ import annotations

from typing import Any, ClassVar

import sqlalchemy as sa
from great_expectations.execution_engine import ExecutionEngine, SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation, ColumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    column_condition_partial,
)


class ColumnValuesSatisfy(ColumnMapMetricProvider):
    """Map metric behind `ExpectColumnValuesToSatisfy`; Great Expectations counts all of a table's in one scan."""

    condition_metric_name = "column_values.satisfy"
    condition_value_keys = ("condition",)

    @column_condition_partial(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls, _column: Any, condition: str, **_: Any) -> Any:  # noqa: N805 Great Expectations binds the class
        """Return the condition; an unknown outcome (null) does not satisfy it."""
        return sa.literal_column(f"coalesce(({condition}), false)")


class ExpectColumnValuesToSatisfy(ColumnMapExpectation):
    """Expect the values of a column that are not null to satisfy a SQL condition, which may name other columns.

    Stands in for the regex and LIKE expectations, which do not know DuckDB, and for ranges over text columns.
    """

    condition: str
    map_metric: ClassVar[str] = "column_values.satisfy"
    success_keys: ClassVar[tuple[str, ...]] = ("condition", "mostly")


class ExpectNoRows(BatchExpectation):
    """Expect a query over the table, and others beside it, to return no rows. A literal brace in it is doubled.

    Unlike Great Expectations' UnexpectedRowsExpectation, which runs the query twice and fetches all it returns, this
    one counts; the gate fetches a few examples itself.
    """

    query: str
    metric_dependencies: ClassVar[tuple[str, ...]] = ("query.row_count",)
    success_keys: ClassVar[tuple[str, ...]] = ("query",)

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG002 named by Great Expectations
        execution_engine: ExecutionEngine[Any] | None = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        """Return success and the count of rows as Great Expectations wants them."""
        row_count = metrics["query.row_count"]
        return {"success": row_count == 0, "result": {"observed_value": row_count, "unexpected_count": row_count}}
