from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bench.dashboards.__main__ import high_water_mark
from bench.dashboards.visits import VISITS
from bench.dashboards.warehouse import WITHOUT_TESTS

PROJECT = Path(__file__).resolve().parents[3]


def test_every_page_of_the_dashboard_is_measured() -> None:
    pages = {path.stem for path in (PROJECT / "dashboards" / "views").glob("*.py")}
    assert {urlsplit(visit.path).path or "today" for visit in VISITS} == pages


def test_parts_that_are_measured_exist() -> None:
    for visit in VISITS:
        address = urlsplit(visit.path)
        view = (PROJECT / "dashboards" / "views" / f"{address.path or 'today'}.py").read_text()
        for part in parse_qs(address.query).get("part", []):
            assert f'"{part}"' in view


def test_the_memory_of_a_process_is_read() -> None:
    assert 10_000 < high_water_mark(str(os.getpid())) < 10_000_000
    assert high_water_mark("none") == 0


def test_only_tests_are_left_out_of_the_build() -> None:
    assert WITHOUT_TESTS.count("--exclude-resource-type") == 2
    assert {"test", "unit_test"} < set(WITHOUT_TESTS)
