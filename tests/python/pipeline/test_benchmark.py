"""`shelfwise benchmark` end to end on small files: through dbt, every method, and the report."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from exhaustive import EXHAUSTIVE
from rich.console import Console
from typer.testing import CliRunner

from shelfwise.cli import app
from shelfwise.errors import ShelfwiseError
from shelfwise.pipeline.benchmark import BenchmarkOptions, run_benchmark
from shelfwise.pipeline.progress import Reporter
from shelfwise.recommender.benchmark.report import write_results
from shelfwise.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("benchmark")]
MEASURES = {"hr10", "hr20", "recall10", "recall20", "ndcg10", "ndcg20", "mrr20", "fit_s", "predict_s", "peak_gb", "ci"}


def write(path: Path, rows: list[dict]) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def ring_sessions(n_sessions: int, seed: int) -> list[list[int]]:
    """Walks around a ring of 80 products: what comes next is a step on, seldom two or one back."""
    generator = np.random.default_rng(seed)
    sessions = []
    for _ in range(n_sessions):
        steps = generator.choice([1, 1, 1, 2, -1], size=int(generator.integers(2, 7)))
        sessions.append(((int(generator.integers(80)) + np.concatenate([[0], np.cumsum(steps)])) % 80).tolist())
    return sessions


@pytest.fixture(scope="module")
def session_files(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("sessions")
    sessions = ring_sessions(2_400, seed=1)
    rows = [
        {"session_id": number, "pos": place, "item_id": item}
        for number, session in enumerate(sessions[:2_000])
        for place, item in enumerate(session)
    ]
    asked = [
        {"prefix": session[:place], "target": session[place]}
        for session in sessions[2_000:]
        for place in range(len(session) - 1, 0, -1)
    ]
    asked.append({"prefix": [1, 2], "target": 9_999})  # a product that nobody knows: a miss
    return {"sessions": write(folder / "train.parquet", rows), "prefixes": write(folder / "test.parquet", asked)}


@pytest.fixture
def settings() -> Settings:
    return Settings()


def quiet() -> Reporter:
    return Reporter(Console(file=open("/dev/null", "w")))  # noqa: PTH123


def ended_process() -> int:
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


@EXHAUSTIVE[0]
@EXHAUSTIVE[1]
def test_sessions_from_file_to_report(settings, session_files, tmp_path) -> None:
    orphan = settings.project_dir / "build" / "bench" / f"scratch-{ended_process()}-killed"
    (orphan / "data").mkdir(parents=True)
    results = run_benchmark(settings, BenchmarkOptions(**session_files), quiet())
    by_name = {model["name"]: model for model in results["models"]}
    assert {name for name in by_name if not name.startswith("implicit")} == {
        "two_stage",
        "popularity",
        "item_knn",
        "session_knn",
        "ease",
    }
    assert ("implicit_als" in by_name) == bool(find_spec("implicit"))
    for model in results["models"]:
        assert model.keys() >= MEASURES
        assert model["role"] == ("ours" if model["name"] == "two_stage" else "peer")
        assert model["ci"]["hr20"][0] <= model["hr20"] <= model["ci"]["hr20"][1]
        assert model["peak_gb"] > 0.05
    ours, popular = by_name["two_stage"], by_name["popularity"]
    # Two of a walk's next steps are among the best of a ring; popularity knows nothing of where it is.
    assert ours["mrr20"] > 0.5 > popular["mrr20"]
    assert ours["hr20"] < 1  # the unknown product
    assert results["paired"]["all"]["popularity"]["mrr20"]["ci"][0] > 0
    assert results["slices"].keys() >= {"new", "cold"}
    assert results["asked"]["all"]["clusters"] == 401
    assert not orphan.exists()
    assert not list(orphan.parent.glob(f"scratch-{os.getpid()}-*"))

    screen = Console(record=True, width=140)
    write_results(results, tmp_path / "out" / "r.json", screen)
    assert json.loads((tmp_path / "out" / "r.json").read_text())["models"] == results["models"]
    told = screen.export_text()
    assert "two_stage" in told
    assert "MRR@20 +" in told
    if find_spec("vl_convert"):
        page = (tmp_path / "out" / "r.html").read_text()
        assert "two_stage" in page
        assert 'src="http' not in page
        assert (tmp_path / "out" / "r.png").read_bytes().startswith(b"\x89PNG")


def purchases(n_customers: int = 120) -> list[dict]:
    """Everybody buys three favourites again every week or so, and now and then what others like."""
    generator = np.random.default_rng(4)
    favourites = [generator.choice(40, 3, replace=False) for _ in range(n_customers)]
    return [
        {
            "customer_id": f"c{customer}",
            "item_id": f"i{item}",
            "ordered_at": datetime(2024, 1, 1) + timedelta(days=7 * week + customer % 5),
            "basket_id": f"{customer}-{week}",
            "price": 1.5 + item,
        }
        for customer in range(n_customers)
        for week in range(20)
        for item in sorted({*generator.choice(favourites[customer], 2).tolist(), int(generator.integers(40))})
    ]


def test_purchases_from_file_to_report(settings, tmp_path) -> None:
    path = write(tmp_path / "lines.parquet", purchases())
    options = BenchmarkOptions(purchases=path, cutoff=date(2024, 5, 6), days=14, only_ours=True)
    results = run_benchmark(settings, options, quiet())
    (ours,) = results["models"]
    assert ours["ndcg20"] > 0.5
    assert results["slices"]["new"]["two_stage"]["ndcg20"] > 0
    assert results["asked"]["all"]["questions"] == 120


@EXHAUSTIVE[0]
@EXHAUSTIVE[1]
def test_baskets_from_file_to_report(settings, tmp_path) -> None:
    rows = purchases()
    numbers = [int(row["basket_id"].split("-")[1]) for row in rows]
    basket = [
        {"customer_id": row["customer_id"], "basket_no": number, "item_id": row["item_id"]}
        for row, number in zip(rows, numbers, strict=True)
    ]
    train = write(tmp_path / "train.parquet", [row for row in basket if row["basket_no"] < 19])
    future = write(
        tmp_path / "future.parquet",
        [{key: row[key] for key in ("customer_id", "item_id")} for row in basket if row["basket_no"] == 19],
    )
    results = run_benchmark(settings, BenchmarkOptions(baskets=train, future=future), quiet())
    by_name = {model["name"]: model for model in results["models"]}
    assert {"tifu_knn", "up_cf", "personal_top_frequency"} <= by_name.keys()
    assert by_name["two_stage"]["ndcg20"] > by_name["popularity"]["ndcg20"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (BenchmarkOptions(sessions=Path("a")), "--sessions needs --prefixes"),
        (BenchmarkOptions(cutoff=date(2024, 1, 1)), "--cutoff needs --purchases"),
        (
            BenchmarkOptions(sessions=Path("a"), prefixes=Path("b"), baskets=Path("c"), future=Path("d")),
            "one benchmark is of one kind",
        ),
        (BenchmarkOptions(profile="fast"), "there is no profile 'fast'"),
    ],
)
def test_options_that_make_no_whole_are_refused(settings, options, message) -> None:
    with pytest.raises(ShelfwiseError, match=message):
        run_benchmark(settings, options, quiet())


def test_the_command_tells_what_is_wrong_with_a_file(tmp_path) -> None:
    path = write(tmp_path / "x.parquet", [{"session": 1}])
    prefixes = write(tmp_path / "p.parquet", [{"prefix": [1], "target": 2}])
    told = CliRunner().invoke(app, ["benchmark", "--sessions", str(path), "--prefixes", str(prefixes)])
    assert told.exit_code == 1
    assert "no column 'session_id'" in told.stderr
