from __future__ import annotations

import os
from pathlib import Path

import pytest

from shelfwise.pipeline.dbt import keep_artifacts, states


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path, Path]:
    """dbt's target folder with the artifacts of an earlier invocation, and where those of this one go."""
    target, build = tmp_path / "target", tmp_path / "run" / "dbt" / "build"
    target.mkdir()
    build.mkdir(parents=True)
    for name in ("run_results.json", "manifest.json"):
        (target / name).write_text("earlier")
    return target, build.parent, build


def test_what_was_written_is_kept_though_the_clock_was_set_back_meanwhile(folders: tuple[Path, Path, Path]) -> None:
    target, run_dbt, build = folders
    earlier = states(target)
    for name in earlier:
        (target / name).write_text("this one's")
        os.utime(target / name, (1_000_000_000, 1_000_000_000))
    keep_artifacts(target, run_dbt, build, earlier)
    assert (build / "run_results.json").read_text() == "this one's"
    assert (run_dbt / "manifest.json").read_text() == "this one's"


def test_what_an_earlier_invocation_wrote_is_not(folders: tuple[Path, Path, Path]) -> None:
    target, run_dbt, build = folders
    keep_artifacts(target, run_dbt, build, states(target))
    assert [path.name for path in run_dbt.rglob("*.json")] == []
