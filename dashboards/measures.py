"""How the values of a chart are written, on its axis and in its tooltips."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt

from dashboards.formats import Currency


@dataclass(frozen=True)
class Measure:
    """A figure with its d3 formats, in full and short, and what stands before it."""

    title: str
    full: str = ",.0f"
    short: str = "~s"
    cell: str = ",.0f"
    prefix: str = ""
    smallest_step: float = 1

    def axis(self, *, titled: bool = True) -> alt.Axis:
        """Return an axis for this measure."""
        return alt.Axis(
            title=self.title if titled else None,
            labelExpr=self._written("datum.value", self.short),
            tickCount=5,
            tickMinStep=self.smallest_step,
        )

    def expression(self, field: str) -> str:
        """Return the Vega expression that writes ``field`` in full."""
        return f"isValid(datum.{field}) ? {self._written(f'datum.{field}', self.full)} : 'none'"

    def brief(self, field: str) -> str:
        """Return the Vega expression that writes ``field`` for a small cell."""
        return f"isValid(datum.{field}) ? {self._written(f'datum.{field}', self.cell)} : ''"

    def _written(self, value: str, number: str) -> str:
        return f"({value} < 0 ? '-' : '') + '{self.prefix}' + format(abs({value}), '{number}')"


def money(title: str, currency: Currency) -> Measure:
    """Return a measure in the reporting currency."""
    return Measure(title, prefix=currency.sign)


def share(title: str) -> Measure:
    """Return a measure written as a percentage."""
    return Measure(title, full=".1%", short=".1~%", cell=".0%", smallest_step=0.001)


def score(title: str) -> Measure:
    """Return a measure between 0 and 1 with three digits."""
    return Measure(title, full=".3f", short=".2f", smallest_step=0.01)
