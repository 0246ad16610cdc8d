"""The card of the forecasts: what is served, why, and how well it foretold the past; as JSON and as one page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from shelfwise.files import write_text_atomically
from shelfwise.forecasting.evaluations import ALL_WEEKS, Evaluation
from shelfwise.html_tables import html_table

JUDGED_BY = ("scaled_error", "log_loss", "deviance")


@dataclass(frozen=True)
class ForecastCard:
    """Everything the card tells."""

    model_version: str
    trained_at: datetime
    states: Sequence[dict[str, Any]]
    evaluations: Sequence[Evaluation]
    calibration: dict[str, list[dict[str, float]]]
    seconds: dict[str, float]

    def to_json(self) -> str:
        """Return the card as JSON, times in ISO 8601."""
        return json.dumps(asdict(self), indent=2, default=str) + "\n"

    def to_html(self) -> str:
        """Return the card as one page that asks for nothing from outside."""
        template = Template(files("shelfwise.forecasting").joinpath("card.html").read_text(encoding="utf-8"))
        return template.substitute(
            version=escape(self.model_version),
            trained_at=escape(f"{self.trained_at:%Y-%m-%d %H:%M} UTC"),
            states=html_table(
                ("Shop", "Of", "Foretold", "Served", "Why"),
                [
                    (
                        state["namespace"],
                        state["subject"],
                        state["metric"],
                        state["model_name"] or "nothing",
                        state["reason"],
                    )
                    for state in self.states
                ],
                numbers=5,
            ),
            errors=html_table(
                ("Shop", "Of", "Foretold", "Model", "Error", "Value, 95% interval", "Ours gains, 95% interval"),
                [
                    (*_who(one), _told(one.value, one.lower_bound, one.upper_bound), _gain(one))
                    for one in self.evaluations
                    if one.measure in JUDGED_BY and one.week_number == ALL_WEEKS
                ],
                numbers=5,
            ),
            weeks=html_table(
                ("Shop", "Of", "Foretold", "Model", "Measure", "Week 1", "Week 2", "Week 3", "Week 4"),
                self._by_week(),
                numbers=5,
            ),
            others=html_table(
                ("Shop", "Of", "Foretold", "Model", "Measure", "Value"),
                [
                    (*_who(one), f"{one.value:.4f}")
                    for one in self.evaluations
                    if one.measure not in JUDGED_BY and one.week_number == ALL_WEEKS
                ],
                numbers=5,
            ),
            calibration="\n".join(
                f"<h3>{escape(name)}</h3>"
                + html_table(
                    ("Customers", "Foretold", "Observed"),
                    [(f"{b['row_count']:,}", f"{b['foretold']:.4f}", f"{b['observed']:.4f}") for b in bins],
                    numbers=0,
                )
                for name, bins in self.calibration.items()
            ),
            seconds=html_table(("Stage", "Seconds"), [(k, f"{v:.1f}") for k, v in self.seconds.items()], numbers=1),
        )

    def _by_week(self) -> list[tuple[str, ...]]:
        found: dict[tuple[str, ...], dict[int, float]] = {}
        for one in self.evaluations:
            if one.week_number != ALL_WEEKS:
                found.setdefault(_who(one), {})[one.week_number] = one.value
        return [
            (*who, *(f"{values[week]:.3f}" if week in values else "" for week in range(1, 5)))
            for who, values in found.items()
        ]


def _who(one: Evaluation) -> tuple[str, str, str, str, str]:
    served = " (served)" if one.is_served else ""
    return one.namespace, one.subject, one.metric, one.model_name + served, one.measure


def _told(value: float, lower: float | None, upper: float | None) -> str:
    return f"{value:.4f}" + ("" if lower is None or upper is None else f" ({lower:.3f} to {upper:.3f})")


def _gain(one: Evaluation) -> str:
    if one.gain is None:
        return ""
    return f"{one.gain:+.4f} ({one.gain_lower_bound:+.4f} to {one.gain_upper_bound:+.4f})"


def write_card(card: ForecastCard, folder: Path) -> None:
    """Write `forecast_card.json` and `forecast_card.html`."""
    folder.mkdir(parents=True, exist_ok=True)
    write_text_atomically(folder / "forecast_card.json", card.to_json())
    write_text_atomically(folder / "forecast_card.html", card.to_html())
