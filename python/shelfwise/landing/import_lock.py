"""One import into a source at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from shelfwise.landing.errors import LandingError, unwritable
from shelfwise.locks import LockHeldError, exclusive_lock


@contextmanager
def import_lock(source_folder: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold the lock of a source's landing folder, and clear away what a killed import left half written there.

    Raises LandingError when another import holds it and `wait` is false, or when the folder cannot be written.
    """
    path = source_folder / ".import.lock"
    with ExitStack() as stack:
        try:
            stack.enter_context(exclusive_lock(path, holder=f"process {os.getpid()}", wait=wait))
            for unfinished in source_folder.glob("*/dt=*/*.parquet.tmp"):
                unfinished.unlink()
        except LockHeldError as error:
            raise LandingError(
                f"another import into {source_folder.name} is running ({error.holder})",
                remedy="Wait until it ends, and import again.",
            ) from error
        except OSError as error:
            raise unwritable(path, error) from error
        yield
