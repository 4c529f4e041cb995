"""The stages of an application: who may lead it where, for any sequence of steps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.base.errors import Refusal
from server.hiring.stages import CLAIMABLE, OPEN, RULES, STAGES, Stage, Step, after, may
from server.hiring.timeline import CLOSED, PHASES, Happened, milestones

SEQUENCES = st.lists(st.sampled_from(sorted(RULES)), max_size=20)


def walk(steps: list[Step], stage: Stage = "applied") -> list[tuple[Step, Stage]]:
    """The steps that were let through, with the stage after each."""
    taken = []
    for step in steps:
        try:
            stage = after(stage, step)
        except Refusal:
            continue
        taken.append((step, stage))
    return taken


@given(SEQUENCES)
def test_nobody_is_hired_unless_both_sides_said_yes(steps: list[Step]) -> None:
    taken = walk(steps)
    for index, (step, stage) in enumerate(taken):
        if stage == "hired":
            assert step == "accept"
            assert taken[index - 1][0] == "offer"


@given(SEQUENCES)
def test_a_claimed_place_is_confirmed_by_the_employer_before_the_candidate_accepts(
    steps: list[Step],
) -> None:
    taken = walk(steps, "accepted")
    for step, stage in taken[:1]:
        assert (step, stage) in {
            ("confirm", "offered"),
            ("decline", "declined"),
            ("withdraw", "withdrawn"),
            ("lapse", "applied"),
        }
    for index, (step, stage) in enumerate(taken):
        if stage == "hired":
            assert step == "accept"
            assert taken[index - 1][0] in {"confirm", "offer"}


@given(SEQUENCES)
def test_hired_and_declined_are_final(steps: list[Step]) -> None:
    assert walk(steps, "hired") == []
    assert walk(steps, "declined") == []


@given(SEQUENCES)
def test_each_end_is_reached_by_the_side_it_belongs_to(steps: list[Step]) -> None:
    for step, stage in walk(steps):
        if stage == "declined":
            assert RULES[step].by == "employer"
        if stage == "withdrawn":
            assert RULES[step].by == "candidate"


@given(st.sampled_from(STAGES), st.sampled_from(sorted(RULES)))
def test_what_may_be_done_is_exactly_what_is_not_refused(stage: Stage, step: Step) -> None:
    offered = step in may(stage, RULES[step].by)
    if offered:
        assert after(stage, step) == RULES[step].to
    else:
        with pytest.raises(Refusal) as refused:
            after(stage, step)
        assert (refused.value.name, refused.value.extra) == ("wrong-stage", {"stage": stage})


def test_every_open_stage_can_be_declined_and_withdrawn_and_reaches_a_hire() -> None:
    for stage in OPEN:
        assert "decline" in may(stage, "employer")
        assert "withdraw" in may(stage, "candidate")
        reached = {stage}
        while new := {r.to for r in RULES.values() if reached & r.since} - reached:
            reached |= new
        assert "hired" in reached


def test_a_claim_moves_only_what_is_not_further_on() -> None:
    assert frozenset({"offered", "accepted", "hired"}) == set(STAGES) - CLAIMABLE


@given(SEQUENCES)
def test_the_line_of_milestones_tells_the_way_in_its_order(steps: list[Step]) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    happened = [Happened("applied", "candidate", "Li Hua", "", start)]
    for number, (step, stage) in enumerate(walk(steps), 1):
        at = start + timedelta(minutes=number)
        happened.append(Happened(stage, RULES[step].by, "somebody", "", at))
    stage = happened[-1].stage
    line = milestones(stage, happened)
    states = [one.state for one in line]
    assert states == sorted(states, key=["done", "now", "stopped", "next"].index)
    times = [one.at for one in line if one.at is not None]
    assert times == sorted(times)
    if stage in CLOSED:
        assert (line[-1].stage, line[-1].state) == (stage, "stopped")
    else:
        assert [one.stage for one in line if one.state == "now"] == ([stage] * (stage != "hired"))
        assert line[-1].stage == "hired"
    assert len(line) <= len(PHASES) + 1
