"""What spills too much ends with an error that says so, before the disk is full."""

from __future__ import annotations

import re
from collections import deque
from pathlib import Path

import duckdb
import pytest

from shelfwise.pipeline.dbt import DbtEvents, failure
from shelfwise.pipeline.process import Finished
from shelfwise.settings import Settings, half_of_free
from shelfwise.warehouse.connections import connect_memory

SPILLS = (
    "create temp table spilt as select md5(i::varchar) || md5((i + 1)::varchar) as text from range(1_000_000) as n (i)"
)


def settings_with(tmp_path: Path, limit: str) -> Settings:
    return Settings(project_dir=tmp_path, data_dir=tmp_path, memory_limit="30MB", threads=1, temp_limit=limit)


def test_temporary_files_stay_below_their_limit(tmp_path: Path) -> None:
    with connect_memory(settings_with(tmp_path, "1MB")) as connection:
        with pytest.raises(duckdb.OutOfMemoryException, match="max_temp_directory_size"):
            connection.cursor().execute(SPILLS)
        spilt = sum(path.stat().st_size for path in (tmp_path / "tmp").iterdir())
        assert spilt <= 1_100_000


def test_a_query_may_spill_up_to_it(tmp_path: Path) -> None:
    with connect_memory(settings_with(tmp_path, "200MB")) as connection:
        connection.execute(SPILLS)
        assert connection.execute("select count(*) from spilt").fetchall() == [(1_000_000,)]


def test_dbt_that_reached_it_says_what_to_do(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, "1MB")
    with connect_memory(settings) as connection, pytest.raises(duckdb.OutOfMemoryException) as raised:
        connection.execute(SPILLS)
    ended = Finished(1, deque(), deque())
    error = failure(DbtEvents(failed=1, errors=[str(raised.value)]), ended, tmp_path / "dbt.log")
    assert "temporary files reached their limit" in str(error)
    assert "SHELFWISE_TEMP_LIMIT" in error.remedy


def test_by_default_it_is_half_of_the_free_disk_or_a_little_less(tmp_path: Path) -> None:
    limit = Settings(project_dir=tmp_path, data_dir=tmp_path / "not" / "there").spill_limit
    assert re.fullmatch(r"[1-9]0*MB", limit)
    assert limit == half_of_free(tmp_path / "not" / "there" / "tmp")
