"""HTTP of a candidate's profile and applications."""

from __future__ import annotations

import msgspec

from server.base.caller import Access
from server.base.db import Reading, Tx
from server.base.routing import Call, Routes
from server.hiring import actions_apply, actions_profile, actions_read
from server.hiring.actions_profile import Profile
from server.hiring.cards import Application
from server.hiring.stages import Stage

routes = Routes("hiring")


class ProfileShown(msgspec.Struct, kw_only=True):
    """The caller's profile; empty, with the account's name, before they have written one."""

    full_name: str
    phone: str
    email: str
    place: str
    headline: str
    experience: str
    education: str
    is_complete: bool


class Apply(msgspec.Struct, forbid_unknown_fields=True):
    """An application. `room` is the live room it is sent from; name and phone are for those
    whose profile has none yet."""

    consent: bool = False
    room: str = ""
    full_name: str = ""
    phone: str = ""


class Sent(msgspec.Struct):
    """An application and where it stands."""

    id: str
    stage: Stage


@routes.get("/api/profile", who=Access.PERSON, gives=ProfileShown)
async def profile(call: Call, db: Reading) -> ProfileShown:
    """My profile."""
    known = await actions_profile.profile_of(db, call.caller.id)
    return shown(known or Profile(full_name=call.caller.name))


@routes.put("/api/profile", who=Access.PERSON, takes=Profile, gives=ProfileShown)
async def save_profile(call: Call, tx: Tx, body: Profile) -> ProfileShown:
    """Write my whole profile; what is left out becomes empty."""
    return shown(await actions_profile.save(tx, call.caller.id, body))


@routes.post("/api/jobs/{job}/applications", who=Access.PERSON, takes=Apply, gives=Sent)
async def apply(call: Call, tx: Tx, body: Apply) -> Sent:
    """Apply; what is sent is said on the page, and `consent` agrees to it."""
    wish = actions_apply.Wish(
        call.param("job"), body.consent, body.room, body.full_name, body.phone
    )
    application = await actions_apply.apply(tx, call.house.places, call.caller, wish)
    return Sent(application, "applied")


@routes.get("/api/applications/mine", who=Access.PERSON, gives=list[Application])
async def mine(call: Call, db: Reading) -> list[Application]:
    """My applications, the latest change first."""
    return await actions_read.mine(db, call.caller)


@routes.post("/api/applications/{application}/withdraw", who=Access.PERSON, gives=Sent, status=200)
async def withdraw(call: Call, tx: Tx, body: None) -> Sent:
    """Take an application back."""
    application = call.param("application")
    return Sent(application, await actions_apply.withdraw(tx, call.caller, application))


@routes.post("/api/applications/{application}/accept", who=Access.PERSON, gives=Sent, status=200)
async def accept(call: Call, tx: Tx, body: None) -> Sent:
    """Accept the employer's offer."""
    application = call.param("application")
    return Sent(application, await actions_apply.accept(tx, call.caller, application))


@routes.post(
    "/api/applications/{application}/refuse-offer", who=Access.PERSON, gives=Sent, status=200
)
async def refuse_offer(call: Call, tx: Tx, body: None) -> Sent:
    """Say no to the employer's offer."""
    application = call.param("application")
    return Sent(application, await actions_apply.refuse_offer(tx, call.caller, application))


def shown(known: Profile) -> ProfileShown:
    """The profile, and whether it has what an application needs."""
    return ProfileShown(
        **msgspec.structs.asdict(known), is_complete=bool(known.full_name and known.phone)
    )
