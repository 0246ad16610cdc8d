"""What is published stays until what would replace it has shown itself no worse."""

from __future__ import annotations

import json

import duckdb
import numpy as np
import pytest
from small_builds import build

from shelfwise.errors import ShelfwiseError
from shelfwise.recommender.champion import Configuration, contenders, judge
from shelfwise.recommender.decay import decays
from shelfwise.recommender.evaluation import CHAMPION, MEASURES, OURS, Measured, summarise, together
from shelfwise.recommender.train import Training, train
from shelfwise.settings import Settings


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


@pytest.mark.parametrize(("over_champion", "taken"), [(0.05, "challenger"), (0.0, "champion"), (-0.05, "champion")])
def test_while_recommendations_decay_a_challenger_has_to_be_surely_better(over_champion, taken) -> None:
    gains = gains_over(champion=over_champion, popularity=0.1)
    verdict = judge(gains, has_champion=True, decays=("s: click_through_rate -40%",))
    assert verdict.taken == taken
    assert ("click_through_rate -40%" in verdict.reason) == (over_champion == 0.0)


def test_what_decays_falls_back_to_the_last_configuration_that_was_another(tmp_path, monkeypatch) -> None:
    """Four kept versions, newest first: two of what the code says, one without a model, one of before."""
    now, before = Configuration({"max_iter": 10}, ("a", "b")), Configuration({"max_iter": 10}, ("a",))
    for name, configuration in {"v4": now, "v3": now, "v1": before}.items():
        (tmp_path / name).mkdir()
        configuration.save(tmp_path / name)
    monkeypatch.setattr(
        "shelfwise.recommender.champion.list_versions", lambda _: [tmp_path / name for name in ("v4", "v3", "v2", "v1")]
    )
    monkeypatch.setattr("shelfwise.recommender.champion.published_configuration", lambda *_: now)
    asked = {"settings": Settings(data_dir=tmp_path), "folder_of": lambda version: version, "tell": silent}
    assert contenders(now, **asked) == {OURS: now}
    assert contenders(now, **asked, decays=("s: click_through_rate -40%",)) == {OURS: now, CHAMPION: before}
    (tmp_path / "v1" / "configuration.json").unlink()
    assert contenders(now, **asked, decays=("s: click_through_rate -40%",)) == {OURS: now}


def test_the_rule_decides_which_decay_calls_for_falling_back() -> None:
    with duckdb.connect() as connection:
        assert decays(connection) == ()
        connection.execute("""
            create table recommendation_decay as
            select * from (
                values
                ('s', 'click_through_rate', -0.4, 'fall_back', true), ('s', 'list_conversion_rate', -0.4, 'look', true),
                ('t', 'click_through_rate', -0.1, 'fall_back', false)
            ) as decay (namespace, metric, relative_change, action, is_decayed)
        """)
        assert decays(connection) == ("s: click_through_rate -40%",)


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
