"""Attention to jobs: who was there while a job was pinned, whatever the tabs and the order."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from rooms.events import Event, JobCard, JobPinned, JobUnbagged, JobUnpinned, RoomEnded
from rooms.presence import Interval, dwell_s
from server.attendance.actions import Visit
from server.base import journal
from server.jobs.actions import job_card
from server.reports.attention import job_lines, pins
from tests.reports.scene import make_scene
from tests.site import Site

END = 300.0
seconds = st.integers(0, int(END))


def card(job: str) -> JobCard:
    return JobCard(
        id=job,
        title=job,
        employer="E",
        place="P",
        pay_min=1,
        pay_max=2,
        pay_unit="month",
        employment_type="full_time",
        headcount=1,
    )


facts = st.one_of(
    st.sampled_from("ab").map(lambda job: JobPinned(job=card(job), at=0.0)),
    st.just(JobUnpinned(at=0.0)),
    st.sampled_from("ab").map(lambda job: JobUnbagged(job=job)),
    st.just(RoomEnded(by="host", at=0.0)),
)
told = st.lists(st.tuples(seconds.map(float), facts), max_size=10).map(
    lambda run: sorted(run, key=lambda one: one[0])
)
visits = st.lists(
    st.builds(
        lambda person, a, b: Visit(
            "r", person, "viewer", Interval(float(min(a, b)), float(max(a, b)))
        ),
        st.sampled_from(["wang", "li", "guest:a"]),
        seconds,
        seconds,
    ),
    max_size=10,
)


@given(told)
def test_at_most_one_job_is_explained_at_any_moment(run: list[tuple[float, Event]]) -> None:
    spans = [pin.interval for pin in pins("r", run, END)]
    assert sum(span.length_s for span in spans) == dwell_s(spans) <= END


@given(told, visits, st.randoms())
def test_attention_is_counted_by_the_second_and_knows_no_tabs(
    run: list[tuple[float, Event]], stays: list[Visit], shuffle: Random
) -> None:
    shown = pins("r", run, END)
    lines = job_lines(shown, stays, {"r": "org"})
    again = [*stays, *stays]
    shuffle.shuffle(again)
    assert job_lines(shown, again, {"r": "org"}) == lines
    for line in lines:
        pinned = {s for pin in shown if pin.job.id == line.job for s in moments(pin.interval)}
        watched = {(v.person, s) for v in stays for s in moments(v.interval) if s in pinned}
        assert line.pinned_s == len(pinned)
        assert line.attention_s == len(watched)
        assert line.viewers == len({person for person, _ in watched})
    total = sum(line.attention_s for line in lines)
    assert total <= sum(dwell_s([v.interval for v in stays if v.person == p]) for p in PEOPLE)


PEOPLE = ("wang", "li", "guest:a")


def moments(interval: Interval) -> range:
    return range(int(interval.start), int(interval.end))


async def test_the_report_counts_attention_from_the_journals_pins(site: Site) -> None:
    scene = await make_scene(site)
    wang = await site.person("wang")
    async with site.house.db.write() as tx:
        for minute, job in ((-30, 0), (-20, 1), (-10, None)):
            tx.now = scene.at(60 + minute)
            if job is None:
                await journal.record(tx, scene.room, JobUnpinned(at=tx.now.timestamp()))
            else:
                found = await job_card(tx, scene.world.jobs[job])
                assert found is not None
                fact = JobPinned(job=found, at=tx.now.timestamp())
                await journal.record(tx, scene.room, fact)
    await scene.stay(wang, 35, 45)
    await scene.stay("guest:one", 42, 44)
    await scene.stay(scene.world.host, 0, 60, role="host")
    report = await scene.report()
    told = [
        (line["title"], line["viewers"], round(line["attention_s"])) for line in report["jobs"]
    ]
    assert told == [("Job 1", 1, 300), ("Job 2", 2, 420)]
    assert [round(line["pinned_s"]) for line in report["jobs"]] == [600, 600]
