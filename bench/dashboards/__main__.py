"""``python -m bench.dashboards``: publish a large shop, look at every page, and write down how long it took."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bench.dashboards.visits import VISITS, chromium, many, measure
from bench.dashboards.warehouse import published_shop
from bench.serving.processes import answer_of, free_port, started
from bench.warehouse.__main__ import amount
from shelfwise.cli import errors_shown
from shelfwise.files import write_text_atomically
from shelfwise.settings import Settings, get_settings


def main(
    events: Annotated[int, typer.Option(parser=amount, metavar="NUMBER")] = 10_000_000,
    events_per_day: Annotated[int, typer.Option(parser=amount, metavar="NUMBER")] = 200_000,
    seed: int = 7,
    sessions: Annotated[int, typer.Option(help="Opened at once, for the memory they take.")] = 20,
    publish_only: Annotated[bool, typer.Option(help="Make what is to be looked at, and stop.")] = False,
) -> None:
    """Measure the dashboard."""
    with errors_shown():
        base = get_settings()
        folder = base.project_dir / "build" / "bench"
        settings, landed = published_shop(base, folder, events, events_per_day, seed)
        if publish_only:
            typer.echo(f"{landed:,} events are published in {settings.published_path}")
            return
        found = {"events": landed, "load_average_before": round(os.getloadavg()[0], 2), **measured(settings, sessions)}
        write_text_atomically(folder / "dashboards.json", json.dumps(found, indent=2) + "\n")
        Console().print_json(json.dumps(found))


def measured(settings: Settings, sessions: int) -> dict[str, Any]:
    """Return what each page took, and the memory of a server that many look at.

    The server has imported what it needs, as one page was opened before; what a page asks of the warehouse it asks for
    the first time. The browser has nothing of any page.
    """
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "dashboards/app.py", "--server.port", str(port)]
    environment = {**os.environ, **settings.environment()}
    log = settings.data_path / "dashboard.log"
    with (
        started(command, environment, log, lambda: answer_of(f"{address}/_stcore/health") is not None) as pid,
        chromium() as browser,
    ):
        measure(browser, address, VISITS[-1])
        pages = [measure(browser, address, visit) for visit in VISITS]
        alone = peak_mb(pid)
        failed = many(browser, address, sessions)
        return {
            "pages": pages,
            "peak_mb_one_session": alone,
            f"peak_mb_{sessions}_sessions": peak_mb(pid),
            "failed_sessions": failed,
        }


def peak_mb(pid: int) -> int:
    """Return the most memory that the server has had resident so far, with that of the workers that it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return round(sum(high_water_mark(each) for each in (str(pid), *children)) / 1000)


def high_water_mark(pid: str) -> int:
    """Return a process's peak resident memory in kB."""
    status = Path(f"/proc/{pid}/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) if found else 0


if __name__ == "__main__":
    typer.run(main)
