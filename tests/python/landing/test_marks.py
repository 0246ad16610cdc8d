from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
import yaml

from shelfwise.errors import ShelfwiseError
from shelfwise.landing.marks import MARK_SCHEMA, Mark, land_mark
from shelfwise.settings import Settings

DAY = date(2026, 8, 31)
TYPES = {"string": "string", "boolean": "bool", "date": "date32[day]", "timestamp": "timestamp[us]"}


def test_a_mark_is_a_row_of_its_own_file(settings: Settings) -> None:
    paths = [
        land_mark(settings, Mark(mark="false_alarm", metric_date=DAY, source_name="web", note=" a sale ")),
        land_mark(settings, Mark(mark="bad_recommendation", product_id="s:p", customer_id="s:c")),
    ]
    (alarm,), (recommendation,) = (pq.read_table(path).to_pylist() for path in paths)
    assert (alarm["mark"], alarm["metric_date"], alarm["source_name"], alarm["note"]) == (
        "false_alarm",
        DAY,
        "web",
        "a sale",
    )
    assert (recommendation["product_id"], recommendation["customer_id"]) == ("s:p", "s:c")
    assert alarm["marked_at"] == alarm["loaded_at"]
    assert paths[0].parent.name == f"dt={alarm['marked_at'].date()}"
    assert pq.read_metadata(paths[0]).metadata[b"file_sha256"].decode() == alarm["file_sha256"]


def test_its_columns_are_those_of_the_source(project_dir: Path) -> None:
    declared = yaml.safe_load((project_dir / "models/staging/people/_people__marks.yml").read_text("utf-8"))
    columns = {column["name"]: column["data_type"] for column in declared["sources"][0]["tables"][0]["columns"]}
    provenance = {"source_file", "source_row", "file_sha256", "loaded_at"}
    assert {field.name: str(field.type) for field in MARK_SCHEMA} == {
        name: TYPES[kind] for name, kind in columns.items() if name not in provenance
    }


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ({"mark": "nonsense"}, "there is no mark 'nonsense'"),
        ({"mark": "false_alarm", "namespace": "s"}, "of a day and of a namespace or a source"),
        ({"mark": "false_alarm", "metric_date": DAY}, "of a day and of a namespace or a source"),
        ({"mark": "false_alarm", "metric_date": DAY, "namespace": "s", "product_id": "s:p"}, "no product or customer"),
        ({"mark": "false_alarm", "metric_date": DAY, "namespace": "s", "column_name": "c"}, "without a metric"),
        (
            {"mark": "false_alarm", "metric_date": DAY, "namespace": "s", "metric": "m", "segment_type": "country"},
            "half a segment",
        ),
        ({"mark": "bad_recommendation"}, "no product of the marts"),
        ({"mark": "bad_recommendation", "product_id": "p1"}, "p1 is no product of the marts"),
        ({"mark": "bad_recommendation", "product_id": "s:p", "customer_id": "c1"}, "c1 is no customer of the marts"),
        ({"mark": "bad_recommendation", "product_id": "s:p", "metric_date": DAY}, "of no series"),
        ({"mark": "bad_recommendation", "product_id": "s:p", "note": "n" * 1001}, "1,001 characters"),
    ],
)
def test_a_mark_of_nothing_is_refused(subject: dict[str, Any], said: str) -> None:
    with pytest.raises(ShelfwiseError, match=said):
        Mark(**subject)


def test_a_folder_that_takes_no_file_is_said_so(settings: Settings) -> None:
    settings.landing_path.parent.mkdir(parents=True, exist_ok=True)
    settings.landing_path.write_text("in the way", encoding="utf-8")
    with pytest.raises(ShelfwiseError, match="the mark cannot be written"):
        land_mark(settings, Mark(mark="bad_recommendation", product_id="s:p"))


@pytest.mark.slow
def test_marks_reach_the_models_whatever_sources_are_on(
    dbt: Callable[..., str], project_dir: Path, tmp_path: Path
) -> None:
    settings = Settings(project_dir=project_dir, data_dir=tmp_path, sources=("online_retail",))
    alarm = {"metric_date": DAY, "source_name": "web"}
    land_mark(settings, Mark(mark="false_alarm", **alarm))
    land_mark(settings, Mark(mark="bad_recommendation", product_id="s:p", customer_id="s:c"))
    land_mark(settings, Mark(mark="false_alarm", **alarm, is_withdrawn=True))
    dbt(settings, "run", "--quiet", "--select", "stg_people__marks", "int_marks")
    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        assert connection.execute("select mark, product_id, customer_id from intermediate.int_marks").fetchall() == [
            ("bad_recommendation", "s:p", "s:c")
        ]
