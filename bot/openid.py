"""Speaks with the provider that logs people in: OpenID Connect, authorization code with PKCE.

Sources: OpenID Connect Core 1.0 (3.1), Discovery 1.0, RP-Initiated Logout 1.0; RFC 7636 (PKCE),
RFC 9207 (who answered), RFC 9700 (best current practice).
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Self
from urllib.parse import quote, urlencode

import aiohttp
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from pydantic import AfterValidator, BaseModel, ValidationError

from bot.settings import Oidc, safe_address
from casework.clock import Clock

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Signatures that only the provider can make. Not `none`, and no HMAC: its key is not secret."""
LEEWAY = timedelta(seconds=60)
"""How far the provider's clock may be from ours. Our choice."""
START = "/login/start"
COME_BACK = "/login/callback"
"""Our pages: the one that sends people to the provider, and the one they come back to."""
_OK = 200
_FRESH = timedelta(hours=1)
"""How long what the provider says about itself is kept. Our choice."""
_PATIENCE = aiohttp.ClientTimeout(total=10)
_KEY_TYPES = ("RSA", "EC", "OKP")

Claims = Mapping[str, Any]
_SafeAddress = Annotated[str, AfterValidator(safe_address)]


class LoginError(Exception):
    """Root of what can go wrong; `reason` is one of our own words and may be logged.

    LoginError
    ├── ProviderAwayError   it does not answer, or not as a provider does
    ├── DeclinedError       the person, or the provider, said no
    └── NotProvenError      the answer does not prove who somebody is
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ProviderAwayError(LoginError):
    """The provider does not answer, or not as a provider does."""


class DeclinedError(LoginError):
    """The person changed their mind there, or the provider does not let them in."""


class NotProvenError(LoginError):
    """The answer does not prove who somebody is."""


@dataclass(frozen=True)
class Departure:
    """What is remembered of somebody who was sent to the provider, until they come back."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> Self:
        """One that nobody can guess."""
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))

    def as_json(self) -> dict[str, str]:
        """For a sealed cookie."""
        return asdict(self)


class Metadata(BaseModel):
    """What the provider says about itself (Discovery 1.0, 3)."""

    issuer: str
    authorization_endpoint: _SafeAddress
    token_endpoint: _SafeAddress
    jwks_uri: _SafeAddress
    end_session_endpoint: _SafeAddress | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    claims_parameter_supported: bool = False
    authorization_response_iss_parameter_supported: bool = False


class Provider:
    """The municipality's provider.

    Args:
        wanted: the section `[oidc]` of the configuration.
        public_url: where people reach Lotsen.
        clock: the present moment.
    """

    def __init__(self, wanted: Oidc, public_url: str, clock: Clock) -> None:
        self._wanted = wanted
        self._public_url = public_url
        self._come_back = public_url + COME_BACK
        self._clock = clock
        self._known: tuple[datetime, Metadata] | None = None
        self._keys: KeySet | None = None

    async def address(self, departure: Departure) -> str:
        """Where the person logs in.

        Raises:
            ProviderAwayError: the provider cannot be asked.
        """
        metadata = await self._metadata()
        asked = {
            "response_type": "code",
            "client_id": self._wanted.client_id,
            "redirect_uri": self._come_back,
            "scope": " ".join(self._wanted.scopes),
            "state": departure.state,
            "nonce": departure.nonce,
            "code_challenge": _challenge(departure.verifier),
            "code_challenge_method": "S256",
        }
        if metadata.claims_parameter_supported:
            asked["claims"] = json.dumps({"id_token": dict.fromkeys(self._needed_claims())})
        return _with_query(metadata.authorization_endpoint, asked)

    async def claims(self, departure: Departure, answer: Mapping[str, str]) -> Claims:
        """What the provider vouches for, after somebody has come back.

        Args:
            departure: as the person left.
            answer: the query they came back with.

        Raises:
            ProviderAwayError: the provider cannot be asked.
            DeclinedError: the person or the provider said no.
            NotProvenError: anything does not fit together.
        """
        if not secrets.compare_digest(answer.get("state", "").encode(), departure.state.encode()):
            raise NotProvenError("state")
        metadata = await self._metadata()
        is_named = "iss" in answer or metadata.authorization_response_iss_parameter_supported
        if is_named and answer.get("iss") != metadata.issuer:
            raise NotProvenError("answered_by")
        if "error" in answer:
            raise DeclinedError("declined")
        token = await self._exchange(metadata, answer.get("code", ""), departure.verifier)
        return await self._checked(metadata, token, departure.nonce)

    async def goodbye(self) -> str | None:
        """Where somebody logs out from the provider too; None if it has no such place.

        Raises:
            ProviderAwayError: the provider cannot be asked.
        """
        metadata = await self._metadata()
        if metadata.end_session_endpoint is None:
            return None
        back = {
            "client_id": self._wanted.client_id,
            "post_logout_redirect_uri": f"{self._public_url}/",
        }
        return _with_query(metadata.end_session_endpoint, back)

    def _needed_claims(self) -> list[str]:
        who = ["oid"] if self._wanted.match == "oid" else ["email", "email_verified"]
        return who + ([self._wanted.roles.claim] if self._wanted.roles else [])

    async def _metadata(self) -> Metadata:
        now = self._clock()
        if self._known and now - self._known[0] < _FRESH:
            return self._known[1]
        status, found = await _ask(
            "GET", f"{self._wanted.issuer}/.well-known/openid-configuration"
        )
        try:
            metadata = Metadata.model_validate(found)
        except ValidationError:
            raise ProviderAwayError("metadata") from None
        if status != _OK or metadata.issuer.rstrip("/") != self._wanted.issuer:
            raise ProviderAwayError("metadata")
        self._known, self._keys = (now, metadata), None
        return metadata

    async def _exchange(self, metadata: Metadata, code: str, verifier: str) -> str:
        """The ID token for a code, which is good for one time."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._come_back,
            "code_verifier": verifier,
        }
        client, secret = self._wanted.client_id, self._wanted.client_secret.get_secret_value()
        headers = {}
        if "client_secret_post" in metadata.token_endpoint_auth_methods_supported:
            form |= {"client_id": client, "client_secret": secret}
        else:  # second choice, as providers disagree about the escaping (RFC 6749, 2.3.1)
            pair = f"{quote(client, safe='')}:{quote(secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        status, answer = await _ask("POST", metadata.token_endpoint, data=form, headers=headers)
        token = answer.get("id_token") if isinstance(answer, dict) else None
        if status != _OK or not isinstance(token, str):
            raise NotProvenError("code")
        return token

    async def _checked(self, metadata: Metadata, token: str, nonce: str) -> Claims:
        """The claims of an ID token that is the provider's, ours, and of this login (3.1.3.7)."""
        client = self._wanted.client_id
        registry = jwt.JWTClaimsRegistry(
            now=int(self._clock().timestamp()),
            leeway=int(LEEWAY.total_seconds()),
            iss={"essential": True, "value": metadata.issuer},
            aud={"essential": True, "value": client},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = (await self._opened(metadata, token)).claims
            registry.validate(claims)
        except (JoseError, ValueError, TypeError):
            raise NotProvenError("token") from None
        if claims.get("azp", client) != client or _is_for_others(claims):
            raise NotProvenError("token")
        return claims

    async def _opened(self, metadata: Metadata, token: str) -> jwt.Token:
        """The token with its signature checked; keys are asked for anew when its key is new."""
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        if self._keys is not None:
            try:
                return jwt.decode(token, self._keys, registry=registry)
            except InvalidKeyIdError:
                pass
        status, found = await _ask("GET", metadata.jwks_uri)
        if status != _OK:
            raise ProviderAwayError("keys")
        self._keys = _signing_keys(found)
        return jwt.decode(token, self._keys, registry=registry)


def _signing_keys(found: object) -> KeySet:
    listed = found.get("keys") if isinstance(found, dict) else None
    usable = [
        key
        for key in listed or []
        if isinstance(key, dict) and key.get("kty") in _KEY_TYPES and key.get("use") != "enc"
    ]
    try:
        return KeySet.import_key_set({"keys": usable})
    except (JoseError, ValueError, TypeError, KeyError):
        raise ProviderAwayError("keys") from None


def _is_for_others(claims: Claims) -> bool:
    """Whether the token is for several, and does not say that we are who asked for it."""
    audience = claims["aud"]
    return isinstance(audience, list) and len(audience) > 1 and "azp" not in claims


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _with_query(url: str, asked: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(asked)}"


async def _ask(method: str, url: str, **sent: Any) -> tuple[int, object]:
    """Status and JSON of an answer.

    Raises:
        ProviderAwayError: no answer, an error of the provider's own, or no JSON.
    """
    try:
        async with (
            aiohttp.ClientSession(timeout=_PATIENCE, trust_env=True) as session,
            session.request(method, url, allow_redirects=False, **sent) as answer,
        ):
            found: object = await answer.json(content_type=None)
            status = answer.status
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        raise ProviderAwayError("no_answer") from None
    if status >= 500:  # noqa: PLR2004  the provider's own fault (RFC 9110, 15.6)
        raise ProviderAwayError("no_answer")
    return status, found
