"""Group commit: what waits is written together, synced once, and then all who wait are told."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from shelfwise.collector.append_file import AppendFile
from shelfwise.collector.figures import CollectorFigures

logger = logging.getLogger(__name__)

_TICK_SECONDS = 0.1


class NotKeptError(Exception):
    """The disk did not take the bytes, so nobody may be told that they are kept."""


@dataclass(frozen=True)
class Log:
    """A folder of append-only files; a process has one of them open, until a size or an age."""

    folder: Path
    suffix: str
    most_bytes: int
    most_seconds: float


@dataclass(frozen=True)
class _Waiting:
    parts: Mapping[Log, bytes]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[None]


class GroupCommit:
    """The one thread that writes. It opens a file when there is something to write, and holds none while idle.

    In that thread `on_closed` is called when a file was closed, and `wants_handover` is asked ten times a second
    whether the open files are to be closed early.
    """

    def __init__(
        self, figures: CollectorFigures, *, on_closed: Callable[[Log], None], wants_handover: Callable[[], bool]
    ) -> None:
        self._figures = figures
        self._on_closed = on_closed
        self._wants_handover = wants_handover
        self._queue: queue.SimpleQueue[list[_Waiting] | None] = queue.SimpleQueue()
        self._gathered: list[_Waiting] = []
        self._open: dict[Log, AppendFile] = {}
        self._thread = threading.Thread(target=self._run, name="collector-commit", daemon=True)
        self._is_failing = False
        self._is_stopped = False

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, close the files, and return once that is done."""
        self._is_stopped = True
        self._queue.put(None)
        self._thread.join()

    async def keep(self, parts: Mapping[Log, bytes]) -> None:
        """Return once the bytes are on disk. Raises NotKeptError when they are not."""
        if self._is_stopped:
            raise NotKeptError("the collector is stopping")
        loop = asyncio.get_running_loop()
        waiting = _Waiting(parts, loop, loop.create_future())
        self._gathered.append(waiting)
        if len(self._gathered) == 1:
            # Requests that are read in one turn of the loop wake the writer once.
            loop.call_soon(self._hand_over)
        await waiting.done

    def _hand_over(self) -> None:
        gathered, self._gathered = self._gathered, []
        self._queue.put(gathered)

    def _run(self) -> None:
        is_last = False
        while not is_last:
            groups = self._next_groups()
            is_last = None in groups
            if waiting := [item for group in groups if group for item in group]:
                self._commit(waiting)
            try:
                self._close_due(all_files=is_last or self._wants_handover())
            except OSError:  # what it holds was synced before; the thread must go on
                logger.exception("a file could not be closed in good order")

    def _next_groups(self) -> list[list[_Waiting] | None]:
        groups: list[list[_Waiting] | None] = []
        with suppress(queue.Empty):
            groups.append(self._queue.get(timeout=_TICK_SECONDS))
            while True:
                groups.append(self._queue.get_nowait())
        return groups

    def _commit(self, waiting: Sequence[_Waiting]) -> None:
        gathered: dict[Log, list[bytes]] = defaultdict(list)
        for item in waiting:
            for log, data in item.parts.items():
                gathered[log].append(data)
        start = time.monotonic()
        error: NotKeptError | None = None
        try:
            for log, pieces in gathered.items():
                self._append(log, b"".join(pieces))
            self._note_success(time.monotonic() - start)
        except Exception as failure:  # whatever it was, those who wait must hear of it
            self._note_failure(failure)
            error = NotKeptError(str(failure))
        for loop in {item.loop for item in waiting}:
            of_loop = [item.done for item in waiting if item.loop is loop]
            with suppress(RuntimeError):  # closed: a server that was stopped in a hurry waits for nothing
                loop.call_soon_threadsafe(_tell, of_loop, error)

    def _append(self, log: Log, data: bytes) -> None:
        file = self._open.get(log)
        if file is None:
            file = self._open[log] = AppendFile(log.folder, log.suffix)
        try:
            file.append(data)
        except OSError:
            self._close(log)
            raise
        self._figures.committed_bytes += len(data)

    def _close_due(self, *, all_files: bool) -> None:
        for log, file in list(self._open.items()):
            is_due = file.size >= log.most_bytes or time.monotonic() - file.opened_at >= log.most_seconds
            if all_files or is_due:
                self._close(log)

    def _close(self, log: Log) -> None:
        self._open.pop(log).close()
        self._on_closed(log)

    def _note_success(self, seconds: float) -> None:
        self._figures.commits += 1
        self._figures.commit_seconds += seconds
        if self._is_failing:
            logger.info("the disk takes events again")
        self._is_failing = False

    def _note_failure(self, failure: Exception) -> None:
        self._figures.failed_commits += 1
        if not self._is_failing:  # once, not for every request
            logger.error(
                "events cannot be written and are refused: %s", failure, exc_info=not isinstance(failure, OSError)
            )
        self._is_failing = True


def _tell(waiting: Sequence[asyncio.Future[None]], error: NotKeptError | None) -> None:
    for done in waiting:
        if done.done():  # its client has gone
            continue
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(NotKeptError(*error.args))
