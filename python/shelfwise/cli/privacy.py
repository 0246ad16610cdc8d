"""`shelfwise forget`: erasing a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shelfwise.cli.shared import errors_shown, load_settings, progress_line

if TYPE_CHECKING:
    from shelfwise.pipeline.forgetting.forget import Erased

app = typer.Typer()


@app.command()
def forget(
    customer: Annotated[str | None, typer.Argument(help="Customer's id, as the shop knows it or NAMESPACE:ID.")] = None,
    device: Annotated[str | None, typer.Option(help="A device's id instead of a customer's.")] = None,
    namespace: Annotated[str | None, typer.Option(help="Shop that the id is of.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Erase everybody on the list who came back.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would go.")] = False,
) -> None:
    """Erase a person from landing, the collector, every version, models' inputs, logs and what comes later."""
    with errors_shown():
        from shelfwise.errors import ShelfwiseError
        from shelfwise.pipeline.forgetting.forget import forget as erase
        from shelfwise.pipeline.forgetting.forget import forget_again, would_forget

        if sum((customer is not None, device is not None, again)) != 1:
            raise ShelfwiseError("whom?", remedy="Give a customer's id, --device ID, or --again")
        if again and dry_run:
            raise ShelfwiseError("--again cannot tell beforehand", remedy="Leave --dry-run away")
        settings, given = load_settings(), customer or device or ""
        with progress_line("forget") as report:
            if again:
                results = forget_again(settings, report)
            else:
                act = would_forget if dry_run else erase
                results = [act(settings, given, namespace=namespace, is_device=device is not None, report=report)]
    if not results:
        typer.echo("Nobody who was erased has come back.")
    for result in results:
        tell(result, dry_run=dry_run)


def tell(result: Erased, *, dry_run: bool) -> None:
    """Say what went, or would, and what to do next."""
    word = "would go" if dry_run else "gone"
    typer.echo(f"{result.devices:,} devices and {result.orders:,} orders are theirs alone.")
    for place, count in result.places.items():
        if count:
            typer.echo(f"{place:<40}{count:>10,}  {word}")
    if result.is_nothing:
        typer.echo("Nothing tells of them." if dry_run else "Nothing told of them; what comes later will not, either.")
    elif not dry_run:
        typer.echo("Next: `shelfwise run` builds the warehouse anew, and trains without them.")
