"""Champion and challenger: what is published stays until what would replace it has shown itself no worse.

The champion is a configuration, not a fitted model: refitted on the same windows as the challenger, it is compared on
the same customers, so that newer data favour neither.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from shelfwise.errors import ShelfwiseError
from shelfwise.files import write_text_atomically
from shelfwise.recommender.evaluation import CHALLENGER, CHAMPION, OURS, Gain
from shelfwise.settings import Settings
from shelfwise.warehouse.published import NothingPublishedError, PublishedVersion, resolve_current
from shelfwise.warehouse.retention import list_versions

FILE_NAME = "configuration.json"
JUDGED_BY = ("ndcg", 20)
POPULARITY = "popularity"
# Another seed is another draw, not another configuration.
NOT_COMPARED = "random_state"


@dataclass(frozen=True)
class Configuration:
    """What a ranker is made with: the parameters of its estimator and the features it looks at, in order."""

    parameters: dict[str, Any]
    feature_names: tuple[str, ...]

    def is_like(self, other: Configuration) -> bool:
        """Return whether both give the same model on the same rows and seed."""
        return self.feature_names == other.feature_names and _compared(self.parameters) == _compared(other.parameters)

    def save(self, folder: Path) -> None:
        """Write it beside the model."""
        write_text_atomically(folder / FILE_NAME, json.dumps(asdict(self), indent=2) + "\n")

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        """Read what `save` wrote; None where there is none.

        Raises ShelfwiseError when the file is not one of ours.
        """
        path = folder / FILE_NAME
        if not path.is_file():
            return None
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            return cls(dict(stored["parameters"]), tuple(stored["feature_names"]))
        except (ValueError, KeyError, TypeError) as error:
            raise ShelfwiseError(
                f"{path} is no configuration of a ranker: {error}",
                remedy="`shelfwise rollback` to a version whose files are whole",
            ) from error


def _compared(parameters: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if name != NOT_COMPARED}


def contenders(
    challenger: Configuration,
    settings: Settings,
    folder_of: Callable[[PublishedVersion], Path],
    tell: Callable[[str], None],
    decays: Sequence[str] = (),
) -> dict[str, Configuration]:
    """Return the challenger, which is what the code says, and the champion where it is another.

    Where what is published decays and is what the code says, the champion is the last published configuration that
    was another.

    ``folder_of`` says where a published version keeps the champion's configuration; ``tell`` is told of a champion
    that cannot be refitted any more.
    """
    champion = published_configuration(settings, folder_of)
    if decays and champion is not None and champion.is_like(challenger):
        champion = last_other_configuration(challenger, settings, folder_of)
    if champion is None or champion.is_like(challenger):
        return {OURS: challenger}
    if unknown := sorted(set(champion.feature_names) - set(challenger.feature_names)):
        tell(f"the published configuration cannot be refitted: there is no feature {unknown[0]} now")
        return {OURS: challenger}
    return {OURS: challenger, CHAMPION: champion}


def published_configuration(settings: Settings, folder_of: Callable[[PublishedVersion], Path]) -> Configuration | None:
    """Return the configuration that the current version keeps in a folder; None before the first model."""
    try:
        return Configuration.load(folder_of(resolve_current(settings)))
    except NothingPublishedError:
        return None


def last_other_configuration(
    configuration: Configuration, settings: Settings, folder_of: Callable[[PublishedVersion], Path]
) -> Configuration | None:
    """Return the newest configuration of a kept version that gives another model than this one; None without one."""
    kept = (Configuration.load(folder_of(version)) for version in list_versions(settings))
    return next((other for other in kept if other is not None and not other.is_like(configuration)), None)


@dataclass(frozen=True)
class Verdict:
    """Which configuration serves (`challenger`, `champion`, or `none`), and why, in a sentence."""

    taken: str
    reason: str

    @property
    def model(self) -> str:
        """The name under which what serves was measured."""
        return CHAMPION if self.taken == "champion" else OURS

    @property
    def new_names(self) -> dict[str, str]:
        """What the measured models are called from now on: what serves is ours."""
        return {OURS: CHALLENGER, CHAMPION: OURS} if self.taken == "champion" else {}


def judge(
    gains: Sequence[Gain],
    *,
    has_champion: bool,
    namespace: str = "all",
    slice_name: str = "all",
    decays: Sequence[str] = (),
) -> Verdict:
    """Decide by the gains of the challenger over the champion and over popularity, on one slice of a namespace.

    A challenger whose whole interval lies below the champion is not taken, nor is any model whose whole interval lies
    below popularity: better to show what is popular. While recommendations perform worse than they did (``decays``),
    a challenger has to be surely better than the champion.
    """
    by_name = {
        gain.baseline: gain
        for gain in gains
        if (gain.namespace, gain.slice, gain.metric, gain.k) == (namespace, slice_name, *JUDGED_BY)
    }
    if has_champion:
        over_champion = by_name[CHAMPION]
        if over_champion.upper_bound < 0:
            return Verdict(
                "champion", f"The challenger is worse than the published configuration: {_told(over_champion)}"
            )
        if decays and over_champion.lower_bound <= 0:
            return Verdict(
                "champion",
                f"Recommendations perform worse than they did ({', '.join(decays)}), and the challenger is not surely "
                f"better than the configuration to fall back to: {_told(over_champion)}",
            )
    over_popularity = by_name.get(POPULARITY)
    if over_popularity is not None and over_popularity.upper_bound < 0:
        return Verdict("none", f"The model is worse than showing what is popular: {_told(over_popularity)}")
    if not has_champion:
        return Verdict("challenger", "There is no other configuration to compare with")
    return Verdict(
        "challenger", f"The challenger is no worse than the published configuration: {_told(by_name[CHAMPION])}"
    )


def _told(gain: Gain) -> str:
    return f"NDCG@20 {gain.value:+.4f} (95% {gain.lower_bound:+.4f} to {gain.upper_bound:+.4f})"
