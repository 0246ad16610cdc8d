"""The data folder: there and writable, or an error that says why not."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from shelfwise.errors import ShelfwiseError
from shelfwise.settings import Settings


def require_data_folder(settings: Settings) -> None:
    """Make the data folder where there is none, and see that it takes a file.

    Raises ShelfwiseError when it cannot be made or written.
    """
    require_writable(settings.data_path)


def require_writable(folder: Path) -> None:
    """The same of a folder in the data folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):  # permission bits alone do not tell of a disk mounted read-only
            pass
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        if isinstance(error, FileExistsError):
            reason = "it is a file"
        raise ShelfwiseError(
            f"cannot write {folder}: {reason}",
            remedy="Allow writing there, or set SHELFWISE_DATA_DIR to a folder that can be written",
        ) from error
