"""Versions come, go and break while the server runs."""

from __future__ import annotations

import logging
import shutil
import threading
import weakref

import httpx
import numpy as np
import pytest
from live_server import serving, wait_until
from published_shops import make_current, publish
from session_shops import CATALOGUE, SessionShop

from shelfwise.serving import version_store
from shelfwise.serving.loading import load_current
from shelfwise.serving.lookups import Lookups
from shelfwise.serving.version_store import VersionStore
from shelfwise.settings import Settings
from shelfwise.warehouse.published import PublishedVersion, current_link


def served_run(client: httpx.Client) -> str | None:
    """Return the run that a server answers from; None while it is not ready."""
    answer = client.get("/readyz")
    return answer.json()["run_id"] if answer.status_code == 200 else None


def test_with_nothing_published_the_server_starts_and_turns_ready(settings: Settings) -> None:
    with serving(settings) as client:
        assert client.get("/healthz").json() == {"status": "alive"}
        for path in ("/readyz", "/v1/recommendations", "/v1/products/P1/similar", "/v1/version", "/pictures/P1.svg"):
            answer = client.get(path)
            assert answer.status_code == 503
            assert "shelfwise run" in answer.json()["remedy"]
            assert answer.headers["retry-after"]
        page = client.get("/")
        assert page.status_code == 503
        assert "shelfwise run" in page.text
        publish(settings, "run-1")
        wait_until(lambda: served_run(client) == "run-1", "the first version is served")
        assert client.get("/").status_code == 200


def test_a_new_version_is_picked_up_under_load_without_an_error(settings: Settings) -> None:
    publish(settings, "run-1")
    stop = threading.Event()
    faults: list[str] = []
    seen: set[str] = set()

    def ask(client: httpx.Client) -> None:
        with httpx.Client(base_url=client.base_url, timeout=10) as own:
            while not stop.is_set():
                answer = own.get("/v1/recommendations", params={"customer_id": "C1"})
                body = answer.json()
                if answer.status_code != 200 or body["model_version"] != f"model-{body['run_id']}":
                    faults.append(answer.text)
                seen.add(body.get("run_id", ""))

    with serving(settings) as client:
        threads = [threading.Thread(target=ask, args=(client,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for run_id in ("run-2", "run-3"):
            publish(settings, run_id)
            wait_until(lambda run_id=run_id: run_id in seen, f"{run_id} is served")
        shutil.rmtree(settings.published_path / "versions" / "run-1")  # as retention does
        make_current(settings, "run-2")
        wait_until(lambda: served_run(client) == "run-2", "the rollback is served")
        stop.set()
        for thread in threads:
            thread.join()
    assert faults == []
    assert seen == {"run-1", "run-2", "run-3"}


def test_many_versions_with_sessions_come_without_an_error_and_the_old_ones_go(
    settings: Settings, session_shop: SessionShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[weakref.ref[Lookups]] = []

    def load_and_watch(settings: Settings) -> tuple[PublishedVersion, Lookups]:
        version, lookups = load_current(settings)
        loaded.append(weakref.ref(lookups))
        return version, lookups

    monkeypatch.setattr(version_store, "load_current", load_and_watch)

    def publish_next(number: int) -> None:
        publish(settings, f"run-{number}", shops=[], extra_sql=CATALOGUE, session_index=session_shop.folder)

    publish_next(1)
    stop = threading.Event()
    faults: list[str] = []
    seen: set[str] = set()

    def ask(client: httpx.Client, params: dict[str, str]) -> None:
        with httpx.Client(base_url=client.base_url, timeout=10) as own:
            while not stop.is_set():
                answer = own.get("/v1/recommendations", params=params)
                body = answer.json()
                if answer.status_code != 200 or body["model_version"] != f"model-{body['run_id']}":
                    faults.append(answer.text)
                if "item_ids" in params and body["fallback"] is not None:
                    faults.append(f"not from the session: {answer.text}")
                seen.add(body.get("run_id", ""))

    with serving(settings) as client:
        questions = [{"customer_id": "c"}, {"item_ids": "p0003,p0004"}, {"item_ids": "p0030"}]
        threads = [threading.Thread(target=ask, args=(client, params)) for params in questions]
        for thread in threads:
            thread.start()
        for number in range(2, 8):
            publish_next(number)
            wait_until(lambda run_id=f"run-{number}": run_id in seen, f"run-{number} is served")
        stop.set()
        for thread in threads:
            thread.join()
        alive = [lookups for lookups in loaded if lookups() is not None]
        assert alive == loaded[-1:]
    assert faults == []
    assert seen == {f"run-{number}" for number in range(1, 8)}


@pytest.mark.parametrize("damage", ["bad index", "no index", "other features"])
def test_a_damaged_session_index_is_refused(settings: Settings, session_shop: SessionShop, damage: str) -> None:
    publish(settings, "run-1", shops=[], extra_sql=CATALOGUE, session_index=session_shop.folder)
    store = VersionStore(settings)
    store.refresh()
    folder = publish(settings, "run-2", shops=[], extra_sql=CATALOGUE, session_index=session_shop.folder)
    own = folder / "session_index" / "shop"
    if damage == "bad index":
        (own / "index.npz").write_bytes(b"nothing")
    elif damage == "no index":
        (own / "index.npz").unlink()
    else:
        with np.load(own / "ranker.npz") as stored:
            arrays = {name: stored[name] for name in stored.files}
        arrays["feature_names"] = np.array([f"{name}_of_another_release" for name in arrays["feature_names"]])
        np.savez(own / "ranker.npz", **arrays)
    store.refresh()
    assert store.refusal is not None
    assert store.lookups is not None
    assert store.lookups.manifest.run_id == "run-1"


@pytest.mark.parametrize("damage", ["no table", "no database", "cut database", "bad manifest", "no version"])
def test_a_broken_version_leaves_the_one_before_it_serving(
    settings: Settings, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    publish(settings, "run-1")
    store = VersionStore(settings)
    store.refresh()
    folder = publish(settings, "run-2", extra_sql="drop table similar_products" if damage == "no table" else "")
    warehouse = folder / "warehouse.duckdb"
    if damage == "no database":
        warehouse.unlink()
    elif damage == "cut database":
        warehouse.write_bytes(warehouse.read_bytes()[:5000])
    elif damage == "bad manifest":
        (folder / "manifest.json").write_text("{}")
    elif damage == "no version":
        shutil.rmtree(folder)
    with caplog.at_level(logging.ERROR):
        store.refresh()
        store.refresh()
    assert store.lookups is not None
    assert store.lookups.manifest.run_id == "run-1"
    assert store.refusal is not None
    assert store.refusal.version == "run-2"
    assert [record.message for record in caplog.records if "run-2 does not load" in record.message] == [
        f"version run-2 does not load ({store.refusal.reason}); serving run-1"
    ]

    publish(settings, "run-3")
    store.refresh()
    assert store.lookups.manifest.run_id == "run-3"
    assert store.refusal is None


def test_a_refused_version_is_tried_again_later(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = publish(settings, "run-1")
    warehouse = (folder / "warehouse.duckdb").rename(folder / "elsewhere.duckdb")
    store = VersionStore(settings)
    store.refresh()
    warehouse.rename(folder / "warehouse.duckdb")
    store.refresh()
    assert store.lookups is None
    monkeypatch.setattr(version_store, "RETRY_SECONDS", 0.0)
    store.refresh()
    assert store.lookups is not None
    assert store.refusal is None


def test_a_refused_version_is_said(settings: Settings) -> None:
    publish(settings, "run-1")
    with serving(settings) as client:
        publish(settings, "run-2", extra_sql="drop table dim_products")
        wait_until(lambda: client.get("/v1/version").json()["refused"] is not None, "the new version is refused")
        answer = client.get("/v1/version").json()
        assert (answer["run_id"], answer["refused"]["run_id"]) == ("run-1", "run-2")
        assert "dim_products" in answer["refused"]["reason"]


def test_an_empty_warehouse_is_served_as_such(settings: Settings) -> None:
    publish(settings, "run-1", shops=[])
    with serving(settings) as client:
        answer = client.get("/v1/recommendations", params={"customer_id": "C1"})
        assert (answer.status_code, answer.json()["recommendations"]) == (200, [])
        assert client.get("/").status_code == 200


def test_a_link_that_leads_to_itself_is_refused_and_does_not_end_the_watch(settings: Settings) -> None:
    publish(settings, "run-1")
    store = VersionStore(settings)
    store.refresh()
    link = current_link(settings)
    link.unlink()
    link.symlink_to("current")
    store.refresh()
    assert store.refusal is not None
    assert store.refusal.version == "current"
    assert store.lookups is not None
    link.unlink()
    publish(settings, "run-2")
    store.refresh()
    assert store.lookups.manifest.run_id == "run-2"
    assert store.refusal is None
