"""``python -m bench.forecast``: the back-tests of Online Retail and the sample shop, with BG/NBD beside ours."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bench.forecast.buy_till_you_die import questions
from bench.recommender.__main__ import real_data
from shelfwise.cli import errors_shown
from shelfwise.errors import ShelfwiseError
from shelfwise.files import write_text_atomically
from shelfwise.forecasting.customers import forecast_customers
from shelfwise.forecasting.evaluations import Evaluation
from shelfwise.forecasting.rows import read_customers
from shelfwise.forecasting.train import train
from shelfwise.landing.online_retail import import_online_retail
from shelfwise.pipeline.summary import plain_table
from shelfwise.recommender.threads import numeric_threads
from shelfwise.settings import Settings, get_settings
from shelfwise.warehouse.connections import connect_build

app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)

SHOPS = ("online_retail", "sample_shop")


def build(settings: Settings) -> None:
    """Build what training reads. Raises ShelfwiseError when dbt fails."""
    dbt = str(Path(sys.executable).with_name("dbt"))
    target = ["--target-path", str(settings.data_path / "target"), "--log-path", str(settings.data_path / "logs")]
    for arguments in (["seed"], ["run", "--exclude", "tag:after_training"]):
        done = subprocess.run(
            [dbt, "--quiet", *arguments, *target],
            cwd=settings.project_dir,
            env=settings.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ShelfwiseError(f"dbt {arguments[0]} failed: {done.stdout[-2000:]}")


def land(settings: Settings, shop: str, tell: Callable[[str], None]) -> None:
    """Land a shop's files, where they have not."""
    if (settings.landing_path / shop).is_dir():
        return
    if shop == "online_retail":
        import_online_retail(real_data(settings.project_dir) / "online_retail" / "daily", settings)
        return
    from shelfwise.pipeline.history import RunOptions
    from shelfwise.pipeline.land import LANDERS

    LANDERS[shop](settings, RunOptions(seed=settings.seed), tell)


def measure(settings: Settings, shop: str, tell: Callable[[str], None]) -> dict[str, Any]:
    """Back-test everything of a shop, as a run does, and its customers again with BG/NBD; return the figures."""
    folder = settings.project_dir / "build" / "bench" / "forecast" / shop
    own = Settings(**{**settings.model_dump(), "data_dir": folder, "temp_dir": None, "sources": (shop,)})
    land(own, shop, tell)
    tell(f"building {shop}")
    build(own)
    started = time.monotonic()
    trained = train(own, folder / "run", tell)
    seconds = round(time.monotonic() - started, 1)
    card = json.loads((folder / "run" / "model" / "forecast_card.json").read_text(encoding="utf-8"))
    with connect_build(own) as connection, numeric_threads(own):
        rows = read_customers(connection, shop)
        asked = [forecast_customers(rows, question, shop, own.seed) for question in questions()]
    evaluations = [one for one in card["evaluations"] if one["subject"] != "customer"]
    evaluations += [asdict(one) for answer in asked for one in answer.evaluations]
    return {
        "forecast_version": trained.forecast_version,
        "seconds": seconds,
        "states": trained.states,
        "evaluations": evaluations,
    }


def show(console: Console, shop: str, found: dict[str, Any]) -> None:
    """Print a shop's figures, all weeks together."""
    console.print(f"\n[bold]{shop}[/bold]: {found['seconds']} s to back-test and foretell", highlight=False)
    table = plain_table("of", "foretold", "measure", "value", "95% interval", "ours gains", "95% interval", "by")
    for one in (Evaluation(**of) for of in found["evaluations"] if of["week_number"] == 0):
        table.add_row(
            one.subject,
            one.metric,
            one.measure,
            f"{one.value:.4f}",
            "" if one.lower_bound is None else f"{one.lower_bound:.3f} to {one.upper_bound:.3f}",
            "" if one.gain is None else f"{one.gain:+.4f}",
            "" if one.gain is None else f"{one.gain_lower_bound:+.4f} to {one.gain_upper_bound:+.4f}",
            one.model_name + (" (served)" if one.is_served else ""),
            style="bold" if one.role == "model" else None,
        )
    console.print(table)


@app.command()
def main(
    only: Annotated[str | None, typer.Option(help="online_retail or sample_shop alone.")] = None,
    out: Annotated[Path | None, typer.Option(help="Default: build/bench/forecast.json.")] = None,
) -> None:
    """Back-test the forecasts of both shops."""
    with errors_shown():
        if only not in (None, *SHOPS):
            raise ShelfwiseError(f"there is no shop {only!r} here", remedy=f"Take one of {', '.join(SHOPS)}")
        settings, console = get_settings(), Console(width=160)
        tell = Console(stderr=True).print
        shops = {shop: measure(settings, shop, tell) for shop in ([only] if only else SHOPS)}
        for shop, found in shops.items():
            show(console, shop, found)
        path = out or settings.project_dir / "build" / "bench" / "forecast.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text_atomically(path, json.dumps({"shops": shops}, indent=2, default=str) + "\n")
        console.print(f"\n{path}")


if __name__ == "__main__":
    app()
