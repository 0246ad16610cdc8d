"""What training and the servers leave for dbt: Parquet files that every build reads."""

from __future__ import annotations

from pathlib import Path

from shelfwise.landing.integrity import damage_of
from shelfwise.recovery.doctor.finding import Finding, Findings, Patient, modified_at, quoted
from shelfwise.wording import counted


def check_outputs(patient: Patient) -> Findings:
    """Read the files of the last training and the servers' hourly figures."""
    trained = sorted(patient.settings.model_output_path.glob("*.parquet"))
    figures = sorted(patient.settings.serving_path.glob("*/*/*.parquet"))
    found = [
        damaged_file(path, damage)
        for path in (*trained, *figures)
        if (damage := damage_of(path, pages=not patient.quick))
    ]
    return Findings(f"{counted(len(trained), 'file')} of training, {len(figures)} of the API", (*found,))


def damaged_file(path: Path, damage: str) -> Finding:
    """Return the finding for a damaged file, with what to do; what training wrote last it writes again."""
    what = f"{path} is damaged, and every build reads it: {damage}"
    if path.parent.name == "model_output" and path.name != "model_history.parquet":
        remedy, hint = f"rm {quoted(path)} && shelfwise run", "training writes it again"
    else:
        remedy, hint = "shelfwise restore BACKUP --repair", f"or `rm {quoted(path)}`: what it says is lost then"
    return Finding(what, remedy, since=modified_at(path), hint=hint)
