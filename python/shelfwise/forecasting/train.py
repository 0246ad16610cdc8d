"""Forecasting from the build database to the model's output: back-test, choose, foretell, write."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from shelfwise.forecasting.card import ForecastCard, write_card
from shelfwise.forecasting.choice import Verdict
from shelfwise.forecasting.customers import QUESTIONS, CustomerForecast, forecast_customers
from shelfwise.forecasting.evaluations import BackTest, Evaluation
from shelfwise.forecasting.outputs import SCHEMAS, write_forecasts
from shelfwise.forecasting.rows import Rows, latest_sources, read_customers, read_series
from shelfwise.forecasting.series import SeriesForecast, forecast_series
from shelfwise.forecasting.series_models import OURS as SERIES_MODEL
from shelfwise.recommender.leakage import check_point_in_time
from shelfwise.recommender.stopwatch import Progress, Stopwatch
from shelfwise.recommender.threads import numeric_threads
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_build

# Part of every version: raise it when code changes what the same data come to.
ALGORITHM = "forecasts-1"
SERIES = (("category", "unit_count"), ("category", "net_revenue"), ("product", "unit_count"))
SHOPS = """
select
    shops.namespace,
    coalesce(max(weeks.week_count), 0)
from (select distinct namespace from daily_metrics) as shops
left join (
    select namespace, count(distinct week_start_date) as week_count
    from category_trends
    where is_complete
    group by namespace
) as weeks on shops.namespace = weeks.namespace
group by shops.namespace
order by shops.namespace
"""


@dataclass(frozen=True)
class Trained:
    """What forecasting came to: its version, and what is served of each shop, subject and metric."""

    forecast_version: str
    states: list[dict[str, Any]]


@dataclass
class Forecasts:
    """What is made on the way; the tables are those of `outputs`, without the version."""

    tables: dict[str, list[pa.Table]] = field(default_factory=lambda: {name: [] for name in SCHEMAS})
    states: list[dict[str, Any]] = field(default_factory=list)
    evaluations: list[Evaluation] = field(default_factory=list)
    calibration: dict[str, list[dict[str, float]]] = field(default_factory=dict)
    digest: Any = field(default_factory=lambda: hashlib.sha256(ALGORITHM.encode()))

    def note(self, backtest: BackTest, verdict: Verdict, until: date | None, week_count: int) -> None:
        """Keep whether there is a forecast, and why."""
        self.states.append(
            {
                "namespace": backtest.namespace,
                "subject": backtest.subject,
                "metric": backtest.metric,
                "status": verdict.status,
                "model_name": verdict.model_name,
                "reason": verdict.reason,
                "trained_until": until,
                "history_week_count": week_count,
            }
        )

    def learn_from(self, rows: Rows) -> None:
        """Make the rows part of the version."""
        for name, column in rows.columns.items():
            self.digest.update(name.encode())
            text = column.dtype == object
            self.digest.update("\n".join(column).encode() if text else np.ascontiguousarray(column).tobytes())


def train(settings: Settings, run_dir: Path, progress: Progress) -> Trained:
    """Back-test and foretell everything; write `model_output` and the card in ``run_dir/model``.

    Raises LeakageError when a feature knows the future, ShelfwiseError when the build database cannot be read.
    """
    watch, made = Stopwatch(progress), Forecasts()
    with connect_build(settings) as connection, numeric_threads(settings):
        check_point_in_time(latest_sources(connection))
        for namespace, week_count in connection.execute(SHOPS).fetchall():
            for subject, metric in SERIES:
                watch.stage(f"foretelling {metric} of {subject} in {namespace}")
                add_series(
                    made,
                    connection,
                    BackTest(namespace, subject, metric, SERIES_MODEL, None, 0),
                    week_count,
                    settings.seed,
                )
            watch.stage(f"foretelling customers of {namespace}")
            add_customers(made, connection, namespace, week_count, settings.seed)
    watch.stage("writing")
    return write(made, settings, run_dir, watch)


def add_series(
    made: Forecasts, connection: duckdb.DuckDBPyConnection, backtest: BackTest, week_count: int, seed: int
) -> None:
    """Foretell one metric of a shop's categories or products."""
    rows = read_series(connection, backtest.namespace, backtest.subject, backtest.metric)
    made.learn_from(rows)
    forecast = forecast_series(rows, backtest, week_count, seed)
    made.evaluations += forecast.evaluations
    until = day_of(forecast.ahead["cutoff_date"][0]) - timedelta(days=1) if forecast.ahead is not None else None
    made.note(backtest, forecast.verdict, until, week_count)
    for name, table in tables_of(forecast, backtest, until):
        made.tables[name].append(table)


def day_of(moment: np.datetime64) -> date:
    """Return the day of a moment."""
    day: date = moment.astype("datetime64[D]").item()
    return day


def tables_of(forecast: SeriesForecast, backtest: BackTest, until: date | None) -> Iterator[tuple[str, pa.Table]]:
    """Yield the weeks ahead, and of what is no product the weeks of the back-test."""
    if forecast.ahead is None or forecast.past is None:
        return
    same = {"namespace": backtest.namespace, "subject": backtest.subject, "metric": backtest.metric}
    same["model_name"] = forecast.verdict.model_name or ""
    keys = ("series_id", "week_start_date", "week_number")
    columns = {name: forecast.ahead[name] for name in keys} | forecast.foretold
    yield "series_forecasts", table(columns, same | {"trained_until": until})
    if backtest.subject != "product":
        columns = {name: forecast.past[name] for name in (*keys, "cutoff_date")} | forecast.past_foretold
        yield "series_backtests", table(columns | {"actual_value": forecast.past["target_value"]}, same)


def table(columns: dict[str, Any], same: dict[str, Any]) -> pa.Table:
    """Return a table of columns, NaN as null, and of values that are the same in every row."""
    count = len(next(iter(columns.values())))
    made = {name: as_column(column) for name, column in columns.items()}
    return pa.table(made | {name: pa.array([value] * count) for name, value in same.items()})


def as_column(column: Any) -> pa.Array:
    """Return an array; days as days, NaN as null."""
    if np.issubdtype(column.dtype, np.datetime64):
        return pa.array(column.astype("datetime64[D]"))
    return pa.array(column, from_pandas=True)


def add_customers(
    made: Forecasts, connection: duckdb.DuckDBPyConnection, namespace: str, week_count: int, seed: int
) -> None:
    """Answer the questions about a shop's customers; all of them or none."""
    rows = read_customers(connection, namespace)
    made.learn_from(rows)
    answers = {question.metric: forecast_customers(rows, question, namespace, seed) for question in QUESTIONS}
    serving = rows.where(rows["cutoff_number"] == 0)
    without = next((answer.verdict for answer in answers.values() if answer.values is None), None)
    until = None if without or not len(serving) else day_of(serving["cutoff_at"][0]) - timedelta(days=1)
    for metric, answer in answers.items():
        backtest = BackTest(namespace, "customer", metric, "", None, 0)
        made.note(backtest, without or answer.verdict, until, week_count)
        if without is None:
            made.evaluations += answer.evaluations
            made.calibration |= {f"{namespace}: {metric}": answer.calibration} if answer.calibration else {}
    if until is not None:
        made.tables["customer_forecasts"].append(customers_table(serving, answers, until))


def customers_table(serving: Rows, answers: dict[str, CustomerForecast], until: date) -> pa.Table:
    """Return what is foretold of each customer."""
    window = serving["window_days"].astype(np.int64)
    value = answers["expected_value"]
    lower, upper = value.bounds or (np.full(len(serving), np.nan), np.full(len(serving), np.nan))
    columns = {
        "customer_id": serving["customer_id"],
        "purchase_probability": answers["purchase_probability"].values,
        "purchase_window_days": window,
        "lapse_probability": answers["lapse_probability"].values,
        "expected_value": value.values,
        "value_lower_80": lower,
        "value_upper_80": upper,
        "value_window_days": 3 * window,
    }
    return table(columns, {"trained_until": until})


def write(made: Forecasts, settings: Settings, run_dir: Path, watch: Stopwatch) -> Trained:
    """Write the tables that dbt reads, and the card."""
    version = made.digest.hexdigest()[:12]
    trained_at = datetime.now(UTC).replace(tzinfo=None)
    states = [{**state, "model_version": version, "trained_at": trained_at} for state in made.states]
    tables = {
        name: [part.append_column("model_version", pa.array([version] * len(part))) for part in parts]
        for name, parts in made.tables.items()
    }
    if made.evaluations:
        rows = [{"model_version": version, **asdict(evaluation)} for evaluation in made.evaluations]
        tables["forecast_evaluations"] = [pa.Table.from_pylist(rows)]
    if states:
        tables["forecast_states"] = [pa.Table.from_pylist(states, SCHEMAS["forecast_states"])]
    card = ForecastCard(version, trained_at, states, made.evaluations, made.calibration, dict(watch.seconds))
    write_card(card, run_dir / "model")
    write_forecasts(settings.model_output_path, tables)
    watch.progress(f"forecasts {version} in {watch.total():.1f} s")
    told = ("namespace", "subject", "metric", "status", "model_name", "reason")
    return Trained(version, [{name: state[name] for name in told} for state in states])
