"""What a candidate says of themselves, and the part of it that an application sends.

No database, no web. Phone and e-mail are no fields of `Shared`, so what goes to an employer
before both sides have confirmed cannot hold them.
"""

from __future__ import annotations

import re

import msgspec

from server.accounts.actions import EMAIL
from server.base.errors import invalid, msg
from server.base.security import plain_text

NAME_MAX, PLACE_MAX, HEADLINE_MAX, TEXT_MAX, EMAIL_MAX = 80, 80, 120, 4_000, 254
PHONE = re.compile(r"\+?[0-9][0-9 ()-]{4,30}[0-9]")


class Profile(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A candidate's profile; only name and phone are asked for before applying."""

    full_name: str = ""
    phone: str = ""
    email: str = ""
    place: str = ""
    headline: str = ""
    experience: str = ""
    education: str = ""


class Shared(msgspec.Struct, kw_only=True):
    """What a candidate agreed to send to one employer, as it stood at that moment."""

    full_name: str
    headline: str = ""
    place: str = ""
    experience: str = ""
    education: str = ""


def checked(profile: Profile) -> Profile:
    """The profile as it is kept; a `Refusal` names every field that cannot be taken."""
    kept = Profile(
        full_name=_line(profile.full_name),
        phone=_line(profile.phone),
        email=profile.email.strip().lower(),
        place=_line(profile.place),
        headline=_line(profile.headline),
        experience=plain_text(profile.experience),
        education=plain_text(profile.education),
    )
    faults = {**_contact_faults(kept), **_text_faults(kept)}
    if faults:
        raise invalid(**faults)
    return kept


def shared(profile: Profile | None, account_name: str) -> Shared:
    """The part that goes out with an application; without a profile, the account's name."""
    if profile is None:
        return Shared(full_name=account_name)
    return Shared(
        full_name=profile.full_name,
        headline=profile.headline,
        place=profile.place,
        experience=profile.experience,
        education=profile.education,
    )


def _contact_faults(kept: Profile) -> dict[str, str]:
    faults = {}
    if not 1 <= len(kept.full_name) <= NAME_MAX:
        faults["full_name"] = msg("Your name, in 1 to 80 characters.")
    if not PHONE.fullmatch(kept.phone):
        faults["phone"] = msg("A phone number at which you can be reached.")
    if kept.email and (len(kept.email) > EMAIL_MAX or not EMAIL.fullmatch(kept.email)):
        faults["email"] = msg("This does not look like an e-mail address.")
    return faults


def _text_faults(kept: Profile) -> dict[str, str]:
    faults = {}
    if len(kept.place) > PLACE_MAX:
        faults["place"] = msg("At most 80 characters.")
    if len(kept.headline) > HEADLINE_MAX:
        faults["headline"] = msg("At most 120 characters.")
    for name in ("experience", "education"):
        if len(getattr(kept, name)) > TEXT_MAX:
            faults[name] = msg("At most 4,000 characters.")
    return faults


def _line(text: str) -> str:
    return " ".join(plain_text(text).split())
