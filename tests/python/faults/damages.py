"""What a disk, a mistake or another program can do to a data folder, and what the doctor has to say of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fault_shop import Shop

from shelfwise.warehouse.published import current_link, versions_path


@dataclass(frozen=True)
class Damage:
    """A fault, the check that finds it, and words of what it says. ``serves``: readers have the current version."""

    plant: Callable[[Shop], None]
    check: str
    words: str
    serves: bool = True


def truncate(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size * 2 // 3)


def flip(path: Path, share: float = 0.4) -> None:
    """Change a byte, as a bad disk does."""
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.seek(int(path.stat().st_size * share))
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 0xFF]))


def garbage(path: Path) -> None:
    path.write_bytes(b"\x00garbage\xff" * 50)


def landed(shop: Shop, source: str, table: str) -> Path:
    return sorted(shop.settings.landing_path.glob(f"{source}/{table}/dt=*/*.parquet"))[0]


def current(shop: Shop) -> Path:
    return current_link(shop.settings).resolve()


def last_run(shop: Shop) -> Path:
    return sorted(shop.settings.runs_path.glob("*"))[-1]


def flip_every_megabyte(path: Path) -> None:
    for share in (0.2, 0.35, 0.5, 0.65, 0.8):
        flip(path, share)


# What is mended by a command that takes a second, for it runs no pipeline.
QUICK: dict[str, Damage] = {
    "the current version is cut off": Damage(
        lambda shop: (current(shop) / "warehouse.duckdb").chmod(0o644) or truncate(current(shop) / "warehouse.duckdb"),
        "published", "is damaged: version", serves=False,
    ),
    "a byte of the current version has changed": Damage(
        lambda shop: flip(current(shop) / "warehouse.duckdb"), "published", "warehouse.duckdb differs", serves=False
    ),
    "the manifest of the current version is garbage": Damage(
        lambda shop: garbage(current(shop) / "manifest.json"), "published", "is not a manifest", serves=False
    ),
    "the folder of the current version is gone": Damage(
        lambda shop: shutil.rmtree(current(shop)), "published", "which is gone", serves=False
    ),
    "the symlink to the current version is gone": Damage(
        lambda shop: current_link(shop.settings).unlink(), "published", "readers find no version", serves=False
    ),
    "the record of operations is garbage": Damage(
        lambda shop: garbage((shop.settings.published_path / "operations.duckdb").resolve()),
        "operations", "is damaged",
    ),
    "the record of operations is gone": Damage(
        lambda shop: shutil.rmtree(shop.settings.published_path / "operations"), "operations", "is gone"
    ),
    "a byte of a collected file has changed": Damage(
        lambda shop: flip(landed(shop, "web", "events")), "landing", "is damaged"
    ),
    "a collected file is gone": Damage(
        lambda shop: landed(shop, "web", "events").unlink(), "build database", "are gone"
    ),
    "all of landing is gone": Damage(
        lambda shop: shutil.rmtree(shop.settings.landing_path), "build database", "are gone"
    ),
}  # fmt: skip

# What needs a run.
SLOW: dict[str, Damage] = {
    "a file of the sample shop is cut off": Damage(
        lambda shop: truncate(landed(shop, "sample_shop", "events")), "landing", "is damaged"
    ),
    "bytes of the build database have changed": Damage(
        lambda shop: flip_every_megabyte(shop.settings.build_database), "build database", "is damaged"
    ),
    "the build database is cut off": Damage(
        lambda shop: truncate(shop.settings.build_database), "build database", "is damaged"
    ),
    "the build database is garbage": Damage(
        lambda shop: garbage(shop.settings.build_database), "build database", "is damaged"
    ),
    "what training wrote is garbage": Damage(
        lambda shop: garbage(shop.settings.model_output_path / "customer_scores.parquet"), "model output", "is damaged"
    ),
    "the note of a landing is garbage": Damage(
        lambda shop: garbage(shop.settings.collector_path / "compaction.json"), "collector", "cannot be read"
    ),
    "the record of the last run is garbage": Damage(
        lambda shop: garbage(last_run(shop) / "run.json"), "runs", "cannot be read"
    ),
    "every version is gone": Damage(
        lambda shop: shutil.rmtree(versions_path(shop.settings)), "published", "which is gone", serves=False
    ),
}  # fmt: skip

# Not even a fault: the next run makes it again.
HARMLESS: dict[str, Callable[[Shop], None]] = {
    "the build database is gone": lambda shop: shop.settings.build_database.unlink(),
    "what training wrote is gone": lambda shop: shutil.rmtree(shop.settings.model_output_path),
    "all runs are gone": lambda shop: shutil.rmtree(shop.settings.runs_path),
    "the folder to spill into is gone": lambda shop: shutil.rmtree(shop.settings.spill_path, ignore_errors=True),
}
