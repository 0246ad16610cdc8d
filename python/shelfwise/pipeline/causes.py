"""What a run has to tell of: a step that failed, what the gate found, days that are unlike the others."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from shelfwise.alerts.messages import Cause
from shelfwise.pipeline.gate import DOORS, describe, read_verdict
from shelfwise.pipeline.history import RunRecord, run_folder
from shelfwise.redaction import without_values
from shelfwise.settings import Settings

NEWS_DAYS = 3  # before the latest unusual day; what is older was told by an earlier run
SHOWN_SERIES = 3
OWN_NAMES = re.compile(r"\d{8}T\d{9}Z-[0-9a-f]{4}|\d+")


def causes_of(settings: Settings, record: RunRecord) -> list[Cause]:
    """Return what a finished run has to tell of, the worst first."""
    folder = run_folder(settings, record.run_id)
    gate = gate_causes(settings, record, folder)
    stopped_by_gate = any(cause.topic == f"gate/{_door(record)}" and cause.severity == "error" for cause in gate)
    step = [] if stopped_by_gate else step_causes(settings, record)
    return [*step, *gate, *anomaly_causes(settings, folder)]


def topics_of(record: RunRecord) -> set[str]:
    """Return what a run has judged: a cause of these that it does not have is over."""
    names = ended(record)
    doors = {f"gate/{name.removeprefix('gate_')}" for name in names if name.startswith("gate_")}
    return {f"step/{name}" for name in names} | doors


def ended(record: RunRecord) -> list[str]:
    """Return the steps that came to an end, well or not."""
    return [step.name for step in record.steps if step.status in ("succeeded", "failed")]


def step_causes(settings: Settings, record: RunRecord) -> list[Cause]:
    """Return why a run failed; one that somebody stopped by hand is no news to them."""
    if record.status != "failed" or record.failed_step is None or record.message.startswith("stopped by Ctrl-C"):
        return []
    step, message = record.failed_step, without_values(record.message)
    return [
        Cause(
            key=f"step/{step}/{OWN_NAMES.sub('#', message)}",  # the same in every run
            topic=f"step/{step}",
            severity="error",
            title=f"the run failed at {step.replace('_', ' ')}",
            text=f"{message} (run {record.run_id}; nothing was published, the last version goes on serving)",
            owner=settings.alert_owner,
            command=f"shelfwise status; then shelfwise run --resume. Logs: {run_folder(settings, record.run_id)}",
        )
    ]


def gate_causes(settings: Settings, record: RunRecord, folder: Path) -> list[Cause]:
    """Return the expectations that failed: errors, and warnings where the settings ask for them."""
    return [
        gate_cause(result, door, folder)
        for door in DOORS
        if f"gate_{door}" in ended(record)
        for verdict in [read_verdict(folder / "gate" / f"{door}.jsonl")]
        for result in (*verdict.errors, *(verdict.warnings if settings.alert_warnings else ()))
    ]


def gate_cause(result: dict[str, Any], door: str, folder: Path) -> Cause:
    """Return a failed expectation as a cause; its rows were kept without personal columns."""
    column = f".{result['column_name']}" if result.get("column_name") else ""
    place = f"{result['table_name']}{column}"
    is_error = result["severity"] == "error"
    observed = f"; observed: {result['observed_value']}" if result.get("observed_value") else ""
    return Cause(
        key=f"gate/{door}/{place}/{result['expectation']}/{result.get('description', '')}",
        topic=f"gate/{door}",
        severity="error" if is_error else "warning",
        title=f"the gate at {door} {'stopped the run' if is_error else 'warns'}: {place}",
        text=f"{describe(result)}{observed}",
        owner=result.get("owner", ""),
        command=f"shelfwise check {door}. Report: {folder / 'gate' / 'index.html'}",
        first_row=next(iter(result.get("failing_rows") or ()), None),
    )


def anomaly_causes(settings: Settings, folder: Path) -> list[Cause]:
    """Return the unusual days that are news, one cause an incident, however many series say so."""
    path = folder / "anomalies.jsonl"
    if not path.is_file():
        return []
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    incidents: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in latest(rows):  # an incident that lasts keeps its id; without one each day is its own
        place = row["namespace"] or row["source_name"] or ""
        incidents[row.get("incident_id") or f"{place}/{row['metric_date']}"].append(row)
    return [anomaly_cause(settings, key, series) for key, series in incidents.items()]


def latest(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of the last days that have any."""
    listed = list(rows)
    if not listed:
        return []
    end = max(date.fromisoformat(str(row["metric_date"])) for row in listed)
    return [row for row in listed if date.fromisoformat(str(row["metric_date"])) > end - timedelta(days=NEWS_DAYS)]


def anomaly_cause(settings: Settings, key: str, series: list[dict[str, Any]]) -> Cause:
    """Return unusual days as an event: the series that are furthest from what was expected, the rest counted."""
    ordered = sorted(series, key=lambda row: -abs(row["score"] or 0))
    place = ordered[0]["namespace"] or ordered[0]["source_name"] or "landing"
    day = max(str(row["metric_date"]) for row in series)
    more = f" and {len(ordered) - SHOWN_SERIES} more" if len(ordered) > SHOWN_SERIES else ""
    is_critical = any(row["severity"] == "critical" for row in ordered)
    return Cause(
        key=f"anomaly/{key}",
        topic="anomalies",
        severity="error" if is_critical else "warning",
        title=f"unusual day {day} of {place}",
        text="; ".join(map(in_words, ordered[:SHOWN_SERIES])) + more,
        owner=settings.alert_owner,
        command="shelfwise status; `Unusual days` on the dashboard's page Data quality & runs",
        is_event=True,
    )


def in_words(row: dict[str, Any]) -> str:
    """Return a series with what was seen and what was expected."""
    parts = ("table_name", "column_name", "segment_type", "segment_value", "metric")
    name = " ".join(str(row[part]) for part in parts if row.get(part) not in (None, "all"))
    return f"{name} {row['observed_value']:,.6g}, expected {row['expected_value']:,.6g}"


def _door(record: RunRecord) -> str:
    return (record.failed_step or "").removeprefix("gate_")
