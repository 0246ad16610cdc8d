"""Child processes of a run: their lines as they come, their log, and their end with ours."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Literal

Stream = Literal["stdout", "stderr"]
LineHandler = Callable[[Stream, str], None]
GRACE_SECONDS = 10


def run_process(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    log: Path,
    on_line: LineHandler,
    held: Sequence[int] = (),
) -> int:
    """Run ``command`` in ``folder`` and return its exit code (negative: the signal that ended it).

    Each line goes to ``log`` and to ``on_line``. The child inherits the ``held`` descriptors, those of the run's lock:
    as long as it lives, no other run starts. When this process is interrupted, so is the child; when it is killed, the
    child dies with it (on Linux; call this from a thread that outlives the child).
    """
    tether = [sys.executable, "-S", str(Path(__file__).with_name("tether.py")), str(os.getpid())]
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("w", encoding="utf-8") as record,
        subprocess.Popen(
            [*tether, *command],
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
        try:
            for stream, line in lines_of(child):
                record.write(line + "\n")
                on_line(stream, line)
            return child.wait()
        except BaseException:
            end(child)
            raise


def lines_of(child: subprocess.Popen[str]) -> Iterator[tuple[Stream, str]]:
    """Yield (stream, line) of a child until both its streams are closed."""
    lines: queue.Queue[tuple[Stream, str] | None] = queue.Queue()

    def read(stream: IO[str], name: Stream) -> None:
        for line in stream:
            lines.put((name, line.rstrip("\n")))
        lines.put(None)

    assert child.stdout and child.stderr
    threading.Thread(target=read, args=(child.stdout, "stdout"), daemon=True).start()
    threading.Thread(target=read, args=(child.stderr, "stderr"), daemon=True).start()
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
