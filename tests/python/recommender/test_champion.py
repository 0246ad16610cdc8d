"""What is published stays until what would replace it has shown itself no worse."""

from __future__ import annotations

import json

import numpy as np
import pytest
from small_builds import build

from shelfwise.errors import ShelfwiseError
from shelfwise.recommender.champion import Configuration, judge
from shelfwise.recommender.evaluation import MEASURES, OURS, Measured, summarise, together
from shelfwise.recommender.train import Training, train


def silent(message: str) -> None:
    pass


def gains_over(**differences: float) -> list:
    """Gains of a challenger that is better by so much than each, give or take the same for everybody."""
    generator = np.random.default_rng(0)
    ours = 0.3 + 0.1 * generator.random((200, len(MEASURES)))
    noise = 0.02 * generator.standard_normal(ours.shape)
    values = {OURS: ours} | {name: ours - difference + noise for name, difference in differences.items()}
    return summarise(together([Measured("s", "all", values, np.arange(200))]), seed=1)[1]


@pytest.mark.parametrize(
    ("over_champion", "over_popularity", "taken"),
    [(0.05, 0.1, "challenger"), (0.0, 0.1, "challenger"), (-0.05, 0.1, "champion"), (0.05, -0.1, "none")],
)
def test_only_a_challenger_that_is_surely_worse_is_turned_away(over_champion, over_popularity, taken) -> None:
    verdict = judge(gains_over(champion=over_champion, popularity=over_popularity), has_champion=True)
    assert verdict.taken == taken
    assert "95%" in verdict.reason


def test_without_a_champion_popularity_alone_is_to_be_feared() -> None:
    assert judge(gains_over(popularity=0.1), has_champion=False).taken == "challenger"
    assert judge(gains_over(popularity=-0.1), has_champion=False).taken == "none"


def test_another_seed_is_no_other_configuration(tmp_path) -> None:
    one = Configuration({"max_iter": 10, "random_state": 1}, ("a", "b"))
    one.save(tmp_path)
    read = Configuration.load(tmp_path)
    assert read == one
    assert read.is_like(Configuration({"max_iter": 10, "random_state": 2}, ("a", "b")))
    assert not read.is_like(Configuration({"max_iter": 11, "random_state": 1}, ("a", "b")))
    assert not read.is_like(Configuration({"max_iter": 10, "random_state": 1}, ("a",)))
    assert Configuration.load(tmp_path / "nothing") is None


def test_a_damaged_configuration_is_named(tmp_path) -> None:
    (tmp_path / "configuration.json").write_text('{"parameters": ')
    with pytest.raises(ShelfwiseError, match=r"configuration\.json is no configuration"):
        Configuration.load(tmp_path)


@pytest.fixture
def published(monkeypatch):
    """Say what is published."""

    def publish(configuration: Configuration | None) -> None:
        monkeypatch.setattr("shelfwise.recommender.champion.published_configuration", lambda *_: configuration)

    return publish


def test_a_worse_challenger_leaves_the_champion_serving(settings_in, tmp_path, published) -> None:
    """The champion knows the whole history of a pair; the challenger's features say nothing of the customer."""
    settings = settings_in("data")
    build(settings)
    train(settings, tmp_path / "first", silent)
    champion = Configuration.load(tmp_path / "first" / "model")
    published(champion)
    blind = Configuration(champion.parameters, ("product_buyer_count",))
    original = Training.configurations

    def challenged(self, windows):
        return {OURS: blind, "champion": original(self, windows)[OURS]}

    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Training, "configurations", challenged)
        trained = train(settings, tmp_path / "second", said.append)
    assert trained.model_version is not None
    assert Configuration.load(tmp_path / "second" / "model") == champion
    card = json.loads((tmp_path / "second" / "model" / "model_card.json").read_text())
    assert "worse than the published configuration" in card["verdict"]
    of_all = card["headline"]["all"]["all"]
    assert of_all["two_stage"] > of_all["challenger"]


def test_a_champion_is_refitted_beside_the_challenger(settings_in, tmp_path, published) -> None:
    settings = settings_in("data")
    build(settings)
    train(settings, tmp_path / "first", silent)
    of_first = Configuration.load(tmp_path / "first" / "model")
    published(Configuration(of_first.parameters, ("product_buyer_count",)))
    train(settings, tmp_path / "second", silent)
    card = json.loads((tmp_path / "second" / "model" / "model_card.json").read_text())
    assert card["headline"]["all"]["all"]["two_stage"] > card["headline"]["all"]["all"]["champion"]
    assert "no worse than the published" in card["verdict"]
    assert Configuration.load(tmp_path / "second" / "model") == of_first


def test_a_champion_with_a_feature_that_is_gone_is_told_and_left(settings_in, tmp_path, published) -> None:
    settings = settings_in("data")
    build(settings)
    published(Configuration({}, ("moon_phase",)))
    said: list[str] = []
    assert train(settings, tmp_path / "run", said.append).model_version is not None
    assert any("there is no feature moon_phase now" in line for line in said)
