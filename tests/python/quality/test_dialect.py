from __future__ import annotations

import duckdb
import pytest
import sqlalchemy as sa

from shelfwise.quality.dialect import URL, engine_arguments


@pytest.fixture
def engine() -> sa.Engine:
    connection = duckdb.connect()
    connection.execute("create table things as select range as id, nullif(range % 3, 0) as part from range(5000)")
    connection.execute(
        "create table typed (a text, b boolean, c bigint, d decimal(18, 4), e timestamp, f date, g double)"
    )
    return sa.create_engine(URL, **engine_arguments(connection))


def test_a_result_survives_the_statements_after_it(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        first = connection.execute(sa.text("select id from things order by id"))
        second = connection.execute(sa.text("select count(*) from things"))
        assert second.scalar_one() == 5000
        assert [row.id for row in first.fetchmany(2)] == [0, 1]
        assert len(first.fetchall()) == 4998


def test_nulls_stay_nulls(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        rows = connection.execute(sa.text("select id, part from things where id < :limit order by id"), {"limit": 4})
        assert [tuple(row) for row in rows] == [(0, None), (1, 1), (2, 2), (3, None)]


def test_a_statement_without_rows_has_none(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(sa.text("select id from things where false")).fetchall() == []


def test_columns_come_with_the_types_that_great_expectations_tells_apart(engine: sa.Engine) -> None:
    columns = {column["name"]: str(column["type"]) for column in sa.inspect(engine).get_columns("typed")}
    assert columns == {
        "a": "VARCHAR",
        "b": "BOOLEAN",
        "c": "BIGINT",
        "d": "NUMERIC",
        "e": "TIMESTAMP",
        "f": "DATE",
        "g": "DOUBLE",
    }
