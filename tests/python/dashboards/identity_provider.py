"""An identity provider on this machine: OpenID Connect's code flow, for one account that is always signed in there."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT_ID, CLIENT_SECRET = "dashboards", "a-secret-of-the-tests-only"


@dataclass
class IdentityProvider:
    """Who is signed in there, and what it was asked: each code may be taken once, by the client that has the secret."""

    email: str = "ada@example.com"
    email_verified: bool = True
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    redirects: list[str] = field(default_factory=list)

    def app(self) -> FastAPI:
        """Return the provider as an application."""
        app = FastAPI()
        key = RSAKey.generate_key(2048, {"kid": "of-the-tests"})

        @app.get("/.well-known/openid-configuration")
        def configuration(request: Request) -> dict[str, Any]:
            base = str(request.base_url).rstrip("/")
            return {
                "issuer": base,
                "authorization_endpoint": f"{base}/authorize",
                "token_endpoint": f"{base}/token",
                "jwks_uri": f"{base}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }

        @app.get("/keys")
        def keys() -> dict[str, Any]:
            return dict(KeySet([key]).as_dict(private=False))

        @app.get("/authorize")
        def authorize(request: Request) -> RedirectResponse:
            asked = dict(request.query_params)
            assert asked["client_id"] == CLIENT_ID
            assert "openid" in asked["scope"].split()
            self.redirects.append(asked["redirect_uri"])
            code = secrets.token_urlsafe()
            self.codes[code] = asked
            return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

        @app.post("/token")
        async def token(request: Request) -> JSONResponse:
            form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
            asked = self.codes.pop(form["code"])
            assert form["redirect_uri"] == asked["redirect_uri"]
            now = int(time.time())
            claims = {
                "iss": str(request.base_url).rstrip("/"),
                "sub": "account-1",
                "aud": CLIENT_ID,
                "iat": now,
                "exp": now + 600,
                "email": self.email,
                "email_verified": self.email_verified,
                **({"nonce": asked["nonce"]} if "nonce" in asked else {}),
            }
            signed = jwt.encode({"alg": "RS256", "kid": "of-the-tests"}, claims, key)
            return JSONResponse(
                {"access_token": "unused", "token_type": "Bearer", "expires_in": 600, "id_token": signed}
            )

        return app
