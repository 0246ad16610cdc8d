"""What a back-test came to, row by row, as `forecast_scores` has it."""

from __future__ import annotations

from dataclasses import dataclass

from shelfwise.forecasting.choice import Judged

ALL_WEEKS = 0


@dataclass(frozen=True)
class Evaluation:
    """One measure of one model; the gain is a baseline's error less ours."""

    namespace: str
    subject: str
    metric: str
    week_number: int
    model_name: str
    role: str
    is_served: bool
    measure: str
    value: float
    sample_count: int
    cutoff_count: int
    lower_bound: float | None = None
    upper_bound: float | None = None
    gain: float | None = None
    gain_lower_bound: float | None = None
    gain_upper_bound: float | None = None


@dataclass(frozen=True)
class BackTest:
    """What is the same for all measures of one back-test."""

    namespace: str
    subject: str
    metric: str
    ours: str
    served: str | None
    cutoff_count: int

    def of_judged(self, judged: Judged, measure: str, week_number: int = ALL_WEEKS) -> list[Evaluation]:
        """Return the errors that models are judged by, with intervals and gains."""
        made = []
        for name, value in judged.means.items():
            lower, upper = judged.intervals[name] or (None, None)
            gain = judged.gains.get(name) or (None, None, None)
            made.append(
                self.of_value(name, measure, value, judged.witness_count, week_number, bounds=(lower, upper), gain=gain)
            )
        return made

    def of_value(
        self,
        name: str,
        measure: str,
        value: float,
        sample_count: int,
        week_number: int = ALL_WEEKS,
        bounds: tuple[float | None, float | None] = (None, None),
        gain: tuple[float | None, float | None, float | None] = (None, None, None),
    ) -> Evaluation:
        """Return one measure of a model."""
        return Evaluation(
            namespace=self.namespace,
            subject=self.subject,
            metric=self.metric,
            week_number=week_number,
            model_name=name,
            role="model" if name == self.ours else "baseline",
            is_served=name == self.served,
            measure=measure,
            value=value,
            sample_count=sample_count,
            cutoff_count=self.cutoff_count,
            lower_bound=bounds[0],
            upper_bound=bounds[1],
            gain=gain[0],
            gain_lower_bound=gain[1],
            gain_upper_bound=gain[2],
        )
