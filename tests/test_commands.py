"""The command line and the supervisor, in real processes."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import httpx
import pytest

from tests.certificate import write_certificate
from tests.processes import Served, environment, run, serving, until


async def test_it_serves_and_stops_at_a_signal(data_dir: Path) -> None:
    async with serving(data_dir) as served:
        served.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(10):
            assert await served.process.wait() == 0


@pytest.mark.parametrize("name", ["media", "web"])
async def test_a_child_that_dies_is_started_again_and_the_other_lives_on(
    data_dir: Path, name: str
) -> None:
    other = {"media": "web", "web": "media"}[name]
    async with serving(data_dir) as served:
        dead, alive = served.child(name), served.child(other)
        os.kill(dead, signal.SIGKILL)

        async def is_new() -> bool:
            try:
                return served.child(name) != dead
            except LookupError:
                return False

        await until(is_new)
        await until(served.is_ready)
        assert served.child(other) == alive


async def test_children_do_not_outlive_their_supervisor(data_dir: Path) -> None:
    async with serving(data_dir) as served:
        children = [served.child("web"), served.child("media")]
        served.process.kill()
        await served.process.wait()

        async def are_gone() -> bool:
            return not any(is_running(child) for child in children)

        await until(are_gone)


def is_running(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


async def test_a_wrong_setting_stops_the_start_with_one_line(data_dir: Path) -> None:
    environ = {**environment(data_dir), "DAIGANG_UDP_PORT": "soon"}
    code, said, complained = await run(environ, "serve")
    assert (code, said) == (2, "")
    [line] = complained.splitlines()
    assert line.startswith("daigang: DAIGANG_UDP_PORT: ")


async def test_more_workers_than_one_are_refused_without_redis(data_dir: Path) -> None:
    code, _, complained = await run(environment(data_dir), "serve", "--workers", "2")
    assert code == 2
    assert "Redis" in complained


async def test_nothing_acknowledged_is_lost_when_the_web_process_is_killed(
    data_dir: Path,
) -> None:
    async with serving(data_dir) as served:
        names = [f"person-{number}" for number in range(5)]
        for name in names:
            await sign_up(served, name)
        os.kill(served.child("web"), signal.SIGKILL)
        await until(served.is_ready)
        async with httpx.AsyncClient(base_url=served.url) as api:
            for name in names:
                body = {"login": name, "password": "a long password"}
                answer = await api.post("/api/sign-in", json=body)
                assert answer.status_code < 300, answer.text


async def sign_up(served: Served, login: str) -> None:
    async with httpx.AsyncClient(base_url=served.url) as api:
        body = {"login": login, "name": login, "password": "a long password"}
        answer = await api.post("/api/sign-up", json=body)
        assert answer.status_code < 300, answer.text


async def test_it_serves_https_with_a_certificate_of_its_own(data_dir: Path) -> None:
    certificate, key = write_certificate(data_dir)
    settings = {"DAIGANG_TLS_CERT": str(certificate), "DAIGANG_TLS_KEY": str(key)}
    async with serving(data_dir, **settings) as served:
        async with httpx.AsyncClient(base_url=served.url, verify=False) as api:
            body = {"login": "anna", "name": "Anna", "password": "a long password"}
            answer = await api.post("/api/sign-up", json=body)
        assert "Secure" in answer.headers["set-cookie"]


async def test_the_doctor_says_what_to_mend(data_dir: Path) -> None:
    environ = environment(data_dir)
    code, said, _ = await run(environ, "doctor")
    assert code == 1
    assert "daigang migrate" in said
    await run(environ, "migrate")
    _, said, _ = await run(environ, "doctor")
    assert "schema" in said
