"""What forecasting hands back to the warehouse: a few Parquet files, each whole or absent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from shelfwise.files import fsync_path
from shelfwise.recommender.outputs import write_table

_INTERVALS = [(name, pa.float64()) for name in ("lower_80", "upper_80", "lower_95", "upper_95")]
_MODEL = [("model_name", pa.string()), ("model_version", pa.string())]

# As in models/marts/forecasting/_forecast_output__sources.yml.
SCHEMAS = {
    "series_forecasts": pa.schema(
        [
            ("namespace", pa.string()),
            ("subject", pa.string()),
            ("series_id", pa.string()),
            ("metric", pa.string()),
            ("week_start_date", pa.date32()),
            ("week_number", pa.int64()),
            ("forecast_value", pa.float64()),
            *_INTERVALS,
            *_MODEL,
            ("trained_until", pa.date32()),
        ]
    ),
    "series_backtests": pa.schema(
        [
            ("namespace", pa.string()),
            ("series_id", pa.string()),
            ("metric", pa.string()),
            ("cutoff_date", pa.date32()),
            ("week_start_date", pa.date32()),
            ("week_number", pa.int64()),
            ("actual_value", pa.float64()),
            ("forecast_value", pa.float64()),
            ("seasonal_naive_value", pa.float64()),
            *_INTERVALS,
            *_MODEL,
        ]
    ),
    "customer_forecasts": pa.schema(
        [
            ("customer_id", pa.string()),
            ("purchase_probability", pa.float64()),
            ("purchase_window_days", pa.int64()),
            ("lapse_probability", pa.float64()),
            ("expected_value", pa.float64()),
            ("value_lower_80", pa.float64()),
            ("value_upper_80", pa.float64()),
            ("value_window_days", pa.int64()),
            ("model_version", pa.string()),
            ("trained_until", pa.date32()),
        ]
    ),
    "forecast_evaluations": pa.schema(
        [
            ("model_version", pa.string()),
            ("namespace", pa.string()),
            ("subject", pa.string()),
            ("metric", pa.string()),
            ("week_number", pa.int64()),
            ("model_name", pa.string()),
            ("role", pa.string()),
            ("is_served", pa.bool_()),
            ("measure", pa.string()),
            ("value", pa.float64()),
            ("lower_bound", pa.float64()),
            ("upper_bound", pa.float64()),
            ("gain", pa.float64()),
            ("gain_lower_bound", pa.float64()),
            ("gain_upper_bound", pa.float64()),
            ("sample_count", pa.int64()),
            ("cutoff_count", pa.int64()),
        ]
    ),
    "forecast_states": pa.schema(
        [
            ("namespace", pa.string()),
            ("subject", pa.string()),
            ("metric", pa.string()),
            ("status", pa.string()),
            *_MODEL[:1],
            ("reason", pa.string()),
            *_MODEL[1:],
            ("trained_at", pa.timestamp("us")),
            ("trained_until", pa.date32()),
            ("history_week_count", pa.int64()),
        ]
    ),
}


def write_forecasts(folder: Path, tables: Mapping[str, Sequence[pa.Table]]) -> None:
    """Replace the files in ``folder``, one by one, by tables of the schemas above; no table gives an empty file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in SCHEMAS.items():
        write_table(folder / f"{name}.parquet", [table.select(schema.names) for table in tables.get(name, ())], schema)
    fsync_path(folder)
