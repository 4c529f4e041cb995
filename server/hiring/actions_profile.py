"""A candidate's own profile."""

from __future__ import annotations

from msgspec.structs import asdict, replace

from server.base.db import Reading, Tx
from server.hiring import store
from server.hiring.profile import Profile, checked

__all__ = ["Profile", "complete", "profile_of", "save"]


async def profile_of(db: Reading, person: str) -> Profile | None:
    """The person's profile; None before they have written one."""
    row = await store.profile(db, person)
    if row is None:
        return None
    return Profile(**{name: row[name] for name in Profile.__struct_fields__})


async def save(tx: Tx, person: str, profile: Profile) -> Profile:
    """Keep the whole profile, cleaned; a `Refusal` names every field that cannot be taken."""
    kept = checked(profile)
    await store.put_profile(tx, person, {**asdict(kept), "updated_at": tx.now})
    return kept


async def complete(tx: Tx, person: str, full_name: str, phone: str) -> Profile:
    """The profile with which the person applies: name and phone given now take the place of
    what it has; a `Refusal` names the one that is still missing."""
    known = await profile_of(tx, person)
    if known is not None and not full_name.strip() and not phone.strip():
        return known
    known = known or Profile()
    given = replace(known, full_name=full_name or known.full_name, phone=phone or known.phone)
    return await save(tx, person, given)
