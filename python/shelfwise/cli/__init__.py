"""The ``shelfwise`` command: thin, every verb calls one function; imports are local so that ``--help`` is quick.

One module a group of verbs; `shared` has what all of them use.
"""

from __future__ import annotations

import typer

from shelfwise.cli import alerts, dead_letters, imports, marks, measures, privacy, recovery, reports, runs, servers
from shelfwise.cli.shared import errors_shown, fail, load_settings

__all__ = ["app", "errors_shown", "fail", "load_settings"]

app = typer.Typer(
    help="From a shop's clicks and orders to a warehouse, dashboards and recommendations.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for verbs in (runs, recovery, servers, measures, privacy, reports):
    app.add_typer(verbs.app)
app.add_typer(imports.app, name="import")
app.add_typer(dead_letters.app, name="dead-letter")
app.add_typer(marks.app, name="mark")
app.add_typer(alerts.app, name="alert")
