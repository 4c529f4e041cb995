"""What docker/ promises: its files fit the settings there are, and the same processes with the
same settings, started by hand behind the same nginx, keep a claim race exact."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from server.app import build_house
from server.base.settings import PREFIX, Settings, load
from tests.follower import Follower, following
from tests.hiring.test_claims import open_offer, race
from tests.nginx import Nginx
from tests.processes import serving, until
from tests.redis import RedisServer
from tests.site import Site
from tests.world import make_world

DOCKER = Path(__file__).parents[1] / "docker"
COMPOSE = {"compose.yaml": "example.env", "compose.workers.yaml": "example-workers.env"}
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}")


def compose(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DOCKER / name).read_text("utf-8"))
    return read


def example(name: str) -> dict[str, str]:
    """An environment file as it is copied, with the words that one must choose chosen."""
    lines = (DOCKER / name).read_text("utf-8").splitlines()
    pairs = [line.split("=", 1) for line in lines if line and not line.startswith("#")]
    own = {"POSTGRES_PASSWORD", "DAIGANG_TURN_SECRET"}
    return {key: value or ("chosen" if key in own else "") for key, value in pairs}


def filled(text: str, environ: dict[str, str]) -> str:
    return VARIABLE.sub(lambda found: environ.get(found[1]) or found[2] or "", text)


@pytest.mark.parametrize("name", COMPOSE)
def test_every_variable_of_a_compose_file_is_explained_in_its_example(name: str) -> None:
    text = (DOCKER / name).read_text("utf-8")
    asked = {found[1] for found in VARIABLE.finditer(text)}
    assert asked <= set(example(COMPOSE[name]))


@pytest.mark.parametrize("name", COMPOSE)
def test_every_setting_of_a_compose_file_exists_and_is_taken(name: str, tmp_path: Path) -> None:
    environ = example(COMPOSE[name])
    given = compose(name)["services"]["daigang"]["environment"]
    settings = {
        key: filled(value, environ) for key, value in given.items() if key.startswith(PREFIX)
    }
    known = {PREFIX + field.upper() for field in Settings.__struct_fields__}
    assert set(settings) <= known
    database = settings.pop("DAIGANG_DATABASE_URL", "")
    assert not database or database == "postgresql://daigang:chosen@postgres/daigang"
    loaded = load(settings, data_dir=tmp_path)
    assert loaded.base_url == environ["DAIGANG_BASE_URL"]


@pytest.mark.parametrize("name", COMPOSE)
def test_a_compose_file_is_whole(name: str) -> None:
    """Files that are mounted are there; volumes, networks and services that are named exist."""
    read = compose(name)
    services, volumes = read["services"], set(read.get("volumes", {}))
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        assert set(service.get("networks", ())) <= set(read.get("networks", {}))
        for mount in service.get("volumes", ()):
            source = filled(mount, {}).split(":")[0]
            if source.startswith("./") and not source.endswith("/tls"):
                assert (DOCKER / source).is_file(), source
            elif not source.startswith("./"):
                assert source in volumes


def test_the_proxies_that_are_believed_are_those_of_the_compose_network() -> None:
    read = compose("compose.workers.yaml")
    [network] = read["networks"]["house"]["ipam"]["config"]
    trusted = read["services"]["daigang"]["environment"]["DAIGANG_TRUSTED_PROXIES"]
    assert trusted == network["subnet"]


def test_coturn_takes_the_passwords_that_pages_hand_out() -> None:
    text = (DOCKER / "turnserver.conf").read_text("utf-8")
    said = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert "use-auth-secret" in said
    command = compose("compose.workers.yaml")["services"]["coturn"]["command"]
    assert any("--static-auth-secret=${DAIGANG_TURN_SECRET" in word for word in command)
    first, last = (
        int(next(line for line in said if line.startswith(name)).split("=")[1])
        for name in ("min-port", "max-port")
    )
    assert f"UDP {first}-{last}" in (DOCKER / "example-workers.env").read_text("utf-8")


def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    assert Nginx(tmp_path, 8000).examine() == ""


async def test_sixty_claim_ten_places_through_nginx_and_two_workers(
    data_dir: Path, tmp_path: Path, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"DAIGANG_REDIS_URL": redis_server.url, "DAIGANG_TRUSTED_PROXIES": "127.0.0.1"}
    async with serving(data_dir, "--workers", "2", **settings) as served:
        nginx = Nginx(tmp_path, int(served.url.rpartition(":")[2]))
        monkeypatch.setenv("SSL_CERT_FILE", str(nginx.certificate))
        site = Site(build_house(load(served.environ)), nginx.url)
        try:
            async with nginx.running():
                await keeps_its_promises(site)
        finally:
            await site.house.db.close()


async def keeps_its_promises(site: Site) -> None:
    """A race, sockets through the proxy, and addresses that cannot be forged."""
    world = await make_world(site)
    viewers = [Follower(site.url, world.room) for _ in range(6)]
    async with following(*viewers):

        async def are_ready() -> bool:
            return all(viewer.is_ready for viewer in viewers)

        await until(are_ready)
        offer = await open_offer(world, 10)
        answers = await race(site, offer, 60)
        assert Counter(answer.status_code for answer in answers) == {201: 10, 409: 50}
        places = sorted(a.json()["place"] for a in answers if a.status_code == 201)
        assert places == [*range(1, 11)]

        async def have_seen_all() -> bool:
            return all(len(viewer.seen) == 12 for viewer in viewers)

        await until(have_seen_all)  # opened, ten places, closed
    assert [viewer.faults for viewer in viewers if viewer.faults] == []
    await counts_wrong_passwords_by_the_real_address(site)
    async with site.client() as api:
        assert (await api.get("/metrics")).status_code == 404


async def counts_wrong_passwords_by_the_real_address(site: Site) -> None:
    """Whatever a caller writes into X-Forwarded-For, nginx adds where they really are."""
    far = httpx.AsyncHTTPTransport(local_address="127.0.0.2")
    codes = []
    async with httpx.AsyncClient(base_url=site.url, transport=far, timeout=20) as api:
        for number in range(31):
            answer = await api.post(
                "/api/sign-in",
                json={"login": f"nobody-{number}", "password": "not the password"},
                headers={"X-Forwarded-For": f"198.51.100.{number}"},
            )
            codes.append(answer.status_code)
    assert codes == [401] * 30 + [429]
