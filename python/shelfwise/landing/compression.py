"""Files that may be packed with gzip, told by their ending."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from shelfwise.landing.errors import LandingError, unreadable


def is_gzip(path: Path) -> bool:
    """Tell whether a file's name says that it is packed."""
    return path.suffix.lower() == ".gz"


def kind_of(name: str) -> str:
    """Return a file's ending in lower case; what is packed keeps the ending below ``.gz``: ``.csv.gz``."""
    path = Path(name.lower())
    return "".join(path.suffixes[-2:]) if path.suffix == ".gz" else path.suffix


@contextmanager
def open_unpacked(path: Path, label: str) -> Iterator[BinaryIO]:
    """Open a file's bytes as they were before packing. ``label`` is what messages call the file.

    Raises LandingError when the file cannot be read, be it at once or later, while it is open.
    """
    try:
        with gzip.open(path, "rb") if is_gzip(path) else path.open("rb") as stream:
            yield cast(BinaryIO, stream)
    except EOFError as error:
        raise LandingError(
            "it is cut: what gzip packed does not come to its end",
            file=label,
            remedy="Download or export it again, and import the whole file.",
        ) from error
    except zlib.error as error:
        raise LandingError(
            f"it cannot be unpacked ({error})", file=label, remedy="Download or export it again."
        ) from error
    except OSError as error:
        raise unreadable(label, error) from error
