"""A published version to serve: lists made up in SQL, a session index and its ranker by dbt and training as ever."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console

from bench.serving.visits import simulate_visits
from shelfwise.files import swap_symlink, write_text_atomically
from shelfwise.pipeline.benchmark import Scratch, build_models, filled, scratch_folder
from shelfwise.pipeline.progress import Reporter
from shelfwise.recommender.benchmark.contest import SESSIONS, Contest
from shelfwise.recommender.benchmark.session_files import load_sessions
from shelfwise.recommender.benchmark.upstream import NAMESPACE, fill_dates
from shelfwise.recommender.ranker_file import save_ranker
from shelfwise.recommender.sessions.completed_index import completed
from shelfwise.recommender.sessions.examples import read_session_examples
from shelfwise.recommender.sessions.recommender import SessionRecommender
from shelfwise.scoring.index import SessionIndex
from shelfwise.scoring.index_file import save_session_index
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_file

SHOP = "shop"


@dataclass(frozen=True)
class Size:
    """How large a shop."""

    customers: int
    products: int
    visits: int

    @property
    def folder_name(self) -> str:
        """A name that equal shops share."""
        return f"{self.customers}-{self.products}-{self.visits}"


def make_parts(settings: Settings, folder: Path, size: Size, console: Console) -> None:
    """Make `warehouse.duckdb` and `session_index/` of a shop in ``folder``, unless they are there already."""
    if (folder / "complete").exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with connect_file(settings, folder / "warehouse.duckdb", read_only=False) as connection:
        values = {"products": size.products, "customers": size.customers}
        for statement in duckdb.extract_statements(files("bench.serving").joinpath("shop.sql").read_text("utf-8")):
            used = {name: value for name, value in values.items() if name in statement.named_parameters}
            connection.execute(statement, used)
    train_sessions(settings, folder / "session_index" / SHOP, size, console)
    (folder / "complete").touch()


def train_sessions(settings: Settings, folder: Path, size: Size, console: Console) -> None:
    """Simulate visits, build their index through dbt, and train the ranker."""
    reporter = Reporter(console)
    with scratch_folder(settings) as own:
        path = own.data_path / "visits.parquet"
        write_visits(path, size, settings.seed)
        with filled(own) as connection:
            load_sessions(connection, path)
            fill_dates(connection)
        with reporter.step("session index by dbt"):
            build_models(
                Scratch(
                    own, Contest(SESSIONS, NAMESPACE, "", "default"), {"recommender_views": 1_000_000_000}, "visits"
                ),
                reporter,
            )
        with reporter.step("session ranker"), connect_file(own, own.build_database) as connection:
            earlier = completed(SessionIndex.read(connection, f"{NAMESPACE}:test"), settings.seed)
            examples = read_session_examples(connection, f"{NAMESPACE}:test")
            recommender = SessionRecommender(random_state=settings.seed).fit(earlier, examples)
            index = completed(SessionIndex.read(connection, f"{NAMESPACE}:serving"), settings.seed)
    folder.mkdir(parents=True)
    save_session_index(index, folder / "index.npz")
    save_ranker(recommender.ranker_, recommender.feature_names_, folder / "ranker.npz")


def write_visits(path: Path, size: Size, seed: int) -> None:
    """Write simulated visits as a file of sessions, as `shelfwise benchmark` reads them."""
    visits = simulate_visits(size.visits, size.products, seed)
    kept = np.arange(visits.products.shape[1]) < visits.lengths[:, None]
    rows, steps = np.nonzero(kept)
    names = np.array([product_id(number) for number in range(size.products)])
    pq.write_table(
        pa.table({"session_id": rows, "pos": steps + 1, "item_id": pa.array(names[visits.products[kept]])}), path
    )


def product_id(number: int) -> str:
    """Return the id of a product, as `shop.sql` has it."""
    return f"{SHOP}:P{number:05d}"


def customer_id(number: int) -> str:
    """Return the id of a customer, as `shop.sql` has it."""
    return f"{SHOP}:C{number:06d}"


def publish(settings: Settings, parts: Path, run_id: str) -> None:
    """Make the shop the current version ``run_id``; its files are links, for they never change."""
    folder = settings.published_path / "versions" / run_id
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(parts, folder, copy_function=_link)
    manifest = {
        "run_id": run_id,
        "published_at": datetime.now(UTC).isoformat(),
        "data_until": "2026-11-21T23:59:00Z",
        "row_counts": {"landing": {}, "marts": {}},
        "gate": "passed",
        "model_version": f"model-{run_id}",
        "versions": {},
        "checksums": {},
    }
    write_text_atomically(folder / "manifest.json", json.dumps(manifest))
    swap_symlink(settings.published_path / "current", f"versions/{run_id}")


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)
