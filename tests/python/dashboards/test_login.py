"""Where settings ask for it, nobody sees a figure before the shop's identity provider has said who they are."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider
from live_server import running, wait_until
from playwright.sync_api import Browser, expect
from streamlit.testing.v1 import AppTest

from dashboards.login import may_see
from shelfwise.ports import listen
from shelfwise.settings import Settings, get_settings

PROJECT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("address", "verified", "allowed", "sees"),
    [
        ("ada@example.com", True, (), True),
        ("Ada@Example.com", True, ("ada@example.com",), True),
        ("ada@example.com", None, ("@example.com",), True),
        ("ada@example.com", False, ("@example.com",), False),
        ("ada@example.com.evil.org", True, ("@example.com",), False),
        ("ada@notexample.com", True, ("@example.com",), False),
        ("", True, ("@example.com",), False),
    ],
)
def test_who_may_see(address: str, verified: bool | None, allowed: tuple[str, ...], sees: bool) -> None:
    assert may_see(address, verified, allowed) is sees


def test_asked_for_and_not_set_up_shows_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHELFWISE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SHELFWISE_LOGIN_PROVIDER", "https://id.example/.well-known/openid-configuration")
    get_settings.cache_clear()
    try:
        page = AppTest.from_file(str(PROJECT / "dashboards" / "app.py"), default_timeout=200).run()
    finally:
        get_settings.cache_clear()
    assert [error.value for error in page.error] == [
        "**signing in is asked for and not set up.** Set SHELFWISE_LOGIN_CLIENT_ID, SHELFWISE_LOGIN_CLIENT_SECRET and "
        "SHELFWISE_LOGIN_COOKIE_SECRET."
    ]
    assert not page.metric
    assert not page.markdown


def test_without_set_up_the_server_does_not_start(tmp_path: Path) -> None:
    settings = Settings(project_dir=PROJECT, data_dir=tmp_path)
    environment = settings.environment() | {"SHELFWISE_LOGIN_PROVIDER": "https://id.example"}
    command = [sys.executable, "-m", "dashboards.serve"]
    ended = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "signing in is asked for and not set up" in ended.stderr


@contextmanager
def dashboards(provider: str, data_dir: Path, **others: str) -> Iterator[str]:
    """Serve the dashboards with a provider."""
    with listen("127.0.0.1", 0, variable="") as taken:
        port = taken.getsockname()[1]
    environment = Settings(project_dir=PROJECT, data_dir=data_dir).environment() | {
        "SHELFWISE_DASHBOARD_PORT": str(port),
        "SHELFWISE_LOGIN_PROVIDER": f"{provider}/.well-known/openid-configuration",
        "SHELFWISE_LOGIN_CLIENT_ID": CLIENT_ID,
        "SHELFWISE_LOGIN_CLIENT_SECRET": CLIENT_SECRET,
        "SHELFWISE_LOGIN_COOKIE_SECRET": "c" * 32,
        **others,
    }
    log = data_dir / "streamlit.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "dashboards.serve", "--server.port", str(port)],
            cwd=PROJECT,
            env=environment,
            stdout=output,
            stderr=output,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until(lambda: answers(f"{address}/_stcore/health"), "the dashboards answer", seconds=120)
            yield address
            assert CLIENT_SECRET not in log.read_text()
        finally:
            server.terminate()
            server.wait(20)


def answers(address: str) -> bool:
    try:
        return httpx.get(address).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.browser
@pytest.mark.slow
def test_through_the_provider_and_out_again(browser: Browser, tmp_path: Path) -> None:
    provider = IdentityProvider()
    with (
        running(provider.app()) as client,
        dashboards(str(client.base_url), tmp_path, SHELFWISE_LOGIN_ALLOWED="@example.com") as address,
    ):
        page = browser.new_page()
        page.goto(address)
        expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=60_000)
        assert "published" not in page.inner_text("body")
        assert not page.get_by_role("link", name="Customers").count()
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text("Signed in as ada@example.com")).to_be_visible(timeout=60_000)
        expect(page.get_by_role("link", name="Customers")).to_be_visible(timeout=60_000)
        assert provider.redirects == [f"{address}/oauth2callback"]
        cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
        assert any(cookie["httpOnly"] for name, cookie in cookies.items() if "user" in name)
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=60_000)
        page.close()


@pytest.mark.browser
@pytest.mark.slow
def test_an_account_that_is_not_let_in(browser: Browser, tmp_path: Path) -> None:
    provider = IdentityProvider(email="eve@elsewhere.org")
    with (
        running(provider.app()) as client,
        dashboards(str(client.base_url), tmp_path, SHELFWISE_LOGIN_ALLOWED="@example.com") as address,
    ):
        page = browser.new_page()
        page.goto(address)
        page.get_by_role("button", name="Sign in").click(timeout=60_000)
        expect(page.get_by_text("eve@elsewhere.org may not see these dashboards")).to_be_visible(timeout=60_000)
        assert not page.get_by_role("link", name="Customers").count()
        page.close()
