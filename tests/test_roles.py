"""No role reaches what it must not: every route × every role, on the running site."""

from __future__ import annotations

import re
from typing import NamedTuple

import httpx

from server.base.caller import Access
from server.base.routing import Declared
from tests.site import Site

ADMITS: dict[Access, frozenset[str]] = {
    Access.ANYONE: frozenset(
        ["nobody", "guest", "candidate", "employer", "organiser", "officer", "admin"]
    ),
    Access.GUEST: frozenset(["guest", "candidate", "employer", "organiser", "officer", "admin"]),
    Access.PERSON: frozenset(["candidate", "employer", "organiser", "officer", "admin"]),
    Access.EMPLOYER: frozenset(["employer"]),
    Access.ORGANISER: frozenset(["organiser", "admin"]),
    Access.OFFICER: frozenset(["officer", "admin"]),
    Access.ADMIN: frozenset(["admin"]),
}


class Asker(NamedTuple):
    role: str
    headers: dict[str, str]


async def askers(site: Site) -> list[Asker]:
    """One of each role."""
    everyone = [Asker("nobody", {})]
    guest = site.house.security.sign("guest", "guest:someone")
    everyone.append(Asker("guest", {"Cookie": f"daigang_guest={guest}"}))
    for role in ("candidate", "employer", "organiser", "officer", "admin"):
        granted = (role,) if role in {"organiser", "officer", "admin"} else ()
        person = await site.person(f"the-{role}", *granted)
        if role == "employer":
            await site.organisation("Mingyuan", (person, "owner"))
        everyone.append(Asker(role, {"Authorization": f"Bearer {await site.token(person)}"}))
    return everyone


def turned_away(answer: httpx.Response) -> bool:
    """Stopped at the route's door: sent to sign in, or told which role it needs."""
    if answer.status_code == 303:
        return answer.headers["location"].startswith("/sign-in")
    if answer.headers.get("content-type") != "application/problem+json":
        return False
    problem = answer.json()
    return problem["code"] == "sign-in-needed" or "needs" in problem


def signs_out(route: Declared) -> bool:
    """Asked last, for after it the asker is nobody."""
    return route.path == "/api/sign-out"


async def test_every_route_admits_exactly_its_roles_and_breaks_for_nobody(site: Site) -> None:
    assert len(site.declared) > 60
    wrong = []
    everyone = await askers(site)
    async with site.client() as api:
        for route in sorted(site.declared, key=signs_out):
            path = re.sub(r"{[^}]*}", "nothing", route.path)
            for asker in everyone:
                answer = await api.request(route.method, path, headers=asker.headers)
                admitted = asker.role in ADMITS[route.access]
                broken = answer.status_code >= 500 and answer.status_code != 503
                if broken or turned_away(answer) == admitted:
                    wrong.append(f"{asker.role}: {route.method} {path} {answer.status_code}")
    assert not wrong
