"""Applications: how one comes to be, and how it moves from stage to stage."""

from __future__ import annotations

import msgspec

from rooms.events import ApplicationReceived
from server.accounts import store as accounts
from server.base import journal
from server.base.db import Reading, Row, Tx, new_id
from server.base.errors import missing, msg
from server.base.house import House
from server.hiring import store, store_applications
from server.hiring.actions_profile import profile_of
from server.hiring.profile import Shared, shared
from server.hiring.stages import CLAIMABLE, OPEN, Claim, Stage, Step, after, wrong_stage
from server.interviews import actions as interviews

NOTHING_SHARED = msgspec.json.encode(Shared(full_name="")).decode()


async def counts(db: Reading, room: str) -> dict[str, int]:
    """Applications that came from a live room, per job."""
    return await store.counts(db, room)


async def record_claim(tx: Tx, *, person: str, job: str, room: str, kind: Claim) -> str:
    """The application of someone who has just claimed a quick-hire place; its id.

    Claiming is the consent, so one is made if there is none, with the profile as it stands or
    with the account's name alone. A place of kind `hire` brings it to `accepted`, for the
    employer to confirm; after one of kind `interview` the caller invites and then calls
    `attach_interview`. An application that is further on (offered, accepted, hired) stays there:
    a claim is never refused for it.
    """
    start: Stage = "accepted" if kind == "hire" else "applied"
    row = await store_applications.application_of(tx, person, job)
    if row is None:
        return await add(tx, person=person, job=job, stage=start, room=room)
    await bring_from(tx, row, room)
    if row["stage"] not in OPEN and row["stage"] in CLAIMABLE:
        await reopen(tx, row, start)
    elif kind == "hire" and row["stage"] in CLAIMABLE:
        await _take(tx, row, person, start)
        await _call_off(tx, row)
    return str(row["id"])


async def attach_interview(tx: Tx, application: str, room: str) -> None:
    """Lead an application on to an interview room that was opened for it by a claimed place.

    It becomes `invited`, unless it is further on already; then it only knows the new room.
    """
    row = await need(tx, application)
    await _call_off(tx, row)
    if row["stage"] in CLAIMABLE:
        await _take(tx, row, row["person"], "invited", interview=room)
    else:
        await store.change(tx, application, interview=room)


async def need(db: Reading, application: str) -> Row:
    """The application with all that is known around it; `Refusal` when there is none."""
    row = await store_applications.application(db, application)
    if row is None:
        raise missing(msg("This application does not exist."))
    return row


async def add(tx: Tx, *, person: str, job: str, stage: Stage, room: str) -> str:
    """Make an application with what the person shares now, and return its id; the live room it
    came from hears of it."""
    application = new_id()
    await store.add_application(
        tx,
        {
            "id": application,
            "job": job,
            "person": person,
            "room": room or None,
            "stage": stage,
            "shared": await snapshot(tx, person),
            "consented_at": tx.now,
            "changed_at": tx.now,
        },
    )
    await store.add_step(tx, application, stage, person)
    if room:
        await _tell_room(tx, room, job)
    return application


async def reopen(tx: Tx, row: Row, stage: Stage) -> None:
    """Begin a closed application again, with what its candidate shares now."""
    shared_now = await snapshot(tx, row["person"])
    await _take(tx, row, row["person"], stage, shared=shared_now, consented_at=tx.now)


async def bring_from(tx: Tx, row: Row, room: str) -> None:
    """Note the live room that an application came from; the first one stays."""
    if room and row["room"] is None:
        await store.change(tx, row["id"], room=room)
        await _tell_room(tx, room, row["job"])


async def move(
    tx: Tx, row: Row, step: Step, by: str | None, *, reason: str = "", **more: object
) -> Stage:
    """Take a step with an application as it was read, and write down who did; None is a deadline.

    Two people who act at once: one of them wins, the other one gets `wrong-stage`.
    """
    stage = after(row["stage"], step)
    await _take(tx, row, by, stage, reason=reason, **more)
    if step != "invite":
        await _call_off(tx, row)
    return stage


async def snapshot(db: Reading, person: str) -> str:
    """What the person shares with an employer now, as JSON."""
    account = await accounts.person(db, person)
    name = account["name"] if account is not None else ""
    return msgspec.json.encode(shared(await profile_of(db, person), name)).decode()


async def forget_deleted(house: House) -> None:
    """Whoever deleted their account leaves nothing of their profile behind."""
    async with house.db.write() as tx:
        await store.forget_deleted(tx, NOTHING_SHARED)


async def _take(
    tx: Tx, row: Row, by: str | None, stage: Stage, *, reason: str = "", **more: object
) -> None:
    values = {"stage": stage, "reason": reason, "changed_at": tx.now, **more}
    if not await store.move(tx, row, **values):
        raise wrong_stage((await need(tx, row["id"]))["stage"])
    await store.add_step(tx, row["id"], stage, by, reason)


async def _call_off(tx: Tx, row: Row) -> None:
    """An interview that has not begun is no longer needed."""
    if row["interview"] is not None:
        await interviews.call_off(tx, row["interview"])


async def _tell_room(tx: Tx, room: str, job: str) -> None:
    count = (await store.counts(tx, room))[job]
    await journal.record(tx, room, ApplicationReceived(job=job, count=count))
