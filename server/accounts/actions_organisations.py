"""Employer organisations: registering one, changing it, and who may look at it."""

from __future__ import annotations

import re

import msgspec

from server.accounts import store_members, store_organisations
from server.base.caller import Caller
from server.base.db import Reading, Row, Tx, new_id
from server.base.errors import forbidden, invalid, missing, msg
from server.base.security import plain_text

# The 18 characters of a unified social credit code (GB 32100-2015); the officer checks it.
LICENCE = re.compile(r"[0-9A-Z]{18}")
PHONE = re.compile(r"\+?[0-9][0-9 ()-]{4,30}[0-9]")
SIZES = ("1-49", "50-99", "100-499", "500-999", "1000+")
# What an officer looked at: a change of these is looked at again.
REVIEWED = ("name", "licence")
ABOUT_LIMIT = 2000


class Organisation(msgspec.Struct, forbid_unknown_fields=True):
    """An employer as it describes itself. `licence` is its unified social credit code, `size`
    one of 1-49, 50-99, 100-499, 500-999, 1000+; the contact is for officers."""

    name: str
    licence: str
    industry: str
    place: str
    size: str
    contact_name: str
    contact_phone: str
    about: str = ""


async def register(tx: Tx, caller: Caller, told: Organisation) -> str:
    """A new employer that waits for an officer; who registers it becomes its owner."""
    values = _fit(told)
    await _need_free_licence(tx, str(values["licence"]))
    organisation = new_id()
    await store_organisations.add_organisation(
        tx, {**values, "id": organisation, "status": "waiting", "created_at": tx.now}
    )
    await store_organisations.add_member(tx, organisation, caller.id, "owner")
    return organisation


async def change(tx: Tx, caller: Caller, organisation: str, told: Organisation) -> None:
    """Change an own employer.

    A new name or licence is looked at again, and so is any change after a refusal. A suspended
    employer stays suspended whatever it changes.
    """
    await need_owner(tx, caller, organisation)
    row = await store_organisations.organisation(tx, organisation)
    if row is None:
        raise missing()
    values = _fit(told)
    await _need_free_licence(tx, str(values["licence"]), organisation)
    is_new = any(values[name] != row[name] for name in REVIEWED)
    if row["status"] == "refused" or (row["status"] == "approved" and is_new):
        values |= {"status": "waiting", "reason": ""}
    await store_organisations.change_organisation(tx, organisation, **values)


async def shown(db: Reading, caller: Caller, organisation: str) -> Row:
    """The organisation, if it is approved or the caller belongs to it or reviews it."""
    row = await store_organisations.organisation(db, organisation)
    may = caller.is_officer or caller.is_member(organisation)
    if row is None or not (may or row["status"] == "approved"):
        raise missing(msg("There is no such employer."))
    return row


async def need_owner(db: Reading, caller: Caller, organisation: str) -> None:
    """Refuse everyone but the organisation's owners."""
    if await store_members.role_of(db, organisation, caller.id) != "owner":
        raise forbidden(msg("Only an owner of this employer can do this."))


async def _need_free_licence(tx: Tx, licence: str, organisation: str = "") -> None:
    row = await store_organisations.by_licence(tx, licence)
    if row is not None and row["id"] != organisation:
        say = msg("This code is registered already. Ask the employer's owner to invite you.")
        raise invalid(licence=say)


def _fit(told: Organisation) -> dict[str, object]:
    """The values as they are kept; `Refusal` names every field that cannot be taken."""
    wrong: dict[str, str] = {}

    def line(name: str, least: int, most: int) -> str:
        text = " ".join(plain_text(getattr(told, name)).split())
        if not least <= len(text) <= most:
            wrong[name] = msg("This is too long.") if text else msg("This is needed.")
        return text

    values: dict[str, object] = {
        "name": line("name", 2, 120),
        "licence": line("licence", 1, 40).upper(),
        "industry": line("industry", 1, 60),
        "place": line("place", 1, 80),
        "size": told.size,
        "contact_name": line("contact_name", 1, 80),
        "contact_phone": line("contact_phone", 1, 40),
        "about": plain_text(told.about),
    }
    if "licence" not in wrong and not LICENCE.fullmatch(str(values["licence"])):
        wrong["licence"] = msg("The code has 18 digits and letters.")
    if "contact_phone" not in wrong and not PHONE.fullmatch(str(values["contact_phone"])):
        wrong["contact_phone"] = msg("This does not look like a phone number.")
    if told.size not in SIZES:
        wrong["size"] = msg("Choose one of the sizes.")
    if len(plain_text(told.about)) > ABOUT_LIMIT:
        wrong["about"] = msg("At most 2,000 characters.")
    if wrong:
        raise invalid(**wrong)
    return values
