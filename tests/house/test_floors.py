"""The import floors that import-linter cannot say: rooms of a feature, and who may see what."""

from __future__ import annotations

import re

from tests.house.sources import code, forbid, imports, module_of

FEATURES = {
    path.split("/")[1] for path in code() if path.endswith("/routes.py") and path.count("/") == 2
}
# From the bottom up; a file named `actions_claim` stands on the floor of `actions`.
ROOMS = ("store", "actions", "routes")

SQL = re.compile(
    r"server\.base\.(db|journal|idempotency)|server\.migrations\..+|server\..*\bstore\w*"
)
REDIS = re.compile(r"server\.base\.relay(_\w+)?")
AIORTC = re.compile(r"rooms\.media\.(peer|port|sdp)")
AIORTC_RTP = re.compile(r"rooms\.media\.(peer|port|sdp|rtp|feedback)")
NODE = re.compile(r"server\.node(_\w+)?(\..+)?")
SEEN_BY_NODE = re.compile(r"(server\.(base|node)|rooms\.(media|stagehand))(\W|_|$)")


def seen(package: str) -> list[tuple[str, str, str]]:
    """Who imports something of this package: where, by which module, what."""
    return [
        (f"{name}:{line}", module_of(name), target)
        for name in code()
        for line, target in imports(name)
        if f"{target}.".startswith(f"{package}.")
    ]


def test_sqlalchemy_stays_in_stores_and_under_the_database() -> None:
    sins = [where for where, module, _ in seen("sqlalchemy") if not SQL.fullmatch(module)]
    forbid(f"{sin}: SQLAlchemy outside a store" for sin in sins)


def test_redis_stays_in_the_relay() -> None:
    sins = [where for where, module, _ in seen("redis") if not REDIS.fullmatch(module)]
    forbid(f"{sin}: redis outside server/base/relay" for sin in sins)


def test_aiortc_and_aioice_stay_in_peer_port_and_sdp() -> None:
    sins = []
    for where, module, target in [*seen("aiortc"), *seen("aioice")]:
        allowed = AIORTC_RTP if f"{target}.".startswith("aiortc.rtp.") else AIORTC
        if not allowed.fullmatch(module):
            sins.append(where)
    forbid(f"{sin}: aiortc or aioice where it must not be" for sin in sins)


def test_only_the_node_sees_the_media_engine() -> None:
    sins = [
        where
        for where, module, _ in seen("rooms.media")
        if not module.startswith("rooms.media") and not NODE.fullmatch(module)
    ]
    forbid(f"{sin}: the media engine is seen here" for sin in sins)


def test_the_media_engine_and_the_live_domain_do_not_see_each_other() -> None:
    sins = [
        where
        for where, module, target in seen("rooms")
        if module.startswith("rooms.media")
        and not target.startswith(("rooms.media", "rooms.stagehand"))
    ]
    forbid(f"{sin}: the engine looks at the live domain" for sin in sins)


def test_the_node_sees_the_base_and_the_media_engine_alone() -> None:
    sins = [
        f"{where} {target}"
        for where, module, target in [*seen("server"), *seen("rooms")]
        if NODE.fullmatch(module) and not SEEN_BY_NODE.match(target)
    ]
    forbid(f"{sin}: the media process looks up" for sin in sins)


def test_inside_a_feature_routes_stand_on_actions_and_actions_on_the_store() -> None:
    sins = []
    for feature in FEATURES:
        package = f"server.{feature}"
        for where, module, target in seen(package):
            if not module.startswith(f"{package}."):
                continue
            own, other = floor(package, module), floor(package, target)
            if other > own:
                sins.append(f"{where}: {module} looks up at {target}")
    assert FEATURES
    forbid(sins)


def floor(package: str, name: str) -> int:
    """0 for what is pure, then store, actions, routes."""
    stem = name.removeprefix(f"{package}.").split(".")[0].split("_")[0]
    return ROOMS.index(stem) + 1 if stem in ROOMS else 0
