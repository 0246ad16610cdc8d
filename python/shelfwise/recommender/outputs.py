"""What training hands back to the warehouse: a few Parquet files, each whole or absent."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shelfwise.files import fsync_path

# As in models/marts/recommendations/_model_output__sources.yml.
CUSTOMER_SCORES = pa.schema(
    [
        ("customer_id", pa.string()),
        ("product_id", pa.string()),
        ("position", pa.int64()),
        ("score", pa.float64()),
        ("reason", pa.string()),
        ("reason_product_id", pa.string()),
        ("reason_days", pa.int64()),
        ("model_version", pa.string()),
    ]
)
MODEL_EVALUATIONS = pa.schema(
    [
        ("model_version", pa.string()),
        ("model_name", pa.string()),
        ("role", pa.string()),
        ("namespace", pa.string()),
        ("slice", pa.string()),
        ("metric", pa.string()),
        ("k", pa.int64()),
        ("value", pa.float64()),
        ("lower_bound", pa.float64()),
        ("upper_bound", pa.float64()),
        ("customer_count", pa.int64()),
    ]
)
MODEL_VERSIONS = pa.schema(
    [
        ("model_version", pa.string()),
        ("trained_at", pa.timestamp("us")),
        ("history_until", pa.timestamp("us")),
        ("label_until", pa.timestamp("us")),
        ("training_row_count", pa.int64()),
        ("training_seconds", pa.float64()),
        ("seed", pa.int64()),
    ]
)
RECOMMENDER_DRIFT = pa.schema(
    [
        ("model_version", pa.string()),
        ("signal", pa.string()),
        ("name", pa.string()),
        ("stability_index", pa.float64()),
    ]
)
# Of every training; the others are of the last one alone, and empty where that gave no model.
MODEL_HISTORY = pa.schema([("model_version", pa.string()), ("trained_at", pa.timestamp("us"))])
SCHEMAS = {
    "customer_scores": CUSTOMER_SCORES,
    "model_evaluations": MODEL_EVALUATIONS,
    "model_versions": MODEL_VERSIONS,
    "recommender_drift": RECOMMENDER_DRIFT,
}


def write_outputs(folder: Path, tables: dict[str, Sequence[pa.Table]]) -> None:
    """Replace the files in ``folder``, one by one, by tables of the schemas above; no table gives an empty file.

    The versions are added to those of ``model_history``, which tell what model a list of recommendations was made by.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in SCHEMAS.items():
        write_table(folder / f"{name}.parquet", tables.get(name) or [], schema)
    if versions := tables.get("model_versions"):
        history = folder / "model_history.parquet"
        known = [pq.read_table(history)] if history.is_file() else []
        write_table(history, [*known, *(table.select(MODEL_HISTORY.names) for table in versions)], MODEL_HISTORY)
    fsync_path(folder)


def write_table(path: Path, parts: Sequence[pa.Table], schema: pa.Schema) -> None:
    """Write tables under each other into one file, whole or not at all; no table gives an empty file."""
    temporary = path.with_name(f".{path.name}.tmp-{os.getpid()}")
    table = pa.concat_tables([schema.empty_table(), *(part.cast(schema) for part in parts)])
    pq.write_table(table, temporary, compression="zstd")
    fsync_path(temporary)
    os.replace(temporary, path)
