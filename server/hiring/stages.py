"""The stages of an application: which step leads where, and who may take it.

Pure: no database, no web. A stored `invited` whose interview was held counts as `interviewed`
(`store_applications`), so that stage is only ever left, never entered by a step.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

from server.base.errors import Refusal, msg

Stage = Literal[
    "applied",
    "invited",
    "interviewed",
    "offered",
    "accepted",
    "hired",
    "declined",
    "withdrawn",
]
Side = Literal["candidate", "employer", "deadline"]
Step = Literal[
    "apply", "withdraw", "accept", "refuse", "invite", "offer", "confirm", "decline", "lapse"
]
Claim = Literal["interview", "hire"]

STAGES: tuple[Stage, ...] = get_args(Stage)
OPEN: frozenset[Stage] = frozenset({"applied", "invited", "interviewed", "offered", "accepted"})
# A claimed place moves whoever stands here, to `accepted` or to `invited`; further on it adds
# nothing.
CLAIMABLE: frozenset[Stage] = frozenset(
    {"applied", "invited", "interviewed", "declined", "withdrawn"}
)


class Rule(NamedTuple):
    """Who takes a step, from which stages, and the stage it leads to."""

    by: Side
    since: frozenset[Stage]
    to: Stage


RULES: dict[Step, Rule] = {
    "apply": Rule("candidate", frozenset({"withdrawn"}), "applied"),
    "withdraw": Rule("candidate", OPEN, "withdrawn"),
    "accept": Rule("candidate", frozenset({"offered"}), "hired"),
    "refuse": Rule("candidate", frozenset({"offered"}), "withdrawn"),
    "invite": Rule("employer", frozenset({"applied", "interviewed"}), "invited"),
    "offer": Rule("employer", frozenset({"applied", "invited", "interviewed"}), "offered"),
    "confirm": Rule("employer", frozenset({"accepted"}), "offered"),
    "decline": Rule("employer", OPEN, "declined"),
    "lapse": Rule("deadline", frozenset({"accepted", "offered"}), "applied"),
}


def after(stage: Stage, step: Step) -> Stage:
    """The stage that the step leads to; `Refusal` wrong-stage with the current one."""
    rule = RULES[step]
    if stage not in rule.since:
        raise wrong_stage(stage)
    return rule.to


def may(stage: Stage, by: Side) -> list[Step]:
    """The steps that this side can take now."""
    return [step for step, rule in RULES.items() if rule.by == by and stage in rule.since]


def wrong_stage(stage: Stage) -> Refusal:
    """The refusal for a step that no longer fits; `stage` tells the caller where it stands."""
    say = msg("This application has moved on in the meantime. Look at where it stands now.")
    return Refusal("wrong-stage", 409, say, extra={"stage": stage})
