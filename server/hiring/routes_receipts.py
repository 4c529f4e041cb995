"""HTTP of receipts: for the two sides by their application, for everyone by the code."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from server.base.caller import Access
from server.base.db import Reading
from server.base.errors import Refusal
from server.base.routing import Call, Routes
from server.hiring import actions_receipts as actions
from server.hiring.receipt import Receipt

routes = Routes("receipts")


@routes.get("/api/applications/{application}/receipt", who=Access.PERSON, gives=Receipt)
async def mine(call: Call, db: Reading) -> Receipt:
    """The receipt of a claimed place, for its candidate and its employer."""
    house = call.house
    application = call.param("application")
    return await actions.of_application(db, house.security, call.caller, application)


@routes.get("/api/receipts/{code}", who=Access.ANYONE, gives=Receipt)
async def verify(call: Call, db: Reading) -> Receipt:
    """What a receipt says, and whether it still stands."""
    return await actions.by_code(db, call.house.security, call.param("code"))


@routes.page("/applications/{application}/receipt", who=Access.PERSON)
async def go(call: Call) -> Response:
    """Leads either side to the receipt."""
    async with call.house.db.read() as db:
        receipt = await actions.of_application(
            db, call.house.security, call.caller, call.param("application")
        )
    return RedirectResponse(f"/receipts/{receipt.code}", 303)


@routes.page("/receipts", who=Access.ANYONE)
async def ask(call: Call) -> Response:
    """A field for the code of a printed receipt."""
    code = call.request.query_params.get("code", "").strip()
    if code:
        return RedirectResponse(f"/receipts/{code}", 303)
    return call.page("hiring/verify.html", code="")


@routes.page("/receipts/{code}", who=Access.ANYONE)
async def page(call: Call) -> Response:
    """A receipt to read, print and verify."""
    code = call.param("code")
    try:
        async with call.house.db.read() as db:
            receipt = await actions.by_code(db, call.house.security, code)
    except Refusal as refusal:
        if refusal.status != 404:
            raise
        return call.page("hiring/verify.html", 404, code=code)
    where = f"{call.house.settings.origin}/receipts"
    zone = str(call.house.settings.timezone)
    return call.page("hiring/receipt.html", receipt=receipt, where=where, zone=zone)
