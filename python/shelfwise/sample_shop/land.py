"""Landing the sample shop: one Parquet file a table and day, and a marker that says what they are made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from shelfwise.files import write_text_atomically
from shelfwise.landing.errors import LandingError
from shelfwise.landing.files import add_provenance, landing_file_path, write_landing_file
from shelfwise.privacy.landing_guard import LandingGuard
from shelfwise.sample_shop.parameters import DEFAULT_DAYS, DEFAULT_UNTIL, ShopParameters, customers_of_size
from shelfwise.sample_shop.simulation import Progress, Shop, simulate
from shelfwise.sample_shop.tables import build_tables, end_of_day
from shelfwise.settings import Settings

SOURCE = "sample_shop"
MARKER = "sample_shop.json"


@dataclass(frozen=True)
class LandedFiles:
    """What is landed: rows of each table, number of files, and whether all of it was there before."""

    rows: dict[str, int]
    files: int
    skipped: bool


def land_sample_shop(
    settings: Settings,
    *,
    seed: int,
    days: int = DEFAULT_DAYS,
    size: str | int = "default",
    until: date = DEFAULT_UNTIL,
    progress: Progress | None = None,
) -> LandedFiles:
    """Simulate a shop and land what it sends, unless these parameters have landed already.

    A landing that was interrupted is completed: equal parameters make equal files, so those that are there stay.
    `progress` is called with a phrase and the share that is done of it. Raises LandingError when another shop has
    landed or the folder cannot be written, and ShelfwiseError for parameters that no shop can have.
    """
    parameters = ShopParameters(seed, customers_of_size(size), days, until)
    folder = settings.landing_path / SOURCE
    marker = read_marker(folder)
    require_same_shop(folder, marker, parameters)
    if marker.get("complete") and all((folder / name).is_file() for name in marker["files"]):
        return LandedFiles(marker["rows"], len(marker["files"]), skipped=True)
    folder.mkdir(parents=True, exist_ok=True)
    described = {"parameters": describe(parameters), "complete": False}
    write_text_atomically(folder / MARKER, json.dumps(described, indent=2))
    guard = LandingGuard.of(settings, SOURCE)
    shop = simulate(parameters, progress)
    tables, faults = build_tables(shop)
    faults["out_of_order_events"] = 0
    files: list[str] = []
    for table_name, day, rows in daily_files(tables, days):
        path = landing_file_path(
            settings.landing_path,
            SOURCE,
            table_name,
            parameters.date_of(day),
            f"{table_name}-{parameters.date_of(day)}",
        )
        if table_name == "events":
            faults["out_of_order_events"] += count_out_of_order(rows)
        if not path.exists():
            write_day(shop, rows, path, day, guard)
        files.append(str(path.relative_to(folder)))
        if progress:
            progress("landing the sample shop", min(1.0, len(files) / (days * len(tables))))
    counts = {name: table.num_rows for name, table in tables.items()}
    described |= {"complete": True, "rows": counts, "faults": faults, "files": files}
    write_text_atomically(folder / MARKER, json.dumps(described, indent=2))
    return LandedFiles(counts, len(files), skipped=False)


def require_landable(
    settings: Settings,
    *,
    seed: int,
    days: int = DEFAULT_DAYS,
    size: str | int = "default",
    until: date = DEFAULT_UNTIL,
) -> None:
    """Raise what `land_sample_shop` would, for parameters that no shop can have or another shop that has landed."""
    folder = settings.landing_path / SOURCE
    parameters = ShopParameters(seed, customers_of_size(size), days, until)
    require_same_shop(folder, read_marker(folder), parameters)


def landed_parameters(settings: Settings) -> ShopParameters | None:
    """Return what the sample shop in landing was made from; None where none has landed.

    Raises LandingError when its marker cannot be read.
    """
    marker = read_marker(settings.landing_path / SOURCE)
    if not marker:
        return None
    described = marker["parameters"]
    return ShopParameters(**{**described, "until": date.fromisoformat(described["until"])})


def describe(parameters: ShopParameters) -> dict[str, Any]:
    """Return the parameters as the marker holds them."""
    return {**asdict(parameters), "until": parameters.until.isoformat()}


def read_marker(folder: Path) -> dict[str, Any]:
    """Return what the marker says, empty when nothing has landed. Raises LandingError when it cannot be read."""
    path = folder / MARKER
    if not path.exists():
        return {}
    try:
        marker: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LandingError(
            f"the marker cannot be read ({error})", file=str(path), remedy=start_afresh(folder)
        ) from error
    if not isinstance(marker, dict) or not isinstance(marker.get("parameters"), dict):
        raise LandingError("the marker describes no sample shop", file=str(path), remedy=start_afresh(folder))
    return marker


def require_same_shop(folder: Path, marker: dict[str, Any], parameters: ShopParameters) -> None:
    """Raise LandingError when something else has landed than a shop of these parameters."""
    if not marker and folder.exists() and any(folder.glob("*/dt=*/*.parquet")):
        raise LandingError(f"files have landed here, but no {MARKER}", file=str(folder), remedy=start_afresh(folder))
    if marker and marker["parameters"] != describe(parameters):
        landed = ", ".join(f"{name} {value}" for name, value in marker["parameters"].items())
        wanted = ", ".join(f"{name} {value}" for name, value in describe(parameters).items())
        raise LandingError(
            f"another sample shop has landed ({landed}) than the one asked for ({wanted})",
            file=str(folder / MARKER),
            remedy=start_afresh(folder),
        )


def start_afresh(folder: Path) -> str:
    """Return what to do for another shop."""
    return (
        f"To start afresh, remove {folder}. To keep a second shop beside it, set SHELFWISE_DATA_DIR to another folder."
    )


def daily_files(tables: dict[str, pa.Table], days: int) -> Iterator[tuple[str, int, pa.Table]]:
    """Yield table name, day and rows of each file, day by day; there is none where no row arrives."""
    bounds = {}
    for name, table in tables.items():
        landed = table.column("landed_day").to_numpy()
        bounds[name] = np.searchsorted(landed, np.arange(days + 1))
    for day in range(days):
        for name, table in tables.items():
            begin, end = bounds[name][day : day + 2]
            if end > begin:
                yield name, day, table.slice(begin, end - begin).drop_columns(["landed_day"])


def count_out_of_order(rows: pa.Table) -> int:
    """Return how many events of a file happened before the one that stands above them."""
    occurred = rows.column("occurred_at").to_numpy()
    return int((occurred[1:] < occurred[:-1]).sum())


def write_day(shop: Shop, rows: pa.Table, path: Path, day: int, guard: LandingGuard) -> None:
    """Land one file. Its SHA-256 is that of the rows as an Arrow stream, for there is no file that they came from."""
    plain = [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field for field in rows.schema
    ]
    rows = rows.cast(pa.schema(plain)).combine_chunks()
    stream = pa.BufferOutputStream()
    with pa.ipc.new_stream(stream, rows.schema) as writer:
        writer.write_table(rows)
    digest = hashlib.sha256(stream.getvalue()).hexdigest()
    table = add_provenance(rows, source_file=path.name, file_sha256=digest, loaded_at=end_of_day(shop, day))
    try:
        write_landing_file(table, path, source_file=path.name, file_sha256=digest, guard=guard)
    except OSError as error:
        raise LandingError(
            f"the file cannot be written ({error})",
            file=str(path),
            remedy="Make room or allow writing there, and run it again: it goes on where it stopped.",
        ) from error
