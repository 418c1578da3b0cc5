"""A provider that signs whatever it is told: what no real one can be made to do.

It speaks the same HTTP as a real one, with real keys; only its honesty is missing.
"""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT = "lotsen"
_KEY = RSAKey.generate_key(2048, {"kid": "ours", "use": "sig"})
_STRANGER = RSAKey.generate_key(2048, {"kid": "ours", "use": "sig"})
"""Another key under the same name."""
_NAMELESS = RSAKey.generate_key(2048, {"kid": "never published"})


class CrookedProvider:
    """Starts with `async with`.

    Attributes:
        token: the ID token that the next code is exchanged for.
        metadata: what it says about itself differently from an honest one.
        asked: forms that were sent to the token endpoint, with the header `Authorization`.
    """

    def __init__(self) -> None:
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._discovery)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/token", self._exchange)
        self._server = TestServer(app)
        self.token = ""
        self.metadata: dict[str, object] = {}
        self.asked: list[dict[str, Any]] = []

    async def __aenter__(self) -> "CrookedProvider":
        await self._server.start_server()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._server.close()

    @property
    def issuer(self) -> str:
        return str(self._server.make_url("")).rstrip("/")

    def honest(self, nonce: str) -> dict[str, Any]:
        """The claims of a token that is as it should be."""
        now = int(time.time())
        return {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "pairwise",
            "oid": "11111111-2222-4333-8444-555555555555",
            "nonce": nonce,
            "iat": now,
            "exp": now + 300,
        }

    def sign(self, claims: dict[str, Any], how: str = "honest") -> str:
        """A token of these claims.

        Args:
            how: `honest`; `stranger` (another key of the same name) and `nameless` (a key that
                was never published); `none` (unsigned); `hmac` (signed with the public key).
        """
        header = {"alg": "RS256", "kid": "ours"}
        match how:
            case "stranger":
                return jwt.encode(header, claims, _STRANGER)
            case "nameless":
                return jwt.encode({"alg": "RS256", "kid": "never published"}, claims, _NAMELESS)
            case "none":
                return f"{_part({'alg': 'none', 'kid': 'ours'})}.{_part(claims)}."
            case "hmac":
                signed = f"{_part({'alg': 'HS256', 'kid': 'ours'})}.{_part(claims)}"
                public = _KEY.as_pem(private=False)
                digest = hmac.digest(public, signed.encode(), "sha256")
                return f"{signed}.{urlsafe_b64encode(digest).decode().rstrip('=')}"
            case _:
                return jwt.encode(header, claims, _KEY)

    async def _discovery(self, _request: web.Request) -> web.Response:
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return web.json_response(said | self.metadata)

    async def _keys(self, _request: web.Request) -> web.Response:
        return web.json_response(KeySet([_KEY]).as_dict(private=False))

    async def _exchange(self, request: web.Request) -> web.Response:
        authorization = request.headers.get("Authorization")
        self.asked.append({**await request.post(), "Authorization": authorization})
        return web.json_response({"access_token": "x", "id_token": self.token})


def _part(content: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
