"""Who may ask about whom."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from live_server import serving, settings_in
from published_shops import publish
from pydantic import ValidationError

from shelfwise.errors import ShelfwiseError
from shelfwise.serving.access import require_keys, sign_customer
from shelfwise.settings import Settings
from shelfwise.website import run_website

SERVER, OTHER_SERVER, BROWSER = "server-key-0123456789", "another-server-key-0123", "browser-key-0123456789"
SECRET = "a secret for tokens 01"  # noqa: S105  of tests alone
C1, C2 = "sample_shop:C1", "sample_shop:C2"


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server with keys; it sends none by itself."""
    settings = settings_in(
        tmp_path_factory.mktemp("locked"),
        server_keys=f"{SERVER}, {OTHER_SERVER}",
        browser_keys=BROWSER,
        token_secret=SECRET,
        cors_origins="https://shop.example",
    )
    publish(settings, "run-1")
    with serving(settings) as client:
        yield client


def ask(client: httpx.Client, key: str | None, **params: object) -> httpx.Response:
    """Ask for recommendations with a key."""
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    return client.get("/v1/recommendations", params=params, headers=headers)


@pytest.mark.parametrize("path", ["/v1/recommendations", "/v1/products/P1/similar", "/v1/version", "/metrics"])
@pytest.mark.parametrize(
    "authorization",
    [None, "Bearer", "Bearer wrong", f"Basic {SERVER}", SERVER, f"Bearer {SERVER}x", "Bearer é"],
)
def test_without_a_valid_key_nothing_is_told(locked: httpx.Client, path: str, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization.encode()}
    answer = locked.get(path, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"
    assert "SHELFWISE_SERVER_KEYS" in answer.json()["remedy"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/openapi.json", "/docs", "/", "/pictures/P1.svg"])
def test_what_says_nothing_of_customers_needs_no_key(locked: httpx.Client, path: str) -> None:
    assert locked.get(path).status_code == 200


@pytest.mark.parametrize("key", [SERVER, OTHER_SERVER])
def test_a_server_key_may_ask_anything(locked: httpx.Client, key: str) -> None:
    assert ask(locked, key, customer_id="C1", n=1).json()["fallback"] is None
    headers = {"Authorization": f"bearer {key}"}
    assert locked.get("/v1/version", headers=headers).status_code == 200
    assert locked.get("/metrics", headers=headers).status_code == 200


def test_a_browser_key_may_name_devices_and_products_only(locked: httpx.Client) -> None:
    assert ask(locked, BROWSER, device_id="d1", item_ids="P1", placement="product").status_code == 200
    refused = ask(locked, BROWSER, customer_id="C1")
    assert refused.status_code == 403
    assert "customer_token" in refused.json()["remedy"]
    assert locked.get("/metrics", headers={"Authorization": f"Bearer {BROWSER}"}).status_code == 403


@pytest.mark.parametrize("customer_id", ["C1", C1])
def test_a_signed_customer_may_be_named_by_a_browser(locked: httpx.Client, customer_id: str) -> None:
    token = sign_customer(SECRET, C1, int(time.time()) + 60)
    answer = ask(locked, BROWSER, customer_id=customer_id, customer_token=token, n=1)
    assert (answer.json()["customer_id"], answer.json()["fallback"]) == (C1, None)


def test_a_token_is_for_one_customer_until_it_expires(locked: httpx.Client) -> None:
    later = int(time.time()) + 60
    valid = sign_customer(SECRET, C1, later)
    expiry, _, signature = valid.partition(".")
    for customer, token in (
        ("C2", valid),
        ("C1", sign_customer(SECRET, C1, int(time.time()) - 1)),
        ("C1", sign_customer("another secret 012345", C1, later)),
        ("C1", sign_customer(SECRET, "C1", later)),
        ("C1", f"{later + 1}.{signature}"),
        ("C1", f"{expiry}."),
        ("C1", signature),
        ("C1", f"{expiry}.{signature.upper()}"),
        ("C1", f"٣{expiry}.{signature}"),
    ):
        assert ask(locked, BROWSER, customer_id=customer, customer_token=token).status_code == 403


def test_the_token_is_what_the_documentation_says() -> None:
    import hashlib
    import hmac

    signature = hmac.new(SECRET.encode(), b"sample_shop:C1|1790000000", hashlib.sha256).hexdigest()
    assert sign_customer(SECRET, C1, 1_790_000_000) == f"1790000000.{signature}"


@hypothesis_settings(max_examples=150, deadline=None)
@given(
    customer_id=st.one_of(st.sampled_from(["C2", C2, "C2 ", "sample_shop:C2:", " C2", "c2"]), st.text(max_size=20)),
    token=st.one_of(
        st.none(),
        st.text(max_size=40),
        st.builds(
            lambda signed, expiry: sign_customer(SECRET, signed, expiry),
            st.sampled_from([C1, "sample_shop:C3", "C2", "sample_shop:C2|", ""]),
            st.integers(0, 10**11),
        ),
        st.builds(lambda text: f"{10**11}.{text}", st.text("0123456789abcdef", max_size=64)),
    ),
    others=st.fixed_dictionaries(
        {},
        optional={
            "device_id": st.sampled_from([C2, "C2"]),
            "item_ids": st.sampled_from(["P1", "C2"]),
            "source": st.sampled_from(["sample_shop", "C2"]),
            "placement": st.sampled_from(["home", "cart"]),
        },
    ),
)
def test_a_browser_key_never_gets_the_list_of_a_customer_who_was_not_signed(
    locked: httpx.Client, customer_id: str, token: str | None, others: dict[str, str]
) -> None:
    params = {"customer_id": customer_id, **others} | ({} if token is None else {"customer_token": token})
    answer = ask(locked, BROWSER, **params)
    if answer.status_code == 200:
        assert answer.json()["customer_id"] in (None, C1, "sample_shop:C3")
    else:
        assert answer.status_code in (403, 422)


def test_the_page_shows_customers_only_where_no_keys_are_set(locked: httpx.Client) -> None:
    answer = locked.get("/", params={"customer_id": "C1"})
    assert answer.status_code == 403
    assert "You looked at Oak lamp" not in answer.text
    assert "C1" not in locked.get("/").text


def test_pages_of_the_named_origins_may_ask(locked: httpx.Client) -> None:
    def allowed(origin: str) -> httpx.Response:
        headers = {
            "Origin": origin,
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "authorization",
        }
        return locked.options("/v1/recommendations", headers=headers)

    assert allowed("https://shop.example").headers["access-control-allow-origin"] == "https://shop.example"
    assert "access-control-allow-origin" not in allowed("https://elsewhere.example").headers
    answer = ask(locked, None)
    assert "access-control-allow-origin" not in answer.headers


def test_without_keys_only_this_machine_is_served(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    for host in ("127.0.0.1", "::1", "localhost", "127.9.9.9"):
        with caplog.at_level(logging.WARNING):
            require_keys(settings.model_copy(update={"host": host}))
    assert caplog.text.count("no keys are set") == 4
    for host in ("0.0.0.0", "::", "10.0.0.7", "shop.example", ""):  # noqa: S104  what is refused
        with pytest.raises(ShelfwiseError, match="no keys are set") as caught:
            run_website(settings.model_copy(update={"host": host}))
        assert "SHELFWISE_SERVER_KEYS" in caught.value.remedy


def test_keys_that_can_be_guessed_are_refused_and_no_key_is_shown(tmp_path) -> None:
    for name in ("server_keys", "browser_keys", "token_secret"):
        with pytest.raises(ValidationError, match="shorter than 16") as caught:
            settings_in(tmp_path, **{name: "guess-me"})
        assert "guess-me" not in str(caught.value.errors(include_input=False))
    assert SERVER not in repr(settings_in(tmp_path, server_keys=SERVER, token_secret=SECRET))
