"""A warehouse made by a sequence of loads, and one made of the same files by one full refresh."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from comparison import Difference, differences, public_and_classified
from landed import land, link_files, remove_fleeting
from shops import Shop

from shelfwise.settings import Settings

RunDbt = Callable[..., str]

# Small shops must be able to have bots, and be what the rules are told of.
SMALL_SHOP_RULES: Mapping[str, object] = {
    "bot_minimum_events_per_day": 12,
    "bot_mean_seconds_between_events": 5,
    "bot_certain_events_per_day": 60,
}
# What training reads is made from the marts alone, in full: once at the end is enough.
EXCEPT_FOR_TRAINING = ("--exclude", "tag:after_training", "path:models/marts/recommendations")
BEFORE_TRAINING = ("--exclude", "tag:after_training")
# Between the first load and the last: what is built from its own rows and from those that are new, and what that reads.
# Whatever is made anew from these each time is the same, made once at the end; views of landed files do not change.
GROWING = (
    "--select",
    "+config.materialized:incremental",
    "+row_accounting",
    *EXCEPT_FOR_TRAINING,
    "path:models/staging",
)
NO_TESTS = ("--exclude-resource-type", "test", "unit_test")


@dataclass(frozen=True)
class Loads:
    """How a warehouse is filled: run by run, with what a mishap may add between."""

    project_dir: Path
    data_dir: Path
    sources: tuple[str, ...]
    dbt: RunDbt
    rules: Mapping[str, object] = field(default_factory=lambda: SMALL_SHOP_RULES)
    #: whether the last load and the refresh also build what training reads, and the lists made of it
    for_training: bool = True
    #: by number of a batch: models that a run reached before it died, and was done again
    unfinished_runs: Mapping[int, str] = field(default_factory=dict)

    @property
    def loaded(self) -> Settings:
        """The warehouse that grows with each load."""
        return self.settings_of("loads")

    @property
    def refreshed(self) -> Settings:
        """The warehouse that a full refresh makes of the same files."""
        return self.settings_of("refresh")

    def settings_of(self, name: str) -> Settings:
        return Settings(project_dir=self.project_dir, data_dir=self.data_dir / name, sources=self.sources)

    def run(self, settings: Settings, command: str, *arguments: str) -> None:
        variables = ("--vars", json.dumps(self.rules)) if self.rules else ()
        self.dbt(settings, command, "--quiet", *variables, *arguments)

    def load_in_turn(
        self,
        batches: Mapping[int, Callable[[Path], None]],
        after_unfinished_run: Callable[[int, Path], None] | None = None,
    ) -> None:
        """Run once after each batch; a batch is what puts files into a landing folder."""
        first, last = min(batches), max(batches)
        for number in sorted(batches):
            batches[number](self.loaded.landing_path)
            if reached := self.unfinished_runs.get(number):
                self.run(self.loaded, "run", "--select", *reached.split())
            if after_unfinished_run:
                after_unfinished_run(number, self.loaded.landing_path)
            # seeds belong to the first run alone; dbt would load them each time
            command = ("build", *NO_TESTS) if number == first else ("run",)
            models = GROWING if first < number < last else self.excluded(number == last)
            self.run(self.loaded, *command, *models)

    def excluded(self, last: bool = True) -> tuple[str, ...]:
        """The models that a run leaves out."""
        return BEFORE_TRAINING if last and self.for_training else EXCEPT_FOR_TRAINING

    def refresh(self) -> None:
        """Build from nothing all that the loads have landed."""
        landed = self.loaded.landing_path
        link_files(landed, landed.rglob("*.parquet"), self.refreshed.landing_path)
        self.run(self.refreshed, "build", "--full-refresh", *NO_TESTS, *self.excluded())

    def compare(self) -> list[Difference]:
        tables = public_and_classified(self.refreshed, for_training=self.for_training)
        return differences(self.loaded, self.refreshed, tables)


def load_shops(loads: Loads, shops: Sequence[Shop]) -> list[Difference]:
    """Load all files of `shops` in the order of their batches, refresh another warehouse, and compare the two."""
    numbers = sorted({file.batch for shop in shops for file in shop.files})
    loads.load_in_turn({number: partial(land, shops, number) for number in numbers}, partial(remove_fleeting, shops))
    loads.refresh()
    return loads.compare()
