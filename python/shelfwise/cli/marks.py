"""`shelfwise mark …`: what a person says about an unusual day or a recommendation."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shelfwise.cli.shared import errors_shown, load_settings

if TYPE_CHECKING:
    from shelfwise.landing.marks import MarkKind

app = typer.Typer(help="Say that an alarm was none, or that a recommendation is bad.", no_args_is_help=True)

Note = Annotated[str, typer.Option(help="Why, for people. No personal data: it is kept.")]
Withdraw = Annotated[bool, typer.Option("--withdraw", help="Take such a mark back.")]


@app.command("false-alarm")
def mark_false_alarm(
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="Day that was called unusual.")],
    namespace: Annotated[str | None, typer.Option(help="Shop, as daily_anomalies names it.")] = None,
    source: Annotated[str | None, typer.Option(help="Source of a landed table.")] = None,
    table: Annotated[str | None, typer.Option(help="Landed table, or daily_metrics.")] = None,
    column: Annotated[str | None, typer.Option(help="Profiled column. Needs --metric.")] = None,
    metric: Annotated[str | None, typer.Option(help="Metric. Default: every series of the day.")] = None,
    segment: Annotated[str | None, typer.Option(help="Segment, type=value. Needs --metric.")] = None,
    note: Note = "",
    withdraw: Withdraw = False,
) -> None:
    """Call a day normal: it is not alarmed again, later days are judged by it, and limits widen."""
    segment_type, _, segment_value = (segment or "").partition("=")
    _land(
        "false_alarm",
        metric_date=day.date(),
        namespace=namespace,
        source_name=source,
        table_name=table,
        column_name=column,
        metric=metric,
        segment_type=segment_type or None,
        segment_value=segment_value or None,
        note=note,
        is_withdrawn=withdraw,
    )


@app.command("bad-recommendation")
def mark_bad_recommendation(
    product: Annotated[str, typer.Argument(help="Product, namespace:id.")],
    customer: Annotated[
        str | None, typer.Option(help="Customer it was recommended to; it is not recommended to them again.")
    ] = None,
    note: Note = "",
    withdraw: Withdraw = False,
) -> None:
    """Call a recommendation bad: it is withheld from the customer, and counted for the product."""
    _land("bad_recommendation", product_id=product, customer_id=customer, note=note, is_withdrawn=withdraw)


def _land(mark: MarkKind, **subject: Any) -> None:
    with errors_shown():
        from shelfwise.landing.marks import Mark, land_mark

        path = land_mark(load_settings(), Mark(mark=mark, **subject))
    typer.echo(f"Landed {path.stem}; it holds from the next run on.")
