"""What training hands back to the warehouse: three Parquet files, each whole or absent."""

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
SCHEMAS = {
    "customer_scores": CUSTOMER_SCORES,
    "model_evaluations": MODEL_EVALUATIONS,
    "model_versions": MODEL_VERSIONS,
}


def write_outputs(folder: Path, tables: dict[str, Sequence[pa.Table]]) -> None:
    """Replace the files in ``folder``, one by one, by tables of the schemas above; no table gives an empty file.

    Versions trained before stay: they tell which model a list of recommendations was made by.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in SCHEMAS.items():
        path = folder / f"{name}.parquet"
        temporary = path.with_name(f".{path.name}.tmp-{os.getpid()}")
        parts = list(tables.get(name) or [schema.empty_table()])
        if name == "model_versions":
            parts = [*([pq.read_table(path, schema=schema)] if path.is_file() else []), *parts]
        pq.write_table(pa.concat_tables([part.cast(schema) for part in parts]), temporary, compression="zstd")
        fsync_path(temporary)
        os.replace(temporary, path)
    fsync_path(folder)
