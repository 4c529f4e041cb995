"""What one web process holds, built by `app` and passed down: no module-level state anywhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from starlette.requests import HTTPConnection

from rooms.lobby import Lobby
from rooms.state import RoomState
from server.base.caller import Caller
from server.base.clock import Clock
from server.base.db import Database, Reading
from server.base.mail import Mailer
from server.base.media import MediaLink
from server.base.pages import Pages
from server.base.places import Endings, Places
from server.base.relay import Relay
from server.base.security import Security
from server.base.settings import Settings
from server.base.texts import Texts


@dataclass(frozen=True)
class House:
    """The rooms' lobby, the database and the doors to the outside."""

    settings: Settings
    clock: Clock
    db: Database
    texts: Texts
    pages: Pages
    security: Security
    mail: Mailer
    relay: Relay
    lobby: Lobby
    media: MediaLink
    places: Places
    endings: Endings
    snapshot: Callable[[Reading, str], Awaitable[tuple[int, RoomState] | None]]
    identify: Callable[[HTTPConnection], Awaitable[Caller]]
    boot: str
    beats: dict[str, datetime] = field(default_factory=dict)
    fronts: dict[str, bool] = field(default_factory=dict)
    turns: list[tuple[str, datetime, bool]] = field(default_factory=list)
