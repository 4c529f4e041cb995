"""Secrets and headers: tokens, signed ids, cookies, the caller's address, origins, the CSP."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from server.base.errors import Refusal, msg
from server.base.settings import Settings

SESSION_COOKIE = "daigang_session"
GUEST_COOKIE = "daigang_guest"
LANGUAGE_COOKIE = "daigang_language"
SESSION_AGE_S = 30 * 24 * 3600
TURN_AGE_S = 24 * 3600

# Refused in names and chat: controls and bidi overrides that make text read as another.
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0xFEFF])
_CONTROLS = dict.fromkeys(c for c in [*range(0x20), *range(0x7F, 0xA0)] if c not in (0x09, 0x0A))


def new_token() -> str:
    """An unguessable token of 256 bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """How a token is stored: enough to recognise it, nothing to use."""
    return hashlib.sha256(token.encode()).hexdigest()


def plain_text(text: str) -> str:
    """The text without control characters and bidi marks, trimmed."""
    return text.translate(_BIDI).translate(_CONTROLS).strip()


class Security:
    """What depends on this installation's secret and proxies."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._proxies = [ip_network(text, strict=False) for text in settings.trusted_proxies]

    @property
    def is_loopback(self) -> bool:
        """Whether demo links, and the sessions and tokens of the demo, are alive."""
        return self._settings.is_loopback

    def sign(self, purpose: str, value: object) -> str:
        """A URL-safe string that only this installation can have made."""
        return str(self._signer(purpose).dumps(value))

    def unsign(self, purpose: str, text: str) -> object | None:
        """What was signed for this purpose, or None."""
        try:
            return self._signer(purpose).loads(text)  # type: ignore[no-any-return]
        except BadSignature:
            return None

    def address(self, connection: HTTPConnection) -> str:
        """The caller's address: the last hop of X-Forwarded-For that is no trusted proxy."""
        peer = connection.client.host if connection.client else ""
        if not self._is_proxy(peer):
            return peer
        hops = [hop.strip() for hop in connection.headers.get("x-forwarded-for", "").split(",")]
        for hop in reversed([hop for hop in hops if hop]):
            if not self._is_proxy(hop):
                return hop
        return peer

    def check_origin(self, connection: HTTPConnection) -> None:
        """Refuse a browser that was sent here by another site."""
        origin = connection.headers.get("origin")
        if origin is None or origin == self._settings.origin or self._is_own(origin, connection):
            return
        say = msg("This request came from another site and was not carried out.")
        raise Refusal("foreign-origin", 403, say)

    def ice_servers(self, person: str) -> list[dict[str, object]]:
        """TURN for this person, with a password that is good for a day (coturn's REST scheme)."""
        if not self._settings.turn_urls:
            return []
        username = f"{int(time.time()) + TURN_AGE_S}:{person}"
        secret = self._settings.turn_secret.encode()
        digest = hmac.new(secret, username.encode(), hashlib.sha1).digest()
        credential = base64.b64encode(digest).decode()
        urls = list(self._settings.turn_urls)
        return [{"urls": urls, "username": username, "credential": credential}]

    def set_cookie(self, response: Response, name: str, value: str, age_s: int) -> None:
        response.set_cookie(
            name,
            value,
            max_age=age_s,
            httponly=True,
            secure=self._settings.is_secure,
            samesite="lax",
        )

    def _is_own(self, origin: str, connection: HTTPConnection) -> bool:
        """The page's own host, as the browser itself names it: behind any name we serve."""
        parts = urlsplit(origin)
        return parts.netloc == connection.headers.get("host") and parts.scheme in {"http", "https"}

    def _is_proxy(self, address: str) -> bool:
        try:
            ip = ip_address(address)
        except ValueError:
            return False
        networks: list[IPv4Network | IPv6Network] = self._proxies
        return any(ip in network for network in networks)

    def _signer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(self._settings.secret_key, salt=f"daigang.{purpose}")


def page_headers(nonce: str) -> dict[str, str]:
    """The headers of every page: what it may load, and what it may not tell others."""
    policy = (
        "default-src 'self'; "
        f"script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self' ws: wss:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self)",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
