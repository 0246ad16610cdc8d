"""Bytes on disk after a night, and what sixty of them come to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_build
from shelfwise.wording import byte_size

PARTS = ("landing", "build", "published", "runs", "operations", "model_output", "tmp")


@dataclass(frozen=True)
class Sizes:
    """What lies on the disk after a night. ``live`` are the bytes of the build database's blocks that are in use."""

    night: int
    is_whole: bool
    seconds: float
    bytes: dict[str, int]
    live: int
    versions: int
    run_folders: int

    def line(self) -> str:
        """Return the sizes in a line."""
        parts = ", ".join(f"{part} {byte_size(self.bytes[part])}" for part in PARTS[:5])
        return f"{self.seconds:.0f} s, {parts} ({byte_size(self.live)} of the build in use)"


def measure(settings: Settings, night: int, *, is_whole: bool, seconds: float) -> Sizes:
    """Look at the data folder."""
    published = settings.published_path
    with connect_build(settings) as connection:
        (used, block) = connection.execute(
            "select used_blocks, block_size from pragma_database_size() where database_name = current_database()"
        ).fetchall()[0]
    build = [path for path in settings.data_path.glob("build.duckdb*") if path.is_file()]
    return Sizes(
        night=night,
        is_whole=is_whole,
        seconds=round(seconds, 1),
        bytes={
            "landing": size_of(settings.landing_path),
            "build": sum(path.stat().st_size for path in build),
            "published": size_of(published / "versions"),
            "runs": size_of(settings.runs_path),
            "operations": size_of(published / "operations"),
            "model_output": size_of(settings.model_output_path),
            "tmp": size_of(settings.spill_path),
        },
        live=used * block,
        versions=len(list((published / "versions").iterdir())),
        run_folders=len(list(settings.runs_path.iterdir())),
    )


def size_of(folder: Path) -> int:
    """Return the bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def summary(nights: list[Sizes]) -> dict[str, object]:
    """Return for each part what it came to, and by how much it still grows a night in the second half.

    ``build_waste`` is the largest share of the build database's bytes that were in no use after a night.
    """
    half = nights[len(nights) // 2 :]
    last, middle = half[-1], half[0]
    between = max(1, last.night - middle.night)
    return {
        "bytes": last.bytes,
        "bytes_per_night": {part: round((last.bytes[part] - middle.bytes[part]) / between) for part in PARTS},
        "build_bytes_per_landed_byte": round(last.bytes["build"] / last.bytes["landing"], 2),
        "build_live_bytes": last.live,
        "build_waste": round(max(1 - night.live / night.bytes["build"] for night in half), 3),
        "versions": last.versions,
        "run_folders": last.run_folders,
        "by_night": [asdict(night) for night in nights],
    }
