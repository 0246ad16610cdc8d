"""A file that one process appends to, durably, and holds by a lock while it does."""

from __future__ import annotations

import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from shelfwise.files import fsync_path

#: rejected events may hold what a page should not have sent: for the eyes of the account that runs the collector
_MODE = 0o600


class AppendFile:
    """A new file, its name on disk before its first byte.

    The lock goes with the process, so whoever finds a file unlocked may take it: nobody appends to it any more.
    """

    def __init__(self, folder: Path, suffix: str) -> None:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            fsync_path(folder.parent)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        self.path = folder / f"{stamp}-{os.getpid()}-{secrets.token_hex(3)}{suffix}"
        self.size = 0
        self.opened_at = time.monotonic()
        unlocked = self.path.with_name(f".{self.path.name}.new")
        self._descriptor = os.open(unlocked, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, _MODE)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            os.rename(unlocked, self.path)  # under this name it is never seen without its lock
            fsync_path(folder)
        except OSError:
            self.close()
            raise

    def append(self, data: bytes) -> None:
        """Return once the bytes are on disk.

        Raises OSError when they are not. The file then ends where it ended before, and takes no more: after a failed
        sync the kernel may have forgotten what it could not write.
        """
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
            os.fdatasync(self._descriptor)
        except OSError:
            with suppress(OSError):  # what stays behind is a torn frame, or one that its sender sends again
                os.ftruncate(self._descriptor, self.size)
            self.close()
            raise
        self.size += len(data)

    def close(self) -> None:
        """Give the file up to whoever takes it; one that holds nothing is removed. Once closed, this does nothing."""
        if self._descriptor < 0:
            return
        if self.size == 0:
            for path in (self.path, self.path.with_name(f".{self.path.name}.new")):
                path.unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = -1


@contextmanager
def taken(path: Path) -> Iterator[bool]:
    """Give whether a file is nobody's, and keep it so during the block; one that is gone is not."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        yield False
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            # whoever held it may have removed it between our two calls
            yield path.exists()
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Return whether a process appends to a file, or reads it to take it."""
    with taken(path) as free:
        return not free and path.exists()
