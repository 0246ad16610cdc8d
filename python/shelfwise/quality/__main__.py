"""``python -m shelfwise.quality DOOR --run-dir DIR``: exit 0 when the door opens, 3 when an error keeps it shut."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from shelfwise.errors import ShelfwiseError
from shelfwise.quality.doors import DOORS, check_door
from shelfwise.quality.report import counted
from shelfwise.quality.results import DoorReport
from shelfwise.settings import get_settings

PASSED, CANNOT_CHECK, SHUT = 0, 1, 3


def main(arguments: list[str] | None = None) -> int:
    """Check a door and say what was found; return the exit code (argparse itself exits with 2 on wrong usage)."""
    parser = argparse.ArgumentParser(prog="python -m shelfwise.quality", description="Check one door of the gate.")
    parser.add_argument("door", choices=DOORS)
    parser.add_argument("--run-dir", type=Path, required=True, help="the run's folder; results go to its gate/")
    parser.add_argument("--all-rows", action="store_true", help="judge again what is loaded or published")
    options = parser.parse_args(arguments)
    try:
        report = check_door(get_settings(), options.door, options.run_dir, all_rows=options.all_rows)
    except ShelfwiseError as error:
        print(f"The {options.door} door could not be checked: {error}", file=sys.stderr)
        return CANNOT_CHECK
    _print_report(report)
    return PASSED if report.passed else SHUT


def _print_report(report: DoorReport) -> None:
    """Print the failures and one line of summary."""
    for result in (*report.errors, *report.warnings):
        where = f"{result.table_name}.{result.column_name}" if result.column_name else result.table_name
        print(
            f"{result.severity:5}  {where}: {result.description} [{result.observed_value or 'failed'}] ({result.owner})"
        )
    verdict = "passed" if report.passed else "shut"
    print(
        f"{report.door} door {verdict}: {counted(len(report.results), 'expectation')}, "
        f"{counted(len(report.errors), 'error')}, {counted(len(report.warnings), 'warning')}, {report.seconds:.1f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
