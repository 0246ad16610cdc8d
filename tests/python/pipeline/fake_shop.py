"""A pipeline of fakes: each program a run starts is a short script, told by files what to do."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console

from shelfwise.pipeline.context import Tools
from shelfwise.pipeline.history import RunOptions, RunRecord
from shelfwise.pipeline.land import LANDERS
from shelfwise.pipeline.run import run_pipeline
from shelfwise.settings import Settings

# Like dbt, it runs in the project's folder, tells events as JSON lines and leaves artifacts in target/.
FAKE_DBT = r"""
import json, os, pathlib, sys, time
import duckdb
def say(name, level="info", msg="", **data):
    print(json.dumps({"info": {"name": name, "level": level, "msg": msg}, "data": data}), flush=True)
step = "after" if "--select" in sys.argv else "build"
with open("calls", "a") as calls:
    calls.write("dbt " + step + " " + os.environ["SHELFWISE_SOURCES"] + "\n")
with open("dbt_arguments", "a") as arguments:
    arguments.write(json.dumps(sys.argv[1:]) + "\n")
node = {"resource_type": "model", "node_name": "fct_orders", "node_status": "success"}
say("LogStartLine", index=1, total=1, node_info=node)
if pathlib.Path("dbt_hangs").exists():
    connection = duckdb.connect(os.environ["SHELFWISE_DATA_DIR"] + "/build.duckdb")
    pathlib.Path("dbt_hangs_now").touch()
    time.sleep(600)
if pathlib.Path("dbt_is_killed").exists():
    pathlib.Path("dbt_is_killed").rename("dbt_was_killed")
    os.kill(os.getpid(), 9)
if pathlib.Path("dbt_fails").exists():
    say("LogModelResult", "error", "1 of 1 ERROR .... [RUN FAILED]", node_info=dict(node, node_status="error"))
    say("RunResultError", "error", "Compilation Error in model fct_orders\n  depends on a node named 'nothing'")
    sys.exit(1)
os.makedirs("target", exist_ok=True)
with duckdb.connect(os.environ["SHELFWISE_DATA_DIR"] + "/build.duckdb") as connection:
    connection.execute('''
        create schema if not exists landing;
        create or replace table landing.landing_files as
            select 'sample_shop' as source_name, 5 as row_count, true as is_active,
                'sample_shop/events/dt=2026-01-01/a.parquet' as landing_file, timestamp '2026-01-01' as loaded_at;
        insert into landing.landing_files
            select 'online_retail', 1, true, 'online_retail/order_lines/dt=2026-01-01/a.parquet', '2026-01-01'
            where contains('{sources}', 'online_retail');
        create or replace table fct_orders as select 'o1' as order_id, timestamp '2026-01-01' as ordered_at;
        create or replace table quarantined_rows as
            select 'sample_shop' as source_name, 'events' as table_name, 'is_bot' as reason from range(2);
        create or replace table daily_anomalies as
            select null::text as namespace, 'sample_shop' as source_name, 'events' as table_name,
                null::text as column_name, null::text as segment_type, null::text as segment_value,
                date '2026-03-31' - n::int as metric_date, 'row_count' as metric,
                3e0 as observed_value, 9e0 as expected_value, -4.5e0 as score, 'warning' as severity,
                n <> 0 as is_anomaly, 's' as scope, 'i' || n as incident_id
            from range(3) as days (n)
            union all
            select null, 'sample_shop', 'events', null, null, null, date '2026-02-01', 'row_count', 0, 9, -9,
                'critical', true, 's', 'i9';
        create or replace table row_accounting as select 'sample_shop' as source_name, 'events' as table_name,
            5 as row_count, 3 as fact_count, 0 as duplicate_count, 2 as quarantined_count, 0 as superseded_count,
            0 as unaccounted_count;
        create or replace table recommendation_scores as
            select 'm1' as model_version, 'two_stage' as model_name, 'ours' as role, 'all' as namespace,
                'all' as slice, 'ndcg' as metric, 20 as k, 0.4 as value, 0.3 as lower_bound, 0.5 as upper_bound,
                9 as customer_count
            union all select 'm1', 'popularity', 'baseline', 'all', 'all', 'ndcg', 20, 0.1, 0.05, 0.15, 9;
    '''.replace('{sources}', os.environ['SHELFWISE_SOURCES']))
config = {"enabled": True, "materialized": "table"}
model = {
    "resource_type": "model", "name": "fct_orders", "schema": "main", "alias": "fct_orders", "access": "public",
    "config": config, "description": "One row per order.", "path": "marts/core/fct_orders.sql",
}
results = [{"unique_id": "model.shelfwise.fct_orders", "relation_name": '"build"."main"."fct_orders"'}]
manifest = {"nodes": {"model.shelfwise.fct_orders": model}, "sources": {}}
pathlib.Path("target/manifest.json").write_text(json.dumps(manifest))
pathlib.Path("target/run_results.json").write_text(json.dumps({"results": results}))
say("LogModelResult", node_info=node)
"""
FAKE_GATE = r"""
import json, os, pathlib, sys
door, folder = sys.argv[1], pathlib.Path(sys.argv[3]) / "gate"
with open("calls", "a") as calls:
    calls.write("gate " + door + "\n")
if pathlib.Path("gate_breaks").exists():
    sys.exit("RuntimeError: no suite")
if pathlib.Path("gate_is_killed").exists():
    folder.mkdir(exist_ok=True)
    (folder / (door + ".jsonl")).write_text('{"door": "landing", "success": fal')
    pathlib.Path("gate_is_killed").unlink()
    os.kill(os.getpid(), 9)
if pathlib.Path("gate_says_nothing").exists():
    sys.exit()
failing = pathlib.Path("gate_fails_at").read_text() if pathlib.Path("gate_fails_at").exists() else ""
folder.mkdir(exist_ok=True)
base = {"door": door, "table_name": "fct_orders", "column_name": "order_id", "owner": "data_engineering",
        "observed_value": None, "unexpected_count": 0, "element_count": 9, "failing_rows": [],
        "checked_at": "2026-01-01T00:00:00+00:00"}
lines = [
    dict(base, expectation="unique", severity="error", success=door != failing, unexpected_count=2 * (door == failing),
         description="Each order once.", failing_rows=[{"order_id": "o1"}] if door == failing else []),
    dict(base, expectation="recent", severity="warn", success=False, description="Orders are recent."),
]
(folder / (door + ".jsonl")).write_text("".join(json.dumps(line) + "\n" for line in lines))
sys.exit(3 if door == failing else 0)
"""
FAKE_TRAIN = r"""
import json, os, pathlib, sys, time
import pyarrow as pa, pyarrow.parquet as pq
with open("calls", "a") as calls:
    calls.write("train\n")
print("fitting", file=sys.stderr, flush=True)
if pathlib.Path("train_is_killed").exists():
    os.kill(os.getpid(), 9)
if pathlib.Path("train_fails").exists():
    sys.exit("MemoryError: too many candidates")
if pathlib.Path("train_has_too_little").exists():
    print(json.dumps({"model_version": None, "scores": {}}))
    sys.exit()
output = pathlib.Path(os.environ["SHELFWISE_DATA_DIR"]) / "model_output"
output.mkdir(exist_ok=True)
pq.write_table(pa.table({"customer_id": ["c1", "c2"]}), output / "customer_scores.parquet")
model = pathlib.Path(sys.argv[2]) / "model"
model.mkdir(exist_ok=True)
(model / "model_card.json").write_text("{}")
print("done with training")
print(json.dumps({"model_version": "m1", "scores": {"ndcg@20": 0.4}}))
"""
FAKE_FORECAST = r"""
import json, os, pathlib, sys
import pyarrow as pa, pyarrow.parquet as pq
with open("calls", "a") as calls:
    calls.write("forecast\n")
if pathlib.Path("forecast_fails").exists():
    sys.exit("LeakageError: a feature knows the future")
output = pathlib.Path(os.environ["SHELFWISE_DATA_DIR"]) / "model_output"
output.mkdir(exist_ok=True)
for name in ("series_forecasts", "customer_forecasts"):
    pq.write_table(pa.table({"namespace": ["s", "s"]}), output / (name + ".parquet"))
states = [{"status": "model"}, {"status": "baseline"}, {"status": "baseline"}]
print(json.dumps({"forecast_version": "f1", "states": states}))
"""


def land_five_rows(settings: Settings, _options: RunOptions, progress: Callable[[str], None]) -> None:
    progress("landing")
    path = settings.landing_path / "sample_shop" / "events" / "dt=2026-01-01" / "a.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True)
        pq.write_table(pa.table({"n": range(5)}), path)


def land_one_line(settings: Settings) -> None:
    """Land a file of online_retail, as an import does."""
    path = settings.landing_path / "online_retail" / "order_lines" / "dt=2026-01-01" / "a.parquet"
    path.parent.mkdir(parents=True)
    pq.write_table(pa.table({"n": [1]}), path)


class FakeShop:
    """A project folder with the fakes in it; a file in the folder makes one of them misbehave."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(
            project_dir=folder, data_dir=folder / "data", memory_limit="500MB", threads=1, retry_seconds=0.05
        )
        for name, text in (("dbt", FAKE_DBT), ("gate", FAKE_GATE), ("train", FAKE_TRAIN), ("forecast", FAKE_FORECAST)):
            (folder / f"fake_{name}.py").write_text(text)
        self.tools = Tools(
            landers={"sample_shop": land_five_rows, "online_retail": LANDERS["online_retail"]},
            dbt=(sys.executable, str(folder / "fake_dbt.py")),
            gate=(sys.executable, str(folder / "fake_gate.py")),
            train=(sys.executable, str(folder / "fake_train.py")),
            forecast=(sys.executable, str(folder / "fake_forecast.py")),
        )
        self.screen = io.StringIO()

    def run(self, **options: object) -> RunRecord:
        console = Console(file=self.screen, width=80, force_terminal=False)
        return run_pipeline(self.settings, console=console, tools=self.tools, **options)  # type: ignore[arg-type]

    def set(self, name: str, text: str = "") -> None:
        (self.folder / name).write_text(text)

    def unset(self, name: str) -> None:
        (self.folder / name).unlink()

    def calls(self) -> list[str]:
        """The programs started since the last call of this."""
        path = self.folder / "calls"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines
