"""Places in an interviewer's line: positions, honest ranges, and what they survive."""

from __future__ import annotations

from pathlib import Path

from tests.interviews.scene import Scene, frame, set_scene
from tests.site import Site, running_site


async def three_in_line(scene: Scene) -> list[tuple[str, str]]:
    """Three candidates who arrived one after another, each with their room."""
    line = []
    for login in ("wang", "limin", "zhao"):
        candidate = await scene.site.person(login)
        room = await scene.invite(candidate)
        await scene.arrive(candidate, room)
        line.append((candidate, room))
    return line


async def test_three_stand_in_the_order_they_came(site: Site) -> None:
    scene = await set_scene(site)
    line = await three_in_line(scene)
    assert [await positioned(scene, one) for one in line] == [1, 2, 3]
    # ten planned minutes each, by the assumed spread: 8 to 14
    assert await waited(scene, line[0]) == (0, 0)
    assert await waited(scene, line[1]) == (8, 14)
    assert await waited(scene, line[2]) == (16, 28)


async def test_everybody_moves_up_when_one_is_let_in(site: Site) -> None:
    scene = await set_scene(site)
    line = await three_in_line(scene)
    await scene.admit(line[0][1])
    assert [await positioned(scene, one) for one in line] == [0, 1, 2]
    site.house.clock.advance(6 * 60)
    assert await waited(scene, line[1]) == (2, 8)


async def test_who_has_not_arrived_is_behind_all(site: Site) -> None:
    scene = await set_scene(site)
    await three_in_line(scene)
    late = await site.person("zhou")
    room = await scene.invite(late)
    assert (await scene.standing(late, room))["position"] == 4


async def test_arriving_again_keeps_the_place(site: Site) -> None:
    scene = await set_scene(site)
    line = await three_in_line(scene)
    assert (await scene.arrive(*line[0]))["position"] == 1


async def test_the_line_of_another_interviewer_is_another_line(site: Site) -> None:
    scene = await set_scene(site)
    await three_in_line(scene)
    other, candidate = await site.person("sun"), await site.person("zhou")
    room = await scene.invite(candidate, interviewer=other)
    assert (await scene.arrive(candidate, room))["position"] == 1


async def test_the_range_follows_how_long_interviews_really_took(site: Site) -> None:
    scene = await set_scene(site)
    for number, minutes in enumerate((20, 20, 20, 30, 30)):
        candidate = await site.person(f"past{number}")
        room = await scene.invite(candidate)
        await scene.arrive(candidate, room)
        await scene.admit(room)
        site.house.clock.advance(minutes * 60)
        await scene.end(room)
    line = await three_in_line(scene)
    low, high = await waited(scene, line[1])  # the clock runs on while the test does
    assert 20 <= low <= 21
    assert 30 <= high <= 31


async def test_those_who_wait_hear_when_the_line_moves(site: Site) -> None:
    scene = await set_scene(site)
    line = await three_in_line(scene)
    async with await scene.socket(*line[2]) as socket:
        await frame(socket, "live")
        await scene.admit(line[0][1])
        assert (await frame(socket, "line"))["position"] == 2


async def test_a_place_survives_a_restart_of_the_site(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        scene = await set_scene(site)
        line = await three_in_line(scene)
        before = [await scene.standing(*one) for one in line]
    async with running_site(tmp_path) as again:
        scene = Scene(again, scene.organisation, scene.interviewer, scene.job)
        assert [await scene.standing(*one) for one in line] == before


async def positioned(scene: Scene, one: tuple[str, str]) -> int:
    return (await scene.standing(*one))["position"]


async def waited(scene: Scene, one: tuple[str, str]) -> tuple[int, int]:
    standing = await scene.standing(*one)
    return standing["wait_low_min"], standing["wait_high_min"]
