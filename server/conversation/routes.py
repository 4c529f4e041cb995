"""HTTP of chat and its moderation, in rooms of any kind."""

from __future__ import annotations

from typing import Literal

import msgspec

from rooms.events import Message
from server.accounts import store as accounts
from server.base.caller import Access
from server.base.db import Tx
from server.base.errors import missing, msg
from server.base.routing import Call, Routes
from server.conversation import actions

routes = Routes("conversation")


class Line(msgspec.Struct, forbid_unknown_fields=True):
    """What somebody says: 1 to 500 characters."""

    text: str


@routes.post("/api/rooms/{room}/messages", who=Access.PERSON, takes=Line, gives=Message)
async def post(call: Call, tx: Tx, body: Line) -> Message:
    """Say something in a room."""
    room = call.param("room")
    place = await call.house.places.of(tx, call.caller, room)
    place.need_open()
    crew = place.audience == "crew" or place.role == "interviewer"
    role: Literal["candidate", "crew"] = "crew" if crew else "candidate"
    return await actions.post(tx, call.caller, room, body.text, role)


@routes.delete("/api/rooms/{room}/messages/{message}", who=Access.PERSON)
async def delete(call: Call, tx: Tx, body: None) -> None:
    """Take a line off every screen."""
    room = call.param("room")
    (await call.house.places.of(tx, call.caller, room)).need_crew()
    await actions.delete(tx, call.caller, room, call.param("message"))


@routes.put("/api/rooms/{room}/mutes/{person}", who=Access.PERSON)
async def mute(call: Call, tx: Tx, body: None) -> None:
    """Stop a person from writing in a room."""
    room = call.param("room")
    (await call.house.places.of(tx, call.caller, room)).need_crew()
    person = await accounts.person(tx, call.param("person"))
    if person is None:
        raise missing(msg("There is no such person."))
    await actions.mute(tx, call.caller, room, person["id"], person["name"])


@routes.delete("/api/rooms/{room}/mutes/{person}", who=Access.PERSON)
async def unmute(call: Call, tx: Tx, body: None) -> None:
    """Let a person write again."""
    room = call.param("room")
    (await call.house.places.of(tx, call.caller, room)).need_crew()
    await actions.unmute(tx, room, call.param("person"))
