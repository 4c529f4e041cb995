"""HTTP of an employer's applications: reading them, deciding, the file."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from server.base.caller import Access
from server.base.db import Reading, Tx
from server.base.routing import Call, Routes
from server.hiring import actions_decide, actions_read
from server.hiring.cards import Applicant
from server.hiring.routes import Sent
from server.hiring.sheet import csv_of
from server.hiring.store_applications import Wanted

routes = Routes("hiring-inbox")


class Inbox(msgspec.Struct):
    """One page of the applications that fit; `counts` is for each stage tab."""

    applications: list[Applicant]
    total: int
    page: int
    pages: int
    counts: dict[str, int]


class Invite(msgspec.Struct, forbid_unknown_fields=True):
    """An invitation; `interviewer` is a person of the employer, `minutes` 5 to 60."""

    interviewer: str
    minutes: int = 15


class Invited(msgspec.Struct):
    """The application and the room of its interview."""

    id: str
    stage: str
    interview: str


class Decline(msgspec.Struct, forbid_unknown_fields=True):
    """Why; the candidate reads it."""

    reason: str = ""


@routes.get("/api/employers/{organisation}/applications", who=Access.EMPLOYER, gives=Inbox)
async def inbox(call: Call, db: Reading) -> Inbox:
    """Applications to an employer. Query: stage (new, interview, offered, hired, closed), job,
    room (an id or `any`), page."""
    wanted = wanted_of(call)
    found = await actions_read.inbox(db, call.caller, wanted, page_of(call))
    counts = await actions_read.tab_counts(db, call.caller, wanted)
    return Inbox(found.applicants, found.total, found.page, found.pages, counts)


@routes.get("/api/employers/{organisation}/applications.csv", who=Access.EMPLOYER)
async def file(call: Call, db: Reading) -> Response:
    """The same as a CSV file, all pages in one."""
    everyone = await actions_read.everyone(db, call.caller, wanted_of(call))
    name = f"applications-{db.now:%Y-%m-%d}.csv"
    return Response(
        csv_of(everyone, call.say),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


@routes.post(
    "/api/applications/{application}/invite", who=Access.EMPLOYER, takes=Invite, gives=Invited
)
async def invite(call: Call, tx: Tx, body: Invite) -> Invited:
    """Invite the applicant to an interview."""
    application = call.param("application")
    stage, room = await actions_decide.invite(
        tx, call.caller, application, body.interviewer, body.minutes
    )
    return Invited(application, stage, room)


@routes.post("/api/applications/{application}/offer", who=Access.EMPLOYER, gives=Sent, status=200)
async def offer(call: Call, tx: Tx, body: None) -> Sent:
    """Offer the job."""
    application = call.param("application")
    return Sent(application, await actions_decide.offer(tx, call.caller, application))


@routes.post(
    "/api/applications/{application}/confirm", who=Access.EMPLOYER, gives=Sent, status=200
)
async def confirm(call: Call, tx: Tx, body: None) -> Sent:
    """Confirm a place that was claimed in a live room."""
    application = call.param("application")
    return Sent(application, await actions_decide.confirm(tx, call.caller, application))


@routes.post(
    "/api/applications/{application}/decline",
    who=Access.EMPLOYER,
    takes=Decline,
    gives=Sent,
    status=200,
)
async def decline(call: Call, tx: Tx, body: Decline) -> Sent:
    """Decline with a reason."""
    application = call.param("application")
    stage = await actions_decide.decline(tx, call.caller, application, body.reason)
    return Sent(application, stage)


def wanted_of(call: Call) -> Wanted:
    """What the address asks for."""
    query = call.request.query_params
    return actions_read.wanted_of(
        call.param("organisation"),
        query.get("stage", ""),
        query.get("job", ""),
        query.get("room", ""),
    )


def page_of(call: Call) -> int:
    """The page that the address asks for; 1 when it asks for none that there could be."""
    asked = call.request.query_params.get("page", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
