"""Child processes of a run: their lines as they come, their log, and their end with ours."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

GRACE_SECONDS = 10
KEPT_LINES = 100


@dataclass(frozen=True)
class Finished:
    """How a child ended (negative: the signal that ended it), and the last lines of its two streams."""

    exit_code: int
    stdout: deque[str]
    stderr: deque[str]

    def last_lines(self, number: int) -> tuple[str, ...]:
        """Return the end of what it had to say: of standard error, or of standard output when that was silent."""
        said = [line for line in self.stderr or self.stdout if line.strip()]
        return tuple(said[-number:])


def run_process(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    log: Path,
    on_line: Callable[[str], None],
    held: Sequence[int] = (),
) -> Finished:
    """Run ``command`` in ``folder`` and return how it ended.

    Each line goes to ``log`` and to ``on_line``. The child inherits the ``held`` descriptors, those of the run's lock:
    as long as it lives, no other run starts. When this process is interrupted, so is the child; when it is killed, the
    child dies with it (on Linux; call this from a thread that outlives the child).
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("w", encoding="utf-8", buffering=1) as record,  # by line: people follow it
        subprocess.Popen(
            tethered(command),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            pass_fds=tuple(held),
        ) as child,
    ):
        kept = {"stdout": deque[str](maxlen=KEPT_LINES), "stderr": deque[str](maxlen=KEPT_LINES)}
        try:
            for stream, line in lines_of(child):
                record.write(line + "\n")
                kept[stream].append(line)
                on_line(line)
            return Finished(child.wait(), **kept)
        except BaseException:
            end(child)
            raise


def tethered(command: Sequence[str]) -> list[str]:
    """Return the command as a child of this process that dies with it."""
    return [sys.executable, "-S", str(Path(__file__).with_name("tether.py")), str(os.getpid()), *command]


def lines_of(child: subprocess.Popen[str]) -> Iterator[tuple[str, str]]:
    """Yield (stream, line) of a child until both its streams are closed."""
    lines: queue.Queue[tuple[str, str] | None] = queue.Queue()

    def read(stream: IO[str], name: str) -> None:
        for line in stream:
            lines.put((name, line.rstrip("\n")))
        lines.put(None)

    for name, stream in (("stdout", child.stdout), ("stderr", child.stderr)):
        threading.Thread(target=read, args=(stream, name), daemon=True).start()
    open_streams = 2
    while open_streams:
        item = lines.get()
        if item is None:
            open_streams -= 1
        else:
            yield item


def end(child: subprocess.Popen[str]) -> None:
    """End a child: ask first, then insist."""
    child.terminate()
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
