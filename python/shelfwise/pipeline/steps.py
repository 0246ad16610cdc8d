"""The steps of a run, in their order; each can be done again without harm."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from shelfwise.files import write_text_atomically
from shelfwise.pipeline.build_state import require_own_build
from shelfwise.pipeline.context import RunContext, StepResult
from shelfwise.pipeline.dbt import dbt_build
from shelfwise.pipeline.figures import anomalies, quarantine_counts, ranking_scores, row_accounting
from shelfwise.pipeline.gate import run_gate
from shelfwise.pipeline.land import land_sources
from shelfwise.pipeline.train import forecast, train
from shelfwise.pipeline.unit_tests import PASSED_ON, project_fingerprint, unit_tests_to_leave_out
from shelfwise.warehouse.backfill import Span, files_of, take_in_again
from shelfwise.warehouse.publish import publish_version

AFTER_TRAINING = "tag:after_training"


@dataclass(frozen=True)
class Step:
    """A step: its name in run.json, its title on the screen, what it does, and how often at most it is tried."""

    name: str
    title: str
    action: Callable[[RunContext], StepResult]
    attempts: int = 4


def build_marts(context: RunContext) -> StepResult:
    """Build and test everything that training does not feed; note quarantined rows and unusual days.

    In a backfill the landed files of its days are taken in again.
    """
    if days := context.record.options.backfill:
        take_in_again(context.settings, files_of(context.settings, Span(*days)))
    result = build_and_test(context, "dbt_build", "build", "--exclude", AFTER_TRAINING)
    for name, rows in (
        ("quarantine_counts", quarantine_counts(context.settings)),
        ("anomalies", anomalies(context.settings)),
    ):
        write_text_atomically(context.folder / f"{name}.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    accounting = row_accounting(context.settings, context.record.sources)
    return replace(result, data=result.data | {"row_accounting": accounting})


def build_and_test(context: RunContext, step: str, name: str, *selection: str) -> StepResult:
    """Build a selection with its tests; unit tests only where the project has changed since they passed."""
    project = project_fingerprint(context.settings.project_dir)
    left_out = unit_tests_to_leave_out(context.settings, step, project)
    return replace(dbt_build(context, name, [*selection, *left_out]), data={PASSED_ON: project})


def build_after_training(context: RunContext) -> StepResult:
    """Build and test the models over the recommender's output."""
    require_own_build(context)
    result = build_and_test(context, "dbt_after_training", "after_training", "--select", AFTER_TRAINING)
    model_version = context.record.step("train").data["model_version"]
    return replace(result, data=result.data | {"scores": ranking_scores(context.settings, model_version)})


def publish(context: RunContext) -> StepResult:
    """Publish the marts and the model as the run's version."""
    require_own_build(context)
    trained = context.record.step("train").data
    manifest = publish_version(
        context.settings,
        context.record.run_id,
        model_version=trained["model_version"],
        sources=context.record.sources,
    )
    context.record.published = True
    return StepResult(
        row_count=sum(manifest.row_counts.marts.values()), detail=f"{len(manifest.row_counts.marts)} public marts"
    )


def audit_build(context: RunContext, door: str) -> StepResult:
    """Audit the build database as this run's dbt left it."""
    require_own_build(context)
    return run_gate(context, door)


def train_on_build(context: RunContext) -> StepResult:
    """Train on the build database as this run's dbt left it."""
    require_own_build(context)
    return train(context)


def forecast_on_build(context: RunContext) -> StepResult:
    """Foretell from the build database as this run's dbt left it."""
    require_own_build(context)
    return forecast(context)


STEPS = (
    Step("land", "land", land_sources),
    Step("gate_landing", "gate landing", lambda context: run_gate(context, "landing")),
    Step("dbt_build", "dbt build", build_marts),
    Step("gate_marts", "gate marts", lambda context: audit_build(context, "marts")),
    Step("train", "train", train_on_build),
    Step("forecast", "forecast", forecast_on_build),
    Step("dbt_after_training", "dbt after training", build_after_training),
    Step("gate_recommendations", "gate recommendations", lambda context: audit_build(context, "recommendations")),
    Step("publish", "publish", publish),
)
