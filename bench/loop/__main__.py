"""``python -m bench.loop``: shoppers browse a young shop for weeks, with a run each night; what came of it."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bench.loop.days import Town
from bench.loop.nights import (
    SOURCE,
    WRITE_KEY,
    add_experiment,
    make_checkout,
    run_night,
    wait_for_version,
    website,
)
from bench.loop.results import count_lost, read_experiment, read_weeks
from bench.loop.website import Books, Website
from shelfwise.cli import errors_shown
from shelfwise.errors import ShelfwiseError
from shelfwise.files import write_text_atomically
from shelfwise.pipeline.progress import Reporter
from shelfwise.sample_shop.parameters import DEFAULT_UNTIL, ShopParameters
from shelfwise.settings import Settings, get_settings

# Both are by device, on two placements that the same shoppers see on the same visits.
EXPERIMENT, PLACEMENT, ARMS = "loop", "home", (("popular", "popular"), ("trained", "trained"))
AA_EXPERIMENT, AA_PLACEMENT, AA_ARMS = "nothing_in_it", "product", (("a", "trained"), ("b", "trained"))
# The warehouse takes an event that was received a year after it happened for one that cannot be.
OLDEST_DAYS = 360


@dataclass(frozen=True)
class Plan:
    """A shop with so many days of history, and the days that its visitors then browse; `until` is the last of them.

    A run follows in the night after every `days_a_run` days. Of the visits that would then take place, a share does.
    """

    seed: int
    customers: int
    history: int
    days: int
    until: date
    days_a_run: int = 1
    share: float = 1.0

    @property
    def run_days(self) -> set[int]:
        """Days, counted from the first of the history, in whose night a run follows; the last is one of them."""
        last = self.history + self.days - 1
        return {day for day in range(self.history, last + 1) if (last - day) % self.days_a_run == 0}

    @property
    def first_day(self) -> date:
        """The first day browsed."""
        return self.until - timedelta(days=self.days - 1)

    @property
    def parameters(self) -> ShopParameters:
        """The shop up to the day before."""
        return ShopParameters(self.seed, self.customers, self.history, self.first_day - timedelta(days=1))


def main(
    customers: Annotated[int, typer.Option(help="With an account; six times as many visit without one.")] = 8_000,
    history: Annotated[int, typer.Option(min=7, help="Days of the shop before, landed from its exports.")] = 21,
    days: Annotated[int, typer.Option(min=1, help="Simulated days.")] = 21,
    days_a_run: Annotated[int, typer.Option(min=1, help="A run in the night after so many days.")] = 1,
    share: Annotated[float, typer.Option(min=0.01, max=1, help="Of the visits, those that are simulated.")] = 0.4,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer and collect.")] = 2,
    seed: Annotated[int, typer.Option(min=0)] = 7,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help=f"The last simulated day. Default: {DEFAULT_UNTIL}.")
    ] = None,
) -> None:
    """Close the loop, and write down what came of it."""
    with errors_shown():
        plan = Plan(seed, customers, history, days, until.date() if until else DEFAULT_UNTIL, days_a_run, share)
        require_recent(plan)
        base = get_settings()
        found = close_loop(base, plan, base.project_dir / "build" / "bench" / "loop", workers, Console(stderr=True))
        path = base.project_dir / "build" / "bench" / "loop.json"
        write_text_atomically(path, json.dumps(found, indent=2, default=str))
        Console().print(table_of(found))


def require_recent(plan: Plan) -> None:
    """Raise ShelfwiseError for days that the warehouse would not believe."""
    today = datetime.now(UTC).date()
    if not today - timedelta(days=OLDEST_DAYS) <= plan.first_day <= plan.until < today:
        raise ShelfwiseError(
            f"{plan.first_day} to {plan.until} cannot be simulated today: events of the future, or a year old, are "
            "quarantined",
            remedy=f"Choose a last day such as --until {today - timedelta(days=1)}.",
        )


def close_loop(base: Settings, plan: Plan, folder: Path, workers: int, console: Console) -> dict[str, Any]:
    """Return what came of weeks on the website, read from the warehouse that the last night published."""
    settings = settings_of(base, plan, folder, workers)
    reporter = Reporter(console)
    with timed(reporter, "the shop's history"):
        run_night(settings, *history_options(plan))
        town = Town.after(plan.parameters, plan.share)
    with website(settings, folder / "server.log") as client:
        shop = Website(client, WRITE_KEY, SOURCE)
        for day in range(plan.history, plan.history + plan.days):
            wait_for_version(settings, client)
            with timed(reporter, f"{plan.parameters.date_of(day)}, day"):
                town.browse(day, shop, settings)
            if day in plan.run_days:
                with timed(reporter, f"{plan.parameters.date_of(day)}, night"):
                    run_night(settings)
    return report(settings, plan, shop.books, town, workers)


@contextmanager
def timed(reporter: Reporter, title: str) -> Iterator[None]:
    """Show what is under way, and then how long it took."""
    began = time.monotonic()
    with reporter.step(title):
        yield
    reporter.done("", time.monotonic() - began)


def settings_of(base: Settings, plan: Plan, folder: Path, workers: int) -> Settings:
    """Return the settings of a checkout of its own with both experiments, and an empty data folder."""
    shutil.rmtree(folder, ignore_errors=True)
    make_checkout(base.project_dir, folder / "checkout")
    add_experiment(folder / "checkout", EXPERIMENT, PLACEMENT, ARMS, plan.first_day)
    add_experiment(folder / "checkout", AA_EXPERIMENT, AA_PLACEMENT, AA_ARMS, plan.first_day)
    changes = {
        "project_dir": folder / "checkout",
        "data_dir": folder / "data",
        "temp_dir": None,
        "sources": (),
        # From the first day on the shop's pages tell the collector, and its export of events is empty.
        "gate_accept": ("sample_shop__events.row_count",),
        "seed": plan.seed,
        "api_workers": workers,
        "keep_versions": 1,
    }
    return base.model_copy(update=changes)


def history_options(plan: Plan) -> tuple[str, ...]:
    """Return the options of the first run."""
    until = plan.parameters.until.isoformat()
    return ("--size", str(plan.customers), "--days", str(plan.history), "--until", until)


def report(settings: Settings, plan: Plan, books: Books, town: Town, workers: int) -> dict[str, Any]:
    """Return the figures of bench/README.md."""
    control, trained = read_experiment(settings, EXPERIMENT)
    control_aa, other_aa = read_experiment(settings, AA_EXPERIMENT)
    lost, doubled = count_lost(settings, books.acknowledged)
    return {
        "seed": plan.seed, "days": plan.days, "first_day": plan.first_day, "history_days": plan.history,
        "runs": len(plan.run_days),
        "customers": plan.customers, "share": plan.share, "workers": workers,
        "shoppers": len(town.shoppers), "sessions": town.visit_count,
        "requests": books.requests, "errors": books.errors, "problems": dict(books.problems),
        "events": books.events, "events_sent_twice": books.resent,
        "lost_events": lost, "doubled_events": doubled,
        "lists": dict(books.asked),
        "devices": {arm["arm"]: arm["unit_count"] for arm in (control, trained)},
        "ctr": {arm["arm"]: arm["metric_value"] for arm in (control, trained)},
        "ctr_lift": trained["difference"],
        "ctr_lift_interval": [trained["lower_bound"], trained["upper_bound"]],
        "ctr_lift_relative": trained["relative_lift"],
        "p_value": trained["p_value"],
        "sample_ratio_p_value": trained["sample_ratio_p_value"],
        "verdict": trained["verdict"],
        "by_week": read_weeks(settings, EXPERIMENT, plan.first_day.isoformat()),
        "aa_ctr": {arm["arm"]: arm["metric_value"] for arm in (control_aa, other_aa)},
        "aa_interval": [other_aa["lower_bound"], other_aa["upper_bound"]],
        "aa_verdict": other_aa["verdict"],
        "guardrails": {
            metric: read_experiment(settings, EXPERIMENT, metric)[1]
            for metric in ("conversion_rate", "revenue_per_unit")
        },
    }  # fmt: skip


def table_of(found: dict[str, Any]) -> Table:
    """Return click-through by week and arm, and what the experiment says."""
    low, high = found["ctr_lift_interval"]
    aa_low, aa_high = found["aa_interval"]
    table = Table(
        title=f"{found['sessions']:,} visits, {found['requests']:,} requests, {found['errors']} errors, "
        f"{found['lost_events']} of {found['events']:,} events lost",
        caption=f"trained - popular: {found['ctr_lift']:+.4f} ({low:+.4f} to {high:+.4f}): {found['verdict']}\n"
        f"A/A: {aa_low:+.4f} to {aa_high:+.4f}: {found['aa_verdict']}",
    )
    for name in ("week", "arm", "impressions", "clicks", "click-through"):
        table.add_column(name, justify="left" if name == "arm" else "right")
    for row in found["by_week"]:
        table.add_row(
            str(row["week"]), row["arm"], f"{row['impressions']:,}", f"{row['clicks']:,}",
            f"{row['click_through_rate']:.2%}",
        )  # fmt: skip
    for arm, rate in found["ctr"].items():
        table.add_row("all", arm, "", "", f"{rate:.2%}")
    return table


if __name__ == "__main__":
    typer.run(main)
