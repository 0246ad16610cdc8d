"""What every verb uses: the settings, errors as people see them, and how far a command is."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from shelfwise.settings import Settings


#: a folder of another account, a disk that was mounted read-only or is failing
CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO)


@contextmanager
def errors_shown() -> Iterator[None]:
    """Show an error that a person can put right as one red line and its remedy, and exit with 1."""
    from shelfwise.errors import ShelfwiseError

    try:
        yield
    except ShelfwiseError as error:
        fail(error.message, error.remedy)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            fail("no space left on the disk", "Free some and run again; what was published goes on serving")
        if error.errno not in CLOSED:
            raise
        fail(f"{error.filename}: {error.strerror}", "`shelfwise doctor` says what mends it")
    except KeyboardInterrupt:
        typer.secho("Stopped.", err=True, fg="red")
        raise typer.Exit(130) from None


def load_settings() -> Settings:
    """Return the settings; a wrong environment variable, or no checkout around, is an error to show."""
    from pydantic import ValidationError

    from shelfwise.settings import get_settings

    try:
        return get_settings()
    except FileNotFoundError as error:
        fail(str(error))
    except ValidationError as error:
        problem = error.errors()[0]
        name = "_".join(str(part) for part in problem["loc"]).upper()
        fail(f"SHELFWISE_{name}: {problem['msg'].removeprefix('Value error, ')}", "Correct the environment variable")


def fail(message: str, remedy: str = "") -> NoReturn:
    """Print an error and leave with exit code 1."""
    typer.secho(f"Error: {message}", err=True, fg="red")
    if remedy:
        typer.echo(remedy, err=True)
    raise typer.Exit(1) from None


@contextmanager
def progress_line(title: str) -> Iterator[Callable[[str], None]]:
    """Give a function that shows how far a command is."""
    from rich.console import Console

    from shelfwise.pipeline.progress import Reporter

    reporter = Reporter(Console(stderr=True))
    with reporter.step(title):
        yield reporter.progress
