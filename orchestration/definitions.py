"""What Dagster loads: `dagster dev -m orchestration.definitions` in the checkout."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from dagster import (
    AssetCheckResult,
    AssetCheckSpec,
    AssetKey,
    AssetSelection,
    AssetSpec,
    Definitions,
    FreshnessPolicy,
    MaterializeResult,
    ScheduleDefinition,
    define_asset_job,
    definitions,
    in_process_executor,
    multi_asset,
    multi_asset_check,
)

from orchestration.project import (
    FORETOLD,
    features,
    key_of,
    landed_specs,
    manifest_path,
    model_specs,
    public_marts,
    read_manifest,
    trained_specs,
)
from orchestration.steps import GATE, judged, materialised, models_built, succeeded
from shelfwise.pipeline.land import default_sources
from shelfwise.pipeline.steps import AFTER_TRAINING
from shelfwise.settings import Settings

Results = Iterator[MaterializeResult[Any]]
PUBLISHED = AssetKey("published_version")
# As `shelfwise-run.timer`: every night. Late is what has not been published a day and a little after the last.
NIGHTLY = "30 3 * * *"
FRESH = FreshnessPolicy.time_window(fail_window=timedelta(hours=30), warn_window=timedelta(hours=26))


def make_definitions(settings: Settings) -> Definitions:
    """Return a run's steps as assets and blocking checks, the job of all of them, and its schedule."""
    manifest = read_manifest(manifest_path(settings))
    sources = settings.sources or default_sources(settings)
    landed = landed_specs(manifest, sources)
    built = model_specs(manifest, exclude=AFTER_TRAINING)
    after_training = model_specs(manifest, select=AFTER_TRAINING)
    marts = public_marts(manifest)
    # What the first build reads of training is of the night before: no asset of this run.
    of_before = {dep.asset_key for spec in built for dep in spec.deps}
    books, lists = AssetKey("row_accounting"), AssetKey("recommendations")
    learned_from = [*features(manifest), books]  # the books, as training waits for the gate's verdict on them
    trained = [spec for spec in trained_specs(manifest, learned_from) if spec.key not in of_before]
    # After training, which it reads nothing of: steps follow each other.
    foretold = trained_specs(manifest, [*learned_from, *(spec.key for spec in trained)], FORETOLD)

    @multi_asset(specs=landed, name="land")
    def land() -> Results:
        """Land what the run makes itself, and see that the rest is there."""
        yield from materialised(succeeded(settings, "land"), [spec.key for spec in landed])

    @multi_asset_check(specs=blocking(*(spec.key for spec in landed)), name="gate_landing")
    def gate_landing() -> Iterator[AssetCheckResult]:
        """Audit the landed files."""
        yield from judged(settings, "landing", {"__".join(spec.key.path): spec.key for spec in landed})

    @multi_asset(specs=built, name="dbt_build")
    def dbt_build() -> Results:
        """Build and test the marts."""
        done = succeeded(settings, "dbt_build")
        yield from models_built(done, "build", lambda unique_id: key_of(manifest, unique_id))

    @multi_asset_check(specs=blocking(books), name="gate_marts")
    def gate_marts() -> Iterator[AssetCheckResult]:
        """Audit the marts; the verdict stands with the books that close over all of them."""
        yield from judged(settings, "marts", {"row_accounting": books})

    @multi_asset(specs=trained, name="train")
    def train() -> Results:
        """Train the recommender."""
        yield from materialised(succeeded(settings, "train"), [spec.key for spec in trained])

    @multi_asset(specs=foretold, name="forecast")
    def forecast() -> Results:
        """Foretell demand and customers."""
        yield from materialised(succeeded(settings, "forecast"), [spec.key for spec in foretold])

    @multi_asset(specs=after_training, name="dbt_after_training")
    def dbt_after_training() -> Results:
        """Build and test the lists made from what training wrote."""
        done = succeeded(settings, "dbt_after_training")
        yield from models_built(done, "after_training", lambda unique_id: key_of(manifest, unique_id))

    @multi_asset_check(specs=blocking(lists), name="gate_recommendations")
    def gate_recommendations() -> Iterator[AssetCheckResult]:
        """Audit the recommendations."""
        yield from judged(settings, "recommendations", {"recommendations": lists})

    published = AssetSpec(
        PUBLISHED,
        deps=marts,
        description="The version that dashboards and the API read.",
        group_name="published",
        freshness_policy=FRESH,
    )

    @multi_asset(specs=[published], name="publish")
    def publish() -> Results:
        """Publish the marts and the model."""
        yield from materialised(succeeded(settings, "publish"), [PUBLISHED])

    run = define_asset_job("shelfwise_run", AssetSelection.all(), description="A whole run, as `shelfwise run`.")
    return Definitions(
        assets=[land, dbt_build, train, forecast, dbt_after_training, publish],
        asset_checks=[gate_landing, gate_marts, gate_recommendations],
        jobs=[run],
        schedules=[ScheduleDefinition(job=run, cron_schedule=NIGHTLY)],
        # the steps follow each other, so a process for each would only take its time to start
        executor=in_process_executor,
    )


def blocking(*keys: AssetKey) -> list[AssetCheckSpec]:
    """Return a check of each asset that holds what is made from it until it has passed."""
    return [AssetCheckSpec(GATE, asset=key, blocking=True) for key in keys]


@definitions
def load() -> Definitions:
    """Return the definitions for the settings of the environment."""
    return make_definitions(Settings())
