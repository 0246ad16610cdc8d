"""Every model and dbt test parses as Spark too and uses nothing that only DuckDB has; the lint sees what it should."""

from __future__ import annotations

from pathlib import Path

import pytest
from spark_portability import violations
from spark_rendering import ProjectRenderer

PROJECT_DIR = Path(__file__).resolve().parents[3]
MODELS = sorted((PROJECT_DIR / "models").rglob("*.sql"))
SINGULAR_TESTS = sorted((PROJECT_DIR / "tests" / "singular").glob("*.sql"))
GENERIC_TESTS = sorted((PROJECT_DIR / "tests" / "generic").glob("*.sql"))

# One use of each generic test, with every argument, to render it.
GENERIC_ARGUMENTS = {
    "accepted_range": {"column_name": "rate", "min_value": 0, "max_value": 1},
    "at_or_after": {"column_name": "ended_at", "column": "started_at"},
    "expression_is_true": {"expression": "a <= b", "columns": ["a", "b"]},
    "no_gaps": {"column_name": "metric_date", "partition_by": ["namespace"], "datepart": "day"},
    "no_overlap": {"column_name": "valid_from", "valid_to": "valid_to", "partition_by": ["device_id"]},
    "not_negative": {"column_name": "quantity"},
    "row_count_equals": {"to": "other_model"},
    "same_total": {"expression": "revenue", "to": "other_model", "to_expression": "amount", "group_by": ["day"]},
    "segments_add_up": {"columns": ["units"], "segment_types": ["country"], "group_by": ["day"]},
    "unique_combination": {"columns": ["day", "namespace"]},
    "unique_in_history": {"column_name": "event_id", "found_by": "event_hash", "condition": "row_status = 'fact'"},
}


@pytest.fixture(scope="module")
def renderer() -> ProjectRenderer:
    return ProjectRenderer(PROJECT_DIR)


@pytest.mark.parametrize("path", [*MODELS, *SINGULAR_TESTS], ids=lambda path: path.stem)
def test_means_the_same_on_spark(path: Path, renderer: ProjectRenderer) -> None:
    assert violations(renderer.render(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", GENERIC_TESTS, ids=lambda path: path.stem)
def test_generic_test_means_the_same_on_spark(path: Path, renderer: ProjectRenderer) -> None:
    arguments = {"model": "a_model", **GENERIC_ARGUMENTS[path.stem]}
    assert violations(renderer.render_generic_test(path.read_text(encoding="utf-8"), **arguments)) == []


@pytest.mark.parametrize(
    ("planted", "complaint"),
    [
        ("select unnest(items) as item from t", "explode"),
        ("select generate_series(1, 3) as n from t", "date_spine"),
        ("select payload ->> 'id' as id from t", "->>"),
        ("select [1, 2] as numbers from t", "list literals"),
        ("select items[1] as first_item from t", "indexes"),
        ("select {'a': 1} as pair from t", "struct literals"),
        ("select * exclude (a) from t", "exclude"),
        ("select date_diff('day', a, b) as days from t", "dbt.datediff"),
        ("select regexp_matches(a, 'x') as is_x from t", "regex_match"),
        ("select strftime(a, '%Y') as y from t", "strftime()"),
        ("select epoch(a) as seconds from t", "seconds_between"),
        ("select array_agg(a) as items from t", "order is not defined"),
        ("select dayofweek(a) as d from t", "iso_day_of_week"),
        ("select hash(a) as h from t", "surrogate_key"),
        ("select concat(a, b) as ab from t", "contagious"),
        ("select string_agg(a, ',' order by a) as items from t", "order within an aggregate"),
        ("select sum(a > 1) as n from t", "booleans"),
        ("select sum(is_new) as n from t", "booleans"),
        ("select sum(a is null or b) as n from t", "booleans"),
        ("select count(distinct a) over (partition by b) as n from t", "count(distinct)"),
        ("select a / b as ratio from t", "nullif"),
        ("select a / greatest(b, 0) as ratio from t", "nullif"),
        ("select sum(a) / count(*) as mean from t", "nullif"),
        ("select a / sum(b) as ratio from t group by a", "nullif"),
        ('select "a" as b from t', "double quotes"),
        ("select cast(a as varchar) as b from t", "varchar"),
        ("select cast(a as text) as b from t", "text"),
        ("select a from t union by name select a from u", "by name"),
        ("select ended_at - started_at as length from t", "difference"),
        ("select a from t where name ~ 'x'", "regular expression"),
        ("select a from t asof join u on t.a >= u.a", "asof"),
        ("select {{ regex_match('epoch(a)', \"'x'\") }} as is_x from t", "seconds_between"),
        ("select {{ surrogate_key(['hash(a)']) }} as id from t", "surrogate_key"),
        ("select (a from t", "does not parse"),
        ("select a from t; select b from t", "not one statement"),
    ],
)
def test_sees_a_planted_violation(planted: str, complaint: str, renderer: ProjectRenderer) -> None:
    assert complaint in "\n".join(violations(renderer.render(planted)))


@pytest.mark.parametrize(
    "portable",
    [
        "select round(cast(a as double) / nullif(b, 0), 9) as ratio from t",
        "select a / (24 * 3600) as days from t",
        "select sum(a) / count(*) as mean from t group by b",
        "select a / greatest(b, 0.01) as ratio from t",
        "select count_if(a > 1) as n, sum(case when a > 1 then 1 else 0 end) as m from t",
        "select cast(a as string) || 'unnest([1])' as text from t -- not \"quoted\", nor epoch(a)",
        "select * from t where b in (1, 2) qualify row_number() over (partition by a order by b) = 1",
        "select {{ regex_match('a', \"'^[0-9]{5}'\") }} as is_number from t",
        "with days as ({{ date_spine('bounds', 'first_date', 'last_date') }}) select * from days",
        "select {{ dbt.datediff('a', 'b', 'day') }} as days from t",
    ],
)
def test_leaves_portable_sql_alone(portable: str, renderer: ProjectRenderer) -> None:
    assert violations(renderer.render(portable)) == []


def test_a_macro_without_a_spark_version_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: planted\n")
    (tmp_path / "macros").mkdir()
    (tmp_path / "macros" / "first_item.sql").write_text(
        "{% macro first_item(items) %}{{ adapter.dispatch('first_item')(items) }}{% endmacro %}"
        "{% macro duckdb__first_item(items) %}{{ items }}[1]{% endmacro %}"
    )
    with pytest.raises(LookupError, match="spark__first_item"):
        ProjectRenderer(tmp_path).render("select {{ first_item('items') }} as item from t")
