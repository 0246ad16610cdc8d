"""Questions in one's own SQL: answered where they read the marts, refused where they would do anything else."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from published import SAMPLE_SHOP, publish

from dashboards.ask import questions, rules
from dashboards.ask.questions import Desk, QuestionError


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    version = publish(tmp_path_factory.mktemp("published"), "run_1", shops=(SAMPLE_SHOP,))
    (version.parent / "secret.csv").write_text("secret\n42\n")
    return version / "warehouse.duckdb"


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    office = Desk()
    yield office
    office.close()


def test_an_answer_is_the_marts_own(desk: Desk, database: Path) -> None:
    sql = "select sum(net_revenue) as revenue from daily_metrics where segment_type = 'all'"
    with duckdb.connect(str(database), read_only=True) as connection:
        [(revenue,)] = connection.execute(sql).fetchall()
    answer = desk.ask(str(database), sql)
    assert answer.rows.to_pylist() == [{"revenue": revenue}]
    assert not answer.is_cut


@pytest.mark.parametrize(
    "sql",
    [
        "with days as (from daily_metrics limit 3) select * from days;",
        "describe daily_metrics",
        "show tables",
        "summarize daily_metrics",
        "values (1, 'a')",
        "select n from range(3) as numbers (n) -- a remark",
        "select table_name from information_schema.tables",
        "select unnest([1, 2]) as n",
    ],
)
def test_what_only_reads_is_answered(sql: str, desk: Desk, database: Path) -> None:
    assert desk.ask(str(database), sql).rows.num_rows > 0


REFUSED = [
    "select * from read_csv('{folder}/secret.csv')",
    "select * from '{folder}/secret.csv'",
    "from read_text('{folder}/secret.csv')",
    "from read_blob('{file}')",
    "from read_blob('warehouse.duckdb')",
    "from read_duckdb('{file}', table_name => 'daily_metrics')",
    "from glob('{folder}/*')",
    "from sniff_csv('{folder}/secret.csv')",
    "from read_json('{folder}/secret.csv')",
    "from read_parquet('{folder}/*.parquet')",
    "select (select count(*) from glob('/*'))",
    "with hidden as (from read_csv('{folder}/secret.csv')) from hidden",
    "select * from daily_metrics, lateral (from read_text('/etc/passwd'))",
    "from query('from read_csv(''{folder}/secret.csv'')')",
    "select getenv('HOME')",
    "select current_setting('allowed_paths')",
    "from duckdb_settings()",
    "from duckdb_databases()",
    "from duckdb_secrets()",
    "from pragma_database_list",
    "from pragma_database_list()",
    "from which_secret('s3://bucket', 's3')",
    "attach '{folder}/other.duckdb'",
    "attach ':memory:' as scratch",
    "copy daily_metrics to '{folder}/out.csv'",
    "copy (select 1) to '{file}.wal'",
    "copy daily_metrics from '{folder}/secret.csv'",
    "export database '{folder}/out'",
    "import database '{folder}/out'",
    "install httpfs",
    "load httpfs",
    "from 'https://example.com/a.parquet'",
    "pragma database_list",
    "pragma memory_limit='64GB'",
    "set memory_limit = '64GB'",
    "set enable_external_access = true",
    "reset lock_configuration",
    "set variable a = 1",
    "call enable_logging(storage => 'file', storage_path => '{folder}/log')",
    "create table stolen as select 1",
    "create temp table stolen as select 1",
    "create macro f() as 1",
    "create view v as select 1",
    "insert into daily_metrics select * from daily_metrics",
    "with gone as (delete from daily_metrics returning *) from gone",
    "update daily_metrics set net_revenue = 0",
    "delete from daily_metrics",
    "drop table daily_metrics",
    "alter table daily_metrics add column a int",
    "checkpoint",
    "vacuum",
    "use memory",
    "begin",
    "prepare p as select 1",
    "explain analyze copy (select 1) to '{folder}/out.csv'",
    "select 1; select 2",
    "select 1; copy (select 1) to '{folder}/out.csv'",
    "",
    "-- nothing",
    "nonsense",
    "select * from no_such_table",
    "select write_log('x')",
]


@pytest.mark.parametrize("sql", REFUSED)
def test_what_does_anything_else_is_refused(sql: str, desk: Desk, database: Path) -> None:
    before = sorted(path.name for path in database.parent.parent.rglob("*"))
    with pytest.raises(QuestionError) as refusal:
        desk.ask(str(database), sql.format(folder=database.parent.parent, file=database))
    assert str(refusal.value).strip()
    assert sorted(path.name for path in database.parent.parent.rglob("*")) == before


def test_the_rules_alone_let_no_file_function_pass() -> None:
    """Whatever table functions a later DuckDB brings: only the listed ones may be asked."""
    with duckdb.connect() as connection:
        names = connection.execute(
            "select distinct function_name from duckdb_functions() where function_type = 'table'"
        ).fetchall()
    others = sorted({name for (name,) in names} - rules.TABLE_FUNCTIONS)
    assert "read_csv" in others
    for name in others:
        with pytest.raises(rules.Refused):
            rules.check(f'from "{name}"()')


def test_a_worker_is_walled_in_even_where_the_rules_fail(
    database: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """DuckDB's own configuration refuses files, networks and settings: the rules are the second wall."""
    from dashboards.ask import worker

    monkeypatch.chdir(tmp_path)
    with worker.connect(str(database), "256MB", 1) as connection:
        for sql in (
            f"from read_csv('{database.parent.parent}/secret.csv')",
            f"copy (select 1) to '{tmp_path}/out.csv'",
            f"attach '{tmp_path}/other.duckdb'",
            "install httpfs",
            "set enable_external_access = true",
            "set lock_configuration = false",
            "set memory_limit = '64GB'",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(sql).fetchall()
    assert list(tmp_path.iterdir()) == []


def test_rows_beyond_the_limit_are_cut_and_told(desk: Desk, database: Path) -> None:
    answer = desk.ask(str(database), "select n from range(3000000) as numbers (n)")
    assert answer.is_cut
    assert answer.rows.num_rows == questions.ROW_LIMIT


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("select sum(a.n * b.n) from range(10000000) a (n), range(10000000) b (n)", "within 2 seconds"),
        ("with recursive r as (select 1 as n union all select n + 1 from r) select max(n) from r", "within 2 seconds"),
        ("select list(n) from range(2000000000) as numbers (n)", "memory|within 2 seconds"),
        ("select repeat('x', 1000000) as x from range(100000)", "memory|within 2 seconds"),
        ("select repeat(repeat('x', 1000000000), 10) as x", "memory|within 2 seconds"),
        ("select count(distinct md5(n::varchar)) from range(3000000000) as numbers (n)", "memory|within 2 seconds"),
    ],
)
def test_a_bomb_ends_with_its_own_process(sql: str, told: str, desk: Desk, database: Path) -> None:
    began = time.monotonic()
    with pytest.raises(QuestionError, match=told):
        desk.ask(str(database), sql, seconds=2)
    assert time.monotonic() - began < 10
    assert desk.ask(str(database), "select 1 as one").rows.to_pylist() == [{"one": 1}]


def test_a_worker_inherits_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELFWISE_API_KEYS", "secret")
    worker = questions.start_worker()
    try:
        environment = Path(f"/proc/{worker.pid}/environ").read_bytes()
        assert b"secret" not in environment
        assert b"SHELFWISE" not in environment
    finally:
        worker.kill()
        worker.communicate()


def test_more_questions_than_places_wait_and_are_answered(desk: Desk, database: Path) -> None:
    answers: list[int] = []

    def ask() -> None:
        answers.append(desk.ask(str(database), "select count(*) as n from daily_metrics").rows.num_rows)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == [1, 1, 1, 1]


def test_no_worker_is_left_behind(database: Path) -> None:
    office = Desk()
    office.ask(str(database), "select 1")
    spare = office.close()
    assert spare is not None
    with pytest.raises(ProcessLookupError):
        os.kill(spare, 0)


def test_the_page_answers_and_offers_both_files(published_path: Path, open_page) -> None:
    publish(published_path, "run_1", shops=(SAMPLE_SHOP,))
    app = open_page("ask", sql="select 'a' as x, 1 as x, [1, 2] as y")
    app.button[0].click().run()
    assert not app.exception
    assert not app.error
    assert list(app.dataframe[0].value.columns) == ["x", "x_2", "y"]
    assert [button.label for button in app.get("download_button")] == ["↓ CSV", "↓ Parquet"]


def test_the_page_says_why_there_is_no_answer(published_path: Path, open_page) -> None:
    publish(published_path, "run_1", shops=(SAMPLE_SHOP,))
    app = open_page("ask", sql="select nothing from daily_metrics")
    app.button[0].click().run()
    assert not app.exception
    assert "There is no answer" in app.error[0].value
    assert "nothing" in app.code[0].value
    assert str(published_path) not in app.code[0].value


def test_a_question_in_the_address_is_not_asked_by_itself(published_path: Path, open_page) -> None:
    publish(published_path, "run_1", shops=(SAMPLE_SHOP,))
    app = open_page("ask", sql="select 1")
    assert app.text_area(key="sql").value == "select 1"
    assert not app.get("download_button")


def test_the_schema_browser_finds_tables_by_their_columns(published_path: Path, open_page) -> None:
    publish(published_path, "run_1", shops=(SAMPLE_SHOP,))
    app = open_page("ask")
    app.text_input(key="schema").input("recency_score").run()
    assert app.selectbox(key="table").options == ["customer_rfm"]
