"""The gate's page: what every door of a run found, rendered from its JSON lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from shelfwise.files import write_text_atomically
from shelfwise.quality.results import GateResult, read_results

DOOR_ORDER = ("landing", "marts", "recommendations")


def write_report(gate_dir: Path) -> Path:
    """Render ``index.html`` beside the ``<door>.jsonl`` files of `gate_dir`, and return its path.

    The page stands alone: it asks for nothing from anywhere, follows the reader's light or dark setting, and prints.
    """
    doors = [
        door_view(door, read_results(path)) for door in DOOR_ORDER if (path := gate_dir / f"{door}.jsonl").is_file()
    ]
    run_folder = gate_dir.resolve().parent
    environment = Environment(
        loader=PackageLoader("shelfwise.quality"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["counted"] = counted
    page = environment.get_template("report.html").render(
        run_name=run_folder.name if (run_folder / "run.json").is_file() else None,
        doors=doors,
        passed=all(door["passed"] for door in doors),
        checked_at=max((door["checked_at"] for door in doors), default=""),
    )
    path = gate_dir / "index.html"
    write_text_atomically(path, page)
    return path


def door_view(door: str, results: list[GateResult]) -> dict[str, Any]:
    """Return what the page shows of a door: counts, and its tables with the failed expectations first."""
    tables: dict[str, list[GateResult]] = {}
    for result in results:
        tables.setdefault(result.table_name, []).append(result)
    shown = [
        {
            "name": name,
            "owner": rows[0].owner,
            "results": sorted(rows, key=_failures_first),
            "error_count": sum(row.stops_the_run for row in rows),
            "warning_count": sum(not row.success and row.severity == "warn" for row in rows),
        }
        for name, rows in tables.items()
    ]
    return {
        "name": door,
        "tables": sorted(shown, key=lambda table: (-int(table["error_count"] > 0), -int(table["warning_count"] > 0))),
        "passed": not any(result.stops_the_run for result in results),
        "expectation_count": len(results),
        "error_count": sum(result.stops_the_run for result in results),
        "warning_count": sum(not result.success and result.severity == "warn" for result in results),
        "checked_at": max((result.checked_at for result in results), default=""),
    }


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 error`, `2 errors`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _failures_first(result: GateResult) -> int:
    return 2 if result.success else int(result.severity == "warn")
