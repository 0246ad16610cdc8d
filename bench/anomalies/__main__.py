"""``python -m bench.anomalies``: planted changes in a sample year and in Online Retail, into one report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bench.anomalies.datasets import CHOSEN_ON, REPORTED_ON, SPLIT_DAY, online_retail, sample_shop
from bench.anomalies.figures import Figures
from bench.anomalies.measure import EVER, measure, peer_days, peers
from bench.recommender.__main__ import real_data
from shelfwise.cli import errors_shown
from shelfwise.files import write_text_atomically
from shelfwise.pipeline.progress import Reporter
from shelfwise.settings import get_settings

app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)


@app.command()
def run(
    size: Annotated[str, typer.Option(help="Size of the sample shop.")] = "default",
    no_peers: Annotated[bool, typer.Option("--no-peers", help="Leave the other rules out.")] = False,
    out: Annotated[Path | None, typer.Option(help="Default: build/bench/anomalies.json.")] = None,
) -> None:
    """Plant changes, count what is found and what is called unusual besides."""
    with errors_shown():
        settings = get_settings()
        folder = settings.project_dir / "build" / "bench" / "anomalies"
        daily = real_data(settings.project_dir) / "online_retail" / "daily"
        reporter = Reporter(Console(stderr=True))
        with reporter.step("anomalies"):
            say = reporter.progress
            tuning = sample_shop(settings, folder, CHOSEN_ON, size, say)
            sample = sample_shop(settings, folder, REPORTED_ON, size, say)
            retail = online_retail(settings, folder, daily, say)
            before, after = (EVER[0], SPLIT_DAY), (SPLIT_DAY, EVER[1])
            chosen_on = {"sample_shop": measure(tuning, EVER, say), "online_retail": measure(retail, before, say)}
            data_sets = {"sample_shop": measure(sample, EVER, say), "online_retail": measure(retail, after, say)}
            others: dict[str, Any] = {}
            if not no_peers:
                parts = [peer_days(tuning, EVER), peer_days(retail, before)]
                others = peers(parts, [peer_days(sample, EVER), peer_days(retail, after)], say)
        results = together(data_sets) | {
            "baselines": {name: figures["f1"] for name, figures in others.items()},
            "data_sets": data_sets,
            "chosen_on": chosen_on,
            "other_rules": others,
        }
        path = out or settings.project_dir / "build" / "bench" / "anomalies.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text_atomically(path, json.dumps(results, indent=2) + "\n")
        Console().print_json(data=results)


def together(data_sets: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the figures over all plantings in counts; false alarms a week are those of the worst data set."""
    counts = [part["counts"] for part in data_sets.values()]
    planted = sum(part["planted"] for part in counts)
    whole = Figures(
        recall=sum(part["planted"] * part["recall"] for part in counts) / planted,
        false_alarm_share=sum(part["planted"] * part["false_alarm_share"] for part in counts) / planted,
    )
    return {
        "precision": round(whole.precision, 4),
        "recall": round(whole.recall, 4),
        "f1": round(whole.f1, 4),
        "false_alarms_per_week": max(part["incidents_per_week"] for part in data_sets.values()),
        "series": sum(part["series"] for part in counts),
        "planted": planted,
    }


if __name__ == "__main__":
    app()
