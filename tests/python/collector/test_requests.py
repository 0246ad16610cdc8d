"""Requests as SDKs and others send them, over real HTTP."""

from __future__ import annotations

import gzip
import json
import socket
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from live_collector import KEY, collecting, event, landed, letters, message_ids, settings_in, wait_until

from shelfwise.collector.bodies import decompressed
from shelfwise.collector.calls import PATHS
from shelfwise.collector.segments import segments
from shelfwise.collector.server import create_collector_app
from shelfwise.collector.write_keys import WriteKey
from shelfwise.errors import ShelfwiseError
from shelfwise.settings import Settings
from shelfwise.web.problems import ProblemError


@pytest.fixture
def client(settings: Settings) -> Iterator[httpx.Client]:
    with collecting(settings) as client:
        yield client


def batch(*numbers: int, **body: Any) -> dict[str, Any]:
    return {"batch": [event(n) for n in numbers], **body}


@pytest.mark.parametrize(("path", "method"), PATHS.items())
def test_every_path_takes_its_method(settings: Settings, path: str, method: str) -> None:
    body = batch(1) if method == "batch" else event()
    with collecting(settings) as client:
        answer = client.post(f"/v1/{path}", json=body)
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert [row["type"] for row in landed(settings)] == ["track" if method == "batch" else method]


def test_a_200_means_that_the_event_is_on_disk(settings: Settings, client: httpx.Client) -> None:
    assert client.post("/v1/track", json=event()).status_code == 200
    (segment,) = segments(settings)
    assert b'"message_id":"m1"' in segment.read_bytes()


def test_a_batch_that_is_partly_wrong_says_so(settings: Settings) -> None:
    with collecting(settings) as client:
        answer = client.post("/v1/batch", json={"batch": [event(1), event(2, timestamp="?"), event(3), 4]})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["success"], told["accepted"], told["rejected"], sum(told["reasons"].values())) == (True, 2, 2, 2)
    assert message_ids(settings) == ["m1", "m3"]
    assert sorted(letter.reason for letter in letters(settings)) == ["bad_time", "wrong_type"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("track", json.dumps(event(event=None)).encode()),
        ("batch", json.dumps({"batch": [event(timestamp="?")]}).encode()),
        ("batch", b'{"batch": 1}'),
        ("track", b"{"),
        ("page", b"\xff\xfe\x00"),
    ],
)
def test_what_is_wrong_altogether_is_a_400_and_a_dead_letter(settings: Settings, path: str, body: bytes) -> None:
    with collecting(settings) as client:
        answer = client.post(f"/v1/{path}", content=body)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert "dead-letter" in answer.json()["remedy"]
    (letter,) = letters(settings)
    assert letter.detail == answer.json()["detail"]
    assert landed(settings) == []


def test_an_empty_batch_is_no_fault(client: httpx.Client) -> None:
    assert client.post("/v1/batch", json={"batch": []}).json() == {"success": True}


@pytest.mark.parametrize("content_type", ["application/json", "text/plain;charset=UTF-8"])
@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_json_comes_as_text_too_and_compressed(settings: Settings, content_type: str, encoding: str) -> None:
    body = json.dumps(event()).encode()
    headers = {"Content-Type": content_type} | ({"Content-Encoding": "gzip"} if encoding else {})
    with collecting(settings) as client:
        answer = client.post("/v1/track", content=gzip.compress(body) if encoding else body, headers=headers)
    assert answer.status_code == 200
    assert message_ids(settings) == ["m1"]


@pytest.mark.parametrize(
    "content",
    [b"no gzip", gzip.compress(b"{}")[:-3], gzip.compress(b"{}") + b"more", b""],
    ids=["other", "cut", "longer", "empty"],
)
def test_what_is_not_gzip_is_refused(client: httpx.Client, content: bytes) -> None:
    assert client.post("/v1/track", content=content, headers={"Content-Encoding": "gzip"}).status_code == 400


def test_other_encodings_are_refused(client: httpx.Client) -> None:
    assert client.post("/v1/track", content=b"{}", headers={"Content-Encoding": "br"}).status_code == 415


def test_a_gzip_bomb_is_not_unpacked(settings: Settings, client: httpx.Client) -> None:
    bomb = gzip.compress(b"[" * 50_000_000)
    assert len(bomb) < settings.collector_body_bytes
    assert client.post("/v1/batch", content=bomb, headers={"Content-Encoding": "gzip"}).status_code == 413


def test_of_a_gzip_bomb_no_more_is_made_than_may_be() -> None:
    bomb = gzip.compress(b"[" * 50_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(ProblemError):
            decompressed(bomb, "gzip", 500_000)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_large_bodies_are_refused_whether_they_say_so_or_not(settings: Settings, client: httpx.Client) -> None:
    large = b" " * (settings.collector_body_bytes + 1)
    assert client.post("/v1/track", content=large).status_code == 413
    assert client.post("/v1/track", content=iter([large[: len(large) // 2]] * 3)).status_code == 413


def test_long_batches_are_refused(tmp_path: Path) -> None:
    with collecting(settings_in(tmp_path, collector_batch_events=2)) as client:
        assert client.post("/v1/batch", json=batch(1, 2)).status_code == 200
        answer = client.post("/v1/batch", json=batch(3, 4, 5))
    assert answer.status_code == 413
    assert message_ids(settings_in(tmp_path)) == ["m1", "m2"]


@pytest.mark.parametrize(
    "request_parts",
    [
        {"auth": (KEY, "")},
        {"auth": (KEY, "any password")},
        {"params": {"writeKey": KEY}},
        {"json": event(writeKey=KEY)},
    ],
)
def test_the_write_key_comes_in_three_ways(settings: Settings, request_parts: dict[str, Any]) -> None:
    with collecting(settings) as client:
        assert httpx.post(f"{client.base_url}/v1/track", **{"json": event(), **request_parts}).status_code == 200
    assert message_ids(settings) == ["m1"]


def test_a_key_names_its_shop(settings: Settings) -> None:
    with collecting(settings) as client:
        client.post("/v1/track", json=event(1), auth=("uk-key", ""))
        client.post("/v1/track", json=event(2))
    assert {row["message_id"]: row["namespace"] for row in landed(settings)} == {"m1": "uk", "m2": None}


@pytest.mark.parametrize(
    "request_parts",
    [
        {},
        {"auth": ("browser-kex", "")},
        {"auth": ("é", "")},
        {"params": {"writeKey": ""}},
        {"json": event(writeKey="other")},
        {"json": event(writeKey=None)},
        {"headers": {"Authorization": "Basic %%%"}},
        {"headers": {"Authorization": "Basic /w=="}},
        {"headers": {"Authorization": f"Bearer {KEY}"}},
    ],
)
def test_without_a_known_key_nothing_is_taken(settings: Settings, request_parts: dict[str, Any]) -> None:
    with collecting(settings) as client:
        answer = httpx.post(f"{client.base_url}/v1/track", **{"json": event(), **request_parts})
    assert answer.status_code == 401
    assert landed(settings) == []
    assert letters(settings) == []


def test_a_collector_without_keys_says_what_to_do(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, write_keys="")
    with collecting(settings) as client:
        answer = client.post("/v1/track", json=event())
        assert answer.status_code == 503
        assert "SHELFWISE_WRITE_KEYS" in answer.json()["remedy"]
        assert answer.headers["retry-after"]
        assert client.get("/healthz").json() == {"status": "ok"}


def test_a_key_may_be_passed_by_whoever_starts_it(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, write_keys="")
    app = create_collector_app(settings, extra_keys=[WriteKey("demo", "sample_shop")])
    with collecting(settings, app) as client:
        assert client.post("/v1/track", json=event(), auth=("demo", "")).status_code == 200
    assert landed(settings)[0]["namespace"] == "sample_shop"


@pytest.mark.parametrize("keys", ["key:", ":shop", "key:Two Words", "key:shop:more"])
def test_malformed_keys_are_an_error_that_names_none(tmp_path: Path, keys: str) -> None:
    with pytest.raises(ShelfwiseError, match="entry 2") as caught:
        create_collector_app(settings_in(tmp_path, write_keys=f"good,{keys}"))
    assert "key:shop" not in str(caught.value)


def test_hurry_is_slowed_down_by_key(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, collector_key_rate=1)
    with collecting(settings) as client:
        assert client.post("/v1/batch", json=batch(*range(40))).status_code == 200
        slowed = client.post("/v1/track", json=event(100))
        assert slowed.status_code == 429
        assert 25 <= int(slowed.headers["retry-after"]) <= 32
        assert client.post("/v1/track", json=event(101), auth=("uk-key", "")).status_code == 200
    assert len(landed(settings)) == 41


def test_hurry_is_slowed_down_by_the_address_that_the_proxy_names(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, collector_address_rate=1, proxies=1)

    def send(client: httpx.Client, number: int, forwarded_for: str) -> int:
        headers = {"X-Forwarded-For": forwarded_for}
        return client.post("/v1/batch", json=batch(*range(number, number + 20)), headers=headers).status_code

    with collecting(settings) as client:
        assert send(client, 0, "198.51.100.1") == 200
        assert send(client, 100, "198.51.100.1") == 429
        assert send(client, 200, "made up, 198.51.100.1") == 429
        assert send(client, 300, "198.51.100.1, 198.51.100.2") == 200


def test_more_than_can_be_held_is_refused_for_now(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, collector_pending_bytes=2**20, collector_body_bytes=2**21)
    with collecting(settings) as client:
        answer = client.post("/v1/track", content=b" " * (2**20 + 1))
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert client.post("/v1/track", json=event()).status_code == 200  # what was refused is not held


def test_a_body_that_never_comes_is_given_up(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shelfwise.collector.bodies.BODY_SECONDS", 0.2)
    with collecting(settings) as client:
        address = (client.base_url.host, client.base_url.port)
        with socket.create_connection(address, timeout=10) as slow:
            slow.sendall(b"POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
            assert slow.recv(1000).startswith(b"HTTP/1.1 408")


def test_a_client_that_goes_away_harms_nobody(settings: Settings) -> None:
    app = create_collector_app(settings)
    with collecting(settings, app) as client:
        with socket.create_connection((client.base_url.host, client.base_url.port)) as gone:
            gone.sendall(b"POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        assert client.post("/v1/track", json=event()).status_code == 200
    assert message_ids(settings) == ["m1"]


@pytest.mark.parametrize(
    "raw",
    [
        b"POST /v1/track HTTP/1.1\r\nHost: x\r\nX-Large: " + b"x" * 2_000_000,
        b"POST /v1/track HTTP/1.1\r\nHost: x\r\n" + b"X-Many: x\r\n" * 200_000,
        b"POST /" + b"x" * 2_000_000,
        b"POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
    ],
    ids=["header", "headers", "path", "length", "smuggling", "binary"],
)
def test_attacks_on_the_server_are_refused(client: httpx.Client, raw: bytes) -> None:
    with socket.create_connection((client.base_url.host, client.base_url.port), timeout=10) as attacker:
        answer = b""
        with suppress(ConnectionError):  # it has hung up while we were still sending
            attacker.sendall(raw)
            answer = attacker.recv(1000)
    assert answer == b"" or answer.split()[1] in (b"400", b"431")
    assert client.get("/healthz").status_code == 200


def test_a_head_that_never_comes_is_given_up(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shelfwise.web.bounded_http.HEAD_SECONDS", 0.2)
    with collecting(settings) as client:
        for sent in (b"", b"POST /v1/track HTTP/1.1\r\nHost:"):
            with socket.create_connection((client.base_url.host, client.base_url.port), timeout=10) as slow:
                slow.sendall(sent)
                assert slow.recv(1000).startswith(b"HTTP/1.1 408")
        for _ in range(3):
            assert client.post("/v1/track", json=event()).status_code == 200
            time.sleep(0.3)  # between requests the server's keep-alive counts


@pytest.mark.parametrize("path", ["/v1/alias", "/v1/../../etc/passwd", "/v1/track/..%2f..", "/shelfwise.js/../x"])
def test_other_paths_are_not_there(client: httpx.Client, path: str) -> None:
    assert client.post(path, json=event()).status_code in (404, 405)


def test_pages_of_listed_hosts_may_read_the_answer(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, cors_origins="https://shop.example,https://uk.shop.example")
    with collecting(settings) as client:
        preflight = client.options("/v1/t", headers={"Origin": "https://shop.example"})
        answer = client.post("/v1/t", json=event(), headers={"Origin": "https://uk.shop.example"})
        refusal = client.post("/v1/t", content=b"{", headers={"Origin": "https://shop.example"})
        stranger = client.options("/v1/t", headers={"Origin": "https://other.example"})
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "https://shop.example"
    assert "authorization" in preflight.headers["access-control-allow-headers"]
    assert answer.headers["access-control-allow-origin"] == "https://uk.shop.example"
    assert answer.headers["vary"] == "Origin"
    assert refusal.status_code == 400
    assert refusal.headers["access-control-allow-origin"] == "https://shop.example"
    assert "access-control-allow-origin" not in stranger.headers


def test_nobody_is_allowed_to_read_unless_listed(client: httpx.Client, tmp_path: Path) -> None:
    headers = {"Origin": "https://shop.example"}
    assert "access-control-allow-origin" not in client.post("/v1/t", json=event(), headers=headers).headers
    with collecting(settings_in(tmp_path / "open", cors_origins="*")) as open_to_all:
        assert open_to_all.post("/v1/t", json=event(), headers=headers).headers["access-control-allow-origin"] == "*"


def test_segments_are_closed_and_landed_while_it_runs(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, collector_segment_bytes=1024)
    with collecting(settings) as client:
        for number in range(20):
            client.post("/v1/track", json=event(number))
        wait_until(lambda: len(landed(settings)) >= 10, "full segments have landed")
    assert message_ids(settings) == sorted(f"m{n}" for n in range(20))


def test_an_old_segment_is_closed_while_nothing_comes(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, collector_segment_seconds=0.1)
    with collecting(settings) as client:
        client.post("/v1/track", json=event())
        wait_until(lambda: not segments(settings), "the segment was closed and landed")
        assert message_ids(settings) == ["m1"]


def test_what_was_left_lands_at_the_start(settings: Settings) -> None:
    with collecting(settings) as client:
        client.post("/v1/track", json=event())
    assert len(segments(settings)) == 1
    with collecting(settings):
        wait_until(lambda: not segments(settings), "what was left has landed")
    assert message_ids(settings) == ["m1"]


def test_a_data_folder_that_cannot_be_written_is_an_error_at_once(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    settings.data_path.mkdir()
    settings.collector_path.write_text("a file")
    with pytest.raises(ShelfwiseError, match="cannot write"):
        create_collector_app(settings)


def test_figures_say_what_was_done(settings: Settings) -> None:
    app = create_collector_app(settings)
    with collecting(settings, app) as client:
        client.post("/v1/batch", json={"batch": [event(1), event(2), event(3, timestamp="?")]})
        client.post("/v1/track", content=b"{")
        client.post("/v1/track", json=event(), auth=("other", ""))
        figures = {metric.name: metric.samples for metric in app.state.collector.figures.as_metrics()}
    prefix = "shelfwise_collector_"
    assert figures[f"{prefix}accepted_events_total"] == (({}, 2.0),)
    assert figures[f"{prefix}rejected_events_total"] == (({"reason": "bad_time"}, 1.0), ({"reason": "unreadable"}, 1.0))
    assert figures[f"{prefix}refused_requests_total"] == (({"status": "400"}, 1.0), ({"status": "401"}, 1.0))
    assert figures[f"{prefix}commits_total"] == (({}, 2.0),)
    assert figures[f"{prefix}pending_bytes"] == (({}, 0.0),)
    ((_, committed),) = figures[f"{prefix}committed_bytes_total"]
    assert committed > 300
