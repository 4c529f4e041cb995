"""Settings: read once at the start from the environment and `daigang.toml`, then never changed.

A wrong value stops the start with one line that names it.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

PREFIX = "DAIGANG_"


class SettingsError(Exception):
    """A setting that cannot be used; the message names it and says what would do."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything an installation may set; see docs/operators.md."""

    data_dir: Path = Path("data")
    database_url: str = ""
    redis_url: str = ""
    redis_cluster: bool = False
    secret_key: str = ""
    udp_port: int = 8189
    media_urls: tuple[str, ...] = ()
    public_ip: str = ""
    base_url: str = ""
    tls_cert: str = ""
    tls_key: str = ""
    trusted_proxies: tuple[str, ...] = ()
    turn_urls: tuple[str, ...] = ()
    turn_secret: str = ""
    smtp_url: str = ""
    timezone: str = "Asia/Shanghai"

    @property
    def is_loopback(self) -> bool:
        """Demo sign-in links and tokens exist only while this holds."""
        return urlsplit(self.base_url).hostname in {"127.0.0.1", "localhost", "::1"}

    @property
    def is_secure(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def origin(self) -> str:
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def media_sockets(self) -> tuple[Path, ...]:
        """Where the supervisor's own media processes listen."""
        return (self.data_dir / "run" / "media-0.sock",)


_TUPLES = {"media_urls", "trusted_proxies", "turn_urls"}


def load(
    environ: Mapping[str, str] | None = None, *, port: int = 8000, **overrides: object
) -> Settings:
    """Read, check and complete the settings; `SettingsError` names what is wrong.

    The environment goes before `daigang.toml`. Without a base URL it is this machine at `port`.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, object] = {}
    for name in Settings.__struct_fields__:
        if (text := environ.get(PREFIX + name.upper())) is not None and text != "":
            values[name] = _split(text) if name in _TUPLES else text
    values = {**_from_file(environ), **values, **overrides}
    values.setdefault("base_url", _local_url(values, port))
    values["data_dir"] = Path(str(values.get("data_dir", "data")))
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(_named(str(error))) from None
    _check(settings)
    return _complete(settings)


def _from_file(environ: Mapping[str, str]) -> dict[str, object]:
    path = Path(environ.get(PREFIX + "CONFIG", "daigang.toml"))
    if not path.exists():
        return {}
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from None
    if unknown := sorted(set(values) - set(Settings.__struct_fields__)):
        raise SettingsError(f"{path}: there is no setting named {unknown[0]}")
    return values


def _local_url(values: Mapping[str, object], port: int) -> str:
    return f"{'https' if values.get('tls_cert') else 'http'}://127.0.0.1:{port}"


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _named(text: str) -> str:
    """msgspec says `Expected … - at `$.udp_port``; people set DAIGANG_UDP_PORT."""
    reason, _, path = text.partition(" - at `$.")
    return f"{PREFIX}{path.rstrip('`').upper()}: {reason}" if path else text


def _check(settings: Settings) -> None:
    def need(name: str, holds: bool, wanted: str) -> None:
        if not holds:
            raise SettingsError(f"{PREFIX}{name.upper()}: {wanted}")

    parts = urlsplit(settings.base_url)
    need("base_url", parts.scheme in {"http", "https"} and bool(parts.netloc),
         "an address such as https://fair.example.org")  # fmt: skip
    need("udp_port", 1 <= settings.udp_port <= 65535, "a port between 1 and 65535")
    need("timezone", _is_zone(settings.timezone), "an IANA zone such as Asia/Shanghai")
    need("public_ip", not settings.public_ip or _is_ip(settings.public_ip), "an IP address")
    need("tls_key", bool(settings.tls_key) == bool(settings.tls_cert),
         "DAIGANG_TLS_CERT and DAIGANG_TLS_KEY go together")  # fmt: skip
    for name in ("tls_cert", "tls_key"):
        path = getattr(settings, name)
        need(name, not path or Path(path).is_file(), f"there is no file {path}")
    for proxy in settings.trusted_proxies:
        need("trusted_proxies", _is_network(proxy), f"{proxy} is not an address or a network")
    need("secret_key", not settings.secret_key or len(settings.secret_key) >= 32,
         "at least 32 characters")  # fmt: skip
    need("database_url", settings.database_url.split(":")[0] in {"", "sqlite", "sqlite+aiosqlite"},
         "a sqlite:///path address")  # fmt: skip
    need("redis_url",
         not settings.redis_url or settings.redis_url.startswith(("redis://", "rediss://", "unix://")),
         "an address such as redis://127.0.0.1:6379")  # fmt: skip
    need("redis_cluster", bool(settings.redis_url) or not settings.redis_cluster,
         "needs DAIGANG_REDIS_URL")  # fmt: skip
    need("media_urls", not settings.media_urls, "this version runs its own media process")
    need("turn_urls", bool(settings.turn_urls) == bool(settings.turn_secret),
         "DAIGANG_TURN_URLS and DAIGANG_TURN_SECRET go together")  # fmt: skip
    need("smtp_url", not settings.smtp_url or settings.smtp_url.startswith(("smtp://", "smtps://")),
         "an address such as smtp://user:password@mail.example.org:587")  # fmt: skip


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _complete(settings: Settings) -> Settings:
    """Fill what depends on the data folder: the database and the kept secret."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"{PREFIX}DATA_DIR: {error.strerror}: {settings.data_dir}") from None
    database = settings.database_url or f"sqlite:///{settings.data_dir / 'daigang.sqlite3'}"
    database = (
        database.replace("sqlite://", "sqlite+aiosqlite://", 1)
        if database.startswith("sqlite://")
        else database
    )
    secret = settings.secret_key or _kept_secret(settings.data_dir / "secret_key")
    return msgspec.structs.replace(settings, database_url=database, secret_key=secret)


def _kept_secret(path: Path) -> str:
    """The secret of this installation, made on the first run and readable by its owner only."""
    if not path.exists():
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
