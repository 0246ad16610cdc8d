"""What a run says while it runs: one live line on a terminal, plain lines elsewhere; readable in 80 columns."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.status import Status

PLAIN_SECONDS = 5.0
TITLE_WIDTH = 26
DETAIL_WIDTH = 40


class Reporter:
    """Prints a run's steps to a console."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._status: Status | None = None
        self._title = ""
        self._last_plain = 0.0

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show ``title`` as under way for the time of the block."""
        self._title = title
        self._last_plain = time.monotonic()
        if not self.console.is_terminal:
            yield
            return
        with self.console.status(escape(self._title), spinner="line") as self._status:
            try:
                yield
            finally:
                self._status = None

    def progress(self, text: str) -> None:
        """Say how far the current step is; seldom where lines cannot be rewritten."""
        text = text.strip()
        if not text:
            return
        if self._status:
            room = max(self.console.width - len(self._title) - 6, 10)
            self._status.update(f"{escape(self._title)}  [dim]{escape(text[:room])}[/dim]")
        elif time.monotonic() - self._last_plain >= PLAIN_SECONDS:
            self._last_plain = time.monotonic()
            self.line(f"      {escape(text[: self.console.width - 6])}", style="dim")

    def done(self, detail: str, seconds: float, *, style: str = "default") -> None:
        """Leave the finished step's line."""
        title, text = escape(f"{self._title:<{TITLE_WIDTH}}"), escape(f"{detail:<{DETAIL_WIDTH}}")
        self.line(f"{title}  [{style}]{text}[/{style}]{seconds:>8.1f} s")

    def line(self, text: str = "", style: str | None = None) -> None:
        """Print a line of rich markup as it is, without highlighting numbers or breaking it."""
        self.console.print(text, style=style, highlight=False, soft_wrap=True)
