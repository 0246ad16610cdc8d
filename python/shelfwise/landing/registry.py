"""What has landed, told from file names and Parquet footers; no row is read.

The build database keeps the same registry as a table (`landing.landing_files`, see macros/register_landing.sql). This
one needs no database, so that an import or a summary never waits for dbt.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shelfwise.landing.errors import LandingError
from shelfwise.settings import Settings

TOLD_IN_FOOTER = ("source_file", "file_sha256", "namespace", "supersedes")


@dataclass(frozen=True)
class LandedFile:
    """A landed Parquet file, as its footer describes it.

    ``namespace`` is empty for the source's own; ``supersedes`` is the path below landing/ of the file that this one
    corrects, or empty.
    """

    path: Path
    source_file: str
    file_sha256: str
    row_count: int
    namespace: str = ""
    supersedes: str = ""


def landed_paths(settings: Settings, source: str, table: str) -> list[Path]:
    """Return the landed files of a source table, oldest landing date first."""
    return sorted((settings.landing_path / source / table).glob("dt=*/*.parquet"))


def landed_files(settings: Settings, source: str, table: str) -> list[LandedFile]:
    """Return what landed for a source table, oldest landing date first; empty when nothing has.

    Raises LandingError for a file that is no Parquet.
    """
    return [read_landed_file(path) for path in landed_paths(settings, source, table)]


def landed_row_counts(settings: Settings, sources: Iterable[str]) -> dict[str, int]:
    """Return how many rows landed for each source, over all its tables, rejected lines included.

    A source with nothing landed counts 0. Raises LandingError for a file that is no Parquet.
    """
    return {
        source: sum(
            read_landed_file(path).row_count for path in (settings.landing_path / source).glob("*/dt=*/*.parquet")
        )
        for source in sources
    }


def read_landed_file(path: Path) -> LandedFile:
    """Read a landed file's footer. Raises LandingError when it is no Parquet."""
    try:
        footer = pq.read_metadata(path)
        metadata = footer.metadata or {}
        told = {name: metadata.get(name.encode(), b"").decode() for name in TOLD_IN_FOOTER}
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
        raise LandingError(
            f"this landed file cannot be read as Parquet ({error})",
            file=str(path),
            remedy="Shelfwise only renames complete files into landing: remove this one and import its source again.",
        ) from error
    return LandedFile(path=path, row_count=footer.num_rows, **told)
