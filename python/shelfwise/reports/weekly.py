"""The report of a week, written from the version that is published now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from shelfwise.errors import ShelfwiseError
from shelfwise.files import write_text_atomically
from shelfwise.reports.page import render, summary_of
from shelfwise.reports.week import last_whole_week, monday_of, read_week, shops
from shelfwise.settings import Settings
from shelfwise.warehouse.published import connect_current


@dataclass(frozen=True)
class WeeklyReport:
    """A week's page, and what it comes to in a line a shop."""

    first: date
    page: str
    summary: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name of its file."""
        return f"week-{self.first:%Y-%m-%d}.html"


def write_weekly_report(settings: Settings, day: date | None = None, output: Path | None = None) -> Path:
    """Write the report of the week that holds ``day`` (None: the last whole one); return where it is.

    Raises what compose_weekly_report does.
    """
    return save_weekly_report(settings, compose_weekly_report(settings, day), output)


def save_weekly_report(settings: Settings, report: WeeklyReport, output: Path | None = None) -> Path:
    """Write a report to its place below the data folder, or to ``output``; return where it is."""
    path = output or settings.data_path / "reports" / report.name
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text_atomically(path, report.page)
    return path


def compose_weekly_report(settings: Settings, day: date | None = None) -> WeeklyReport:
    """Return the report of the week that holds ``day`` (None: the last whole one).

    Raises NothingPublishedError before the first publish, and ShelfwiseError for a week the shops know nothing of.
    """
    version, connection = connect_current(settings)
    with connection:
        latest = last_whole_week(connection)
        first = monday_of(day) if day else latest or monday_of(version.manifest.published_at.date())
        weeks = [read_week(connection, namespace, first) for namespace in shops(connection)]
    if day and weeks and all(week.metrics is None for week in weeks):
        until = version.manifest.data_until
        raise ShelfwiseError(
            f"nothing is known of the week of {first:%Y-%m-%d}",
            remedy=f"Data goes until {until:%Y-%m-%d}; leave the date away for the last whole week"
            if until
            else "Leave the date away for the last whole week",
        )
    data_until = version.manifest.data_until
    currency = reporting_currency(settings)
    page = render(
        weeks,
        first,
        currency,
        stamp=f"Data until {data_until:%Y-%m-%d %H:%M} UTC" if data_until else "No data yet",
        footer=f"Shelfwise, version {version.run_id}, published {version.manifest.published_at:%Y-%m-%d %H:%M} UTC"
        + (f", model {version.manifest.model_version}" if version.manifest.model_version else ""),
    )
    return WeeklyReport(first, page, tuple(summary_of(week, currency) for week in weeks))


def reporting_currency(settings: Settings) -> str:
    """Return the currency that amounts are reported in, as the dbt project says."""
    project = yaml.safe_load((settings.project_dir / "dbt_project.yml").read_text(encoding="utf-8"))
    return str(project["vars"]["reporting_currency"])
