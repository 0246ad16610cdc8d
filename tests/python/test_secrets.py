"""Secrets come from the environment, have no default, and are printed nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from shelfwise.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
SECRET_WORDS = re.compile(r"secret|password|key|token|webhook")
#: names that have such a word and are none: a rate, a limit
NO_SECRETS = {"collector_key_rate"}
SET = {
    "server_keys": "s" * 32,
    "browser_keys": "b" * 32,
    "token_secret": "t" * 32,
    "write_keys": "w" * 32,
    "pseudonym_key": "p" * 32,
    "alert_webhook": "https://hooks.example/" + "h" * 32,
    "alert_smtp_password": "m" * 32,
    "login_client_secret": "c" * 32,
    "login_cookie_secret": "k" * 32,
}


def test_every_setting_named_like_a_secret_is_one() -> None:
    named = {name for name in Settings.model_fields if SECRET_WORDS.search(name)} - NO_SECRETS
    assert named == set(SET)
    for name in named:
        assert "SecretStr" in str(Settings.model_fields[name].annotation), name


def test_no_secret_has_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SET:
        monkeypatch.delenv(f"SHELFWISE_{name.upper()}", raising=False)
    settings = Settings(project_dir=PROJECT)
    assert all(getattr(settings, name) in (None, (), SecretStr("")) for name in SET)


def test_no_secret_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SET.items():
        monkeypatch.setenv(f"SHELFWISE_{name.upper()}", value)
    settings = Settings(project_dir=PROJECT)
    shown = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert [name for name, value in SET.items() if value in shown] == []


def test_a_refused_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    from shelfwise.cli import app
    from shelfwise.settings import get_settings

    for name, value in (("TOKEN_SECRET", "tooshort"), ("ALERT_WEBHOOK", "file:///etc/hostname-of-mine")):
        monkeypatch.setenv(f"SHELFWISE_{name}", value)
        get_settings.cache_clear()
        refused = CliRunner().invoke(app, ["status"])
        assert refused.exit_code == 1
        assert f"SHELFWISE_{name}" in refused.output
        assert value not in refused.output
        monkeypatch.delenv(f"SHELFWISE_{name}")
    get_settings.cache_clear()
