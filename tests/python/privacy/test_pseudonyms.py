"""Where it is asked, a customer lands under one pseudonym in all sources of a shop, and the id nowhere."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError
from searching import places
from small_folder import ADA, EXPORTS, events_of, make_folder

from shelfwise.collector.compaction import compact
from shelfwise.collector.intake import take_call
from shelfwise.collector.rows import Receipt, device_of_server
from shelfwise.landing.shop import import_shop
from shelfwise.pipeline.forgetting.forget import forget
from shelfwise.privacy.pseudonyms import FORM, pseudonym, pseudonymiser
from shelfwise.serving.access import Access
from shelfwise.settings import Settings

PROJECT = Path(__file__).resolve().parents[3]
KEY = "k" * 32


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        project_dir=PROJECT,
        data_dir=tmp_path / "data",
        memory_limit="500MB",
        threads=1,
        pseudonymise=("shop", "web"),
        pseudonym_key=KEY,
    )


def column(settings: Settings, table: str, name: str) -> list[str | None]:
    paths = sorted((settings.landing_path / table).glob("*/*.parquet"))
    return [value for path in paths for value in pq.ParquetFile(path).read().column(name).to_pylist()]


def test_it_is_keyed_of_a_shop_and_the_same_when_it_passes_twice() -> None:
    once = pseudonym(KEY, "shop", "ada-77")
    assert FORM.fullmatch(once)
    assert pseudonym(KEY, "shop", " ada-77 ") == pseudonym(KEY, "shop", once) == once
    assert len({once, pseudonym(KEY, "uk", "ada-77"), pseudonym("other" * 8, "shop", "ada-77")}) == 3


def test_sources_of_a_shop_join_and_the_id_is_nowhere(settings: Settings, tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    for table, text in EXPORTS.items():
        (exports / f"{table}.csv").write_text(text)
    assert import_shop(exports, settings).succeeded
    events = settings.model_copy(update={"data_dir": settings.data_dir})
    receipt = Receipt(datetime(2026, 1, 2), "shop", "Mozilla")
    call = {"event": "Product Viewed", "anonymousId": "d1", "userId": "ada-77", "properties": {"product_id": "P1"}}
    hide = pseudonymiser(events, "web", receipt.namespace)
    for sent in (call, {**call, "timestamp": "never"}, {**call, "anonymousId": None}):
        intake = take_call(json.dumps(sent).encode(), "track", receipt, event_bytes=9999, pseudonymise=hide)
        assert b"ada-77" not in intake.row_frame + intake.rejected_frame
    assert intake.rows[0].anonymous_id == device_of_server(pseudonym(KEY, "shop", "ada-77"))
    expected = pseudonym(KEY, "shop", "ada-77")
    assert column(settings, "shop/customers", "customer_id")[0] == expected
    assert column(settings, "shop/orders", "customer_id")[0] == expected == intake.rows[0].user_id
    assert places(settings.data_path, ["ada-77"]) == set()


def test_the_guard_hides_what_segments_still_had(settings: Settings) -> None:
    events_of(settings)  # taken before the setting was made
    compact(settings)
    assert set(column(settings, "web/events", "user_id")) <= {
        None,
        pseudonym(KEY, "shop", "ada-77"),
        pseudonym(KEY, "shop", "eve-12"),
    }


def test_a_person_is_forgotten_by_the_shops_own_id(settings: Settings, tmp_path: Path) -> None:
    make_folder(settings, tmp_path / "exports")
    hidden = pseudonym(KEY, "shop", ADA[0])
    assert any("landing" in place for place in places(settings.data_path, [hidden]))
    forget(settings, "shop:ada-77", report=lambda _: None)
    assert places(settings.data_path, [hidden, "ORD-ada", "dev-ada"]) == set()


def test_the_api_looks_under_the_pseudonym(settings: Settings) -> None:
    assert Access.of(settings).known_as("shop:ada-77") == f"shop:{pseudonym(KEY, 'shop', 'ada-77')}"
    assert KEY not in repr(Access.of(settings))
    plain = Settings(project_dir=PROJECT, data_dir=settings.data_dir)
    assert Access.of(plain).known_as("shop:ada-77") == "shop:ada-77"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"pseudonymise": "shop"}, "pseudonyms need SHELFWISE_PSEUDONYM_KEY"),
        ({"pseudonymise": "shop", "pseudonym_key": "short"}, "shorter than 16 characters"),
        ({"pseudonymise": "online_retail", "pseudonym_key": KEY}, "knows its customers by number"),
        ({"pseudonymise": "nothing", "pseudonym_key": KEY}, "unknown source nothing"),
    ],
)
def test_settings_that_would_do_harm_are_refused(values: dict[str, str], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Settings(project_dir=PROJECT, **values)  # type: ignore[arg-type]
