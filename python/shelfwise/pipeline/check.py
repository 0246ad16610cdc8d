"""A door of the gate without a run: what would it say now?"""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from shelfwise.errors import ShelfwiseError
from shelfwise.pipeline.context import RunContext, StepFailedError, Tools
from shelfwise.pipeline.gate import DOORS, audit, describe
from shelfwise.pipeline.lock import run_lock
from shelfwise.pipeline.progress import Reporter
from shelfwise.settings import Settings


def check_door(settings: Settings, door: str, *, console: Console | None = None, tools: Tools | None = None) -> bool:
    """Audit at ``door``, print the verdict, and return whether it lets a run pass.

    The results go to ``data/checks/``, which each check overwrites. Raises ShelfwiseError for an unknown door, while a
    run is in progress, and when the audit broke.
    """
