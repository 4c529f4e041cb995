"""What a posting must say before anyone reads it, and which changes need an officer again.

Pure: no database, no web. The required facts are those of the Chinese rules for job postings
(Interim Regulations on the Human Resources Market, art. 24): employer, headcount, conditions,
duties, place, base pay; with the type of employment and the day until which it is valid.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import msgspec

from server.base.errors import invalid, msg
from server.base.security import plain_text
from server.base.words import EMPLOYMENT_TYPES, PAY_UNITS

CATEGORIES = {
    "factory": msg("Factory and skilled trades"),
    "logistics": msg("Logistics and delivery"),
    "software": msg("Software and data"),
    "care": msg("Care and household"),
    "campus": msg("Graduates and campus"),
    "retail": msg("Shops and sales"),
    "hospitality": msg("Restaurants and hotels"),
    "office": msg("Office and administration"),
    "other": msg("Other work"),
}
HEADCOUNT_MAX = 100_000
PAY_MAX = 10_000_000
TEXT_MAX = 4_000
VALID_FOR = timedelta(days=365)

Facts = Mapping[Any, Any]  # a row of the database, or a form's values

# Changing one of these makes another posting of it, which an officer has not seen. So does a
# higher headcount; a lower one and another last day do not.
SUBSTANCE = (
    "title",
    "category",
    "employment_type",
    "duties",
    "conditions",
    "place",
    "pay_min",
    "pay_max",
    "pay_unit",
    "benefits",
)


class Posting(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A posting as an employer writes it. Pay is whole yuan per `pay_unit`.

    Everything has a default so that all that is missing can be named at once.
    """

    title: str = ""
    category: str = ""
    employment_type: str = ""
    headcount: int = 0
    duties: str = ""
    conditions: str = ""
    place: str = ""
    pay_min: int = 0
    pay_max: int = 0
    pay_unit: str = "month"
    benefits: str = ""
    valid_until: date | None = None


def checked(posting: Posting, today: date) -> dict[str, Any]:
    """The posting's columns, cleaned; a `Refusal` names every field that cannot be taken."""
    values = {name: getattr(posting, name) for name in Posting.__struct_fields__}
    for name in ("title", "place"):
        values[name] = " ".join(plain_text(values[name]).split())
    for name in ("duties", "conditions", "benefits"):
        values[name] = plain_text(values[name])
    faults = {**_text_faults(values), **_choice_faults(values), **_number_faults(values, today)}
    if faults:
        raise invalid(**{name: faults[name] for name in values if name in faults})
    return values


def is_other(old: Facts, new: Facts) -> bool:
    """Whether an officer has to look again after this change."""
    changed = any(old[name] != new[name] for name in SUBSTANCE)
    return changed or bool(new["headcount"] > old["headcount"])


def is_public(row: Facts, today: date) -> bool:
    """Whether everyone may read it and apply: reviewed, still valid, of a reviewed employer."""
    return bool(
        row["status"] == "approved"
        and row["employer_status"] == "approved"
        and row["valid_until"] >= today
    )


def state_of(row: Facts, today: date) -> str:
    """The status as people see it: an approved posting past its last day is `expired`."""
    if row["status"] == "approved" and row["valid_until"] < today:
        return "expired"
    return str(row["status"])


def _text_faults(values: Facts) -> dict[str, str]:
    faults = {}
    if not 2 <= len(values["title"]) <= 80:
        faults["title"] = msg("Name the work in 2 to 80 characters.")
    if not 2 <= len(values["place"]) <= 120:
        faults["place"] = msg("Say where the work is, in 2 to 120 characters.")
    if not 10 <= len(values["duties"]) <= TEXT_MAX:
        faults["duties"] = msg("Say what the work is, in 10 to 4,000 characters.")
    if not 4 <= len(values["conditions"]) <= TEXT_MAX:
        faults["conditions"] = msg("Say whom you look for, in 4 to 4,000 characters.")
    if len(values["benefits"]) > TEXT_MAX:
        faults["benefits"] = msg("At most 4,000 characters.")
    return faults


def _choice_faults(values: Facts) -> dict[str, str]:
    choices = {
        "category": CATEGORIES,
        "employment_type": EMPLOYMENT_TYPES,
        "pay_unit": PAY_UNITS,
    }
    say = msg("Choose one from the list.")
    return {name: say for name, known in choices.items() if values[name] not in known}


def _number_faults(values: Facts, today: date) -> dict[str, str]:
    faults = {}
    if not 1 <= values["headcount"] <= HEADCOUNT_MAX:
        faults["headcount"] = msg("At least 1 person, at most 100,000.")
    if not 1 <= values["pay_min"] <= PAY_MAX:
        faults["pay_min"] = msg("Say the lowest pay in whole yuan; no posting goes without pay.")
    if not 1 <= values["pay_max"] <= PAY_MAX:
        faults["pay_max"] = msg("Say the highest pay in whole yuan; no posting goes without pay.")
    elif values["pay_max"] < values["pay_min"]:
        faults["pay_max"] = msg("The highest pay is below the lowest.")
    last = values["valid_until"]
    if last is None:
        faults["valid_until"] = msg("Say until which day people can apply.")
    elif last < today:
        faults["valid_until"] = msg("This day has passed.")
    elif last > today + VALID_FOR:
        faults["valid_until"] = msg("At most one year from today.")
    return faults
