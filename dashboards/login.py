"""Signing in to the dashboards with the shop's own identity provider (OpenID Connect), where settings ask for it.

Streamlit does the protocol; it takes its settings as secrets, which are made of the environment here and stand in no
file.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec

import streamlit as st
from streamlit.runtime.secrets import secrets_singleton

from shelfwise.errors import ShelfwiseError
from shelfwise.settings import Settings, get_settings

CALLBACK = "/oauth2callback"


def is_asked(settings: Settings) -> bool:
    """Tell whether people have to sign in."""
    return bool(settings.login_provider)


@lru_cache(maxsize=1)
def prepare() -> None:
    """Give Streamlit what it needs to send people to the provider, once a process.

    Raises ShelfwiseError when a setting or the extra is missing: then nobody is to get in.
    """
    settings = get_settings()
    if not is_asked(settings):
        return
    if settings.login_client_secret is None or settings.login_cookie_secret is None or not settings.login_client_id:
        raise ShelfwiseError(
            "signing in is asked for and not set up",
            remedy="Set SHELFWISE_LOGIN_CLIENT_ID, SHELFWISE_LOGIN_CLIENT_SECRET and SHELFWISE_LOGIN_COOKIE_SECRET",
        )
    if find_spec("authlib") is None:
        raise ShelfwiseError(
            "signing in needs the extra `login`", remedy="Install it: `.venv/bin/pip install 'shelfwise[login]'`"
        )
    secrets_singleton.merge_programmatic_secrets(
        {
            "auth": {
                "redirect_uri": redirect_address(settings),
                "cookie_secret": settings.login_cookie_secret.get_secret_value(),
                "client_id": settings.login_client_id,
                "client_secret": settings.login_client_secret.get_secret_value(),
                "server_metadata_url": settings.login_provider,
            }
        }
    )


def redirect_address(settings: Settings) -> str:
    """Return where the provider sends people back to."""
    base = settings.login_address or f"http://{settings.host}:{settings.dashboard_port}"
    return base.rstrip("/") + CALLBACK


def require() -> None:
    """Draw a page to sign in on, and nothing else, until somebody who may see the dashboards has."""
    settings = get_settings()
    if not is_asked(settings):
        return
    prepare()
    if not st.user.get("is_logged_in", False):
        st.title("Shelfwise")
        st.button("Sign in", type="primary", on_click=st.login)
        st.stop()
    address = str(st.user.get("email") or "")
    if not may_see(address, st.user.get("email_verified"), settings.login_allowed):
        st.title("Shelfwise")
        st.error(f"{address or 'This account'} may not see these dashboards. Ask whoever runs them to be let in.")
        st.button("Sign out", on_click=st.logout)
        st.stop()
    with st.sidebar:
        st.caption(f"Signed in as {address or st.user.get('name') or st.user.get('sub')}")
        st.button("Sign out", on_click=st.logout, type="tertiary")


def may_see(address: str, is_verified: object, allowed: tuple[str, ...]) -> bool:
    """Tell whether an account may see the dashboards.

    ``allowed`` are addresses, or domains as `@example.com`; empty: everybody whom the provider lets in. An address that
    the provider says it has not verified is nobody's.
    """
    if not allowed:
        return True
    known = address.strip().lower()
    if not known or is_verified is False:
        return False
    return any(known == each.lower() or (each.startswith("@") and known.endswith(each.lower())) for each in allowed)
