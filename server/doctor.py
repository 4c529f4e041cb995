"""`daigang doctor`: what is wrong with this installation, and what to do about it."""

from __future__ import annotations

import shutil
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from server.base.clock import Clock
from server.base.db import Database
from server.base.media import MediaLink
from server.base.relay_servers import Servers
from server.base.settings import Settings

SEND_BUFFER_WANTED = 4 * 1024 * 1024
DISK_WANTED = 2 * 1024**3


class Finding(NamedTuple):
    """One thing looked at; `remedy` is empty when it is well."""

    name: str
    is_well: bool
    says: str
    remedy: str = ""


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything; nothing is changed."""
    database = await _database(settings)
    media = await _media(settings)
    looks: list[Callable[[Settings], Finding]] = [_buffers, _disk, _clock, _phone, _certificate]
    redis = await _redis(settings)
    return [database, redis, media, *(look(settings) for look in looks)]


async def _database(settings: Settings) -> Finding:
    db = Database(settings.database_url, Clock())
    try:
        revision = await db.revision()
    finally:
        await db.close()
    if not revision:
        return Finding("database", False, "does not answer or is empty", "run: daigang migrate")
    return Finding("database", True, f"schema {revision}")


async def _redis(settings: Settings) -> Finding:
    if not settings.redis_url:
        return Finding("Redis", True, "none set: one web process, which needs none")
    version = await Servers(settings.redis_url).version()
    if not version:
        remedy = "start it, or check DAIGANG_REDIS_URL; until then rooms run a second late"
        return Finding("Redis", False, "does not answer", remedy)
    if settings.redis_cluster and int(version.split(".")[0]) < 7:
        return Finding("Redis", False, f"version {version}", "a cluster needs version 7 or newer")
    return Finding("Redis", True, f"version {version}")


async def _media(settings: Settings) -> Finding:
    link = MediaLink(settings.media_sockets[0])
    try:
        if await link.is_up():
            return Finding("media", True, f"running on UDP port {settings.udp_port}")
    finally:
        await link.close()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("0.0.0.0", settings.udp_port))
        except OSError as error:
            says = f"UDP port {settings.udp_port} cannot be opened: {error.strerror}"
            return Finding("media", False, says, "free the port or set DAIGANG_UDP_PORT")
    return Finding("media", True, f"not running; UDP port {settings.udp_port} is free")


def _buffers(settings: Settings) -> Finding:
    try:
        size = int(Path("/proc/sys/net/core/wmem_max").read_text())
    except (OSError, ValueError):
        return Finding("UDP send buffer", True, "cannot be read on this system")
    if size >= SEND_BUFFER_WANTED:
        return Finding("UDP send buffer", True, f"{size} bytes")
    remedy = f"for rooms of hundreds: sysctl -w net.core.wmem_max={SEND_BUFFER_WANTED}"
    return Finding("UDP send buffer", False, f"{size} bytes is small", remedy)


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.data_dir).free
    says = f"{free / 1024**3:.1f} GiB free for {settings.data_dir}"
    well = free >= DISK_WANTED
    return Finding("disk", well, says, "" if well else "make room, or move DAIGANG_DATA_DIR")


def _clock(settings: Settings) -> Finding:
    year = time.gmtime().tm_year
    well = year >= 2025
    remedy = "" if well else "set the clock; sign-in links and offers depend on it"
    return Finding("clock", well, time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()), remedy)


def _phone(settings: Settings) -> Finding:
    """A phone's camera needs HTTPS and an address the phone can reach."""
    if settings.is_loopback:
        remedy = (
            f"for phones on this network: set DAIGANG_BASE_URL=https://{_address()}:8000 with "
            "DAIGANG_TLS_CERT and DAIGANG_TLS_KEY, and serve --host 0.0.0.0"
        )
        return Finding("phones", False, "only this machine can reach it", remedy)
    if not settings.is_secure:
        remedy = "set DAIGANG_TLS_CERT and DAIGANG_TLS_KEY, or put a TLS proxy in front"
        return Finding("phones", False, "cameras are blocked without HTTPS", remedy)
    return Finding("phones", True, f"reach it at {settings.base_url}")


def _certificate(settings: Settings) -> Finding:
    if not settings.tls_cert:
        return Finding("certificate", True, "none set: plain HTTP, or a proxy in front")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(settings.tls_cert, settings.tls_key)
    except (OSError, ssl.SSLError):
        remedy = "check DAIGANG_TLS_CERT and DAIGANG_TLS_KEY"
        return Finding("certificate", False, "the certificate and key do not fit", remedy)
    return Finding("certificate", True, f"loads, for {urlsplit(settings.base_url).hostname}")


def _address() -> str:
    """This machine's address as a neighbour would use it; no packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
