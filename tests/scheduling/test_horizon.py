"""What becomes of dates that stand when time passes or the rule changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.scheduling.horizon import WEEKS_AHEAD, Changes, Standing, changes
from server.scheduling.rule import WeeklyRule

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)  # a Tuesday, 11:00 in Shanghai
TUESDAYS = WeeklyRule("Asia/Shanghai", 1, time(19), 120, date(2026, 11, 1))


def follow(standing: list[Standing], found: Changes) -> list[Standing]:
    """The dates that stand after the changes."""
    by_id = {one.id: one for one in standing}
    for one in found.removed:
        del by_id[one.id]
    for one in found.cancelled:
        by_id[one.id] = one._replace(status="cancelled")
    for one, place in found.moved:
        by_id[one.id] = Standing(one.id, *place[:3], "planned", one.sessions)
    for number, place in enumerate(found.added):
        made = f"{place.local_date}-{number}-{len(by_id)}"
        by_id[made] = Standing(made, *place[:3], "planned")
    return list(by_id.values())


def standing(rule: WeeklyRule = TUESDAYS, sessions: int = 0) -> list[Standing]:
    """What a rule made, each date with so many sessions."""
    made = follow([], changes(rule, [], NOW))
    return [one._replace(sessions=sessions) for one in made]


def test_a_new_fair_gets_the_dates_of_eight_weeks() -> None:
    found = changes(TUESDAYS, [], NOW)
    assert found.added[0].local_date == date(2026, 11, 24)
    assert len(found.added) == WEEKS_AHEAD + 1


def test_a_date_that_is_on_counts_as_one_that_is_not_over() -> None:
    on_now = replace(TUESDAYS, starts_local=time(10))
    assert changes(on_now, [], NOW).added[0].starts_at < NOW
    over = replace(TUESDAYS, starts_local=time(8))
    assert changes(over, [], NOW).added[0].local_date == date(2026, 12, 1)


def test_a_later_hour_moves_every_date_to_come() -> None:
    found = changes(replace(TUESDAYS, starts_local=time(20)), standing(), NOW)
    assert len(found.moved) == WEEKS_AHEAD + 1
    assert [*found.added, *found.removed, *found.cancelled] == []


def test_what_has_begun_stays_whatever_the_rule_says() -> None:
    held = standing(replace(TUESDAYS, starts_local=time(10)))
    found = changes(replace(TUESDAYS, starts_local=time(20)), held, NOW)
    assert date(2026, 11, 24) not in {one.local_date for one, _ in found.moved}
    assert date(2026, 11, 24) not in {one.local_date for one in found.added}


def test_another_weekday_takes_agendas_along_within_their_week() -> None:
    found = changes(replace(TUESDAYS, weekday=4), standing(sessions=2), NOW)
    assert [*found.removed, *found.cancelled] == []
    assert {place.local_date - one.local_date for one, place in found.moved} == {timedelta(days=3)}


def test_another_weekday_replaces_dates_without_an_agenda() -> None:
    found = changes(replace(TUESDAYS, weekday=4), standing(), NOW)
    assert len(found.removed) == len(found.added) == WEEKS_AHEAD + 1


def test_an_exception_cancels_and_taking_it_back_restores_the_same_date() -> None:
    before = standing(sessions=1)
    without = replace(TUESDAYS, exceptions=frozenset({date(2026, 12, 1)}))
    found = changes(without, before, NOW)
    assert [one.local_date for one in found.cancelled] == [date(2026, 12, 1)]
    after = follow(before, found)
    assert follow(after, changes(TUESDAYS, after, NOW)) == before


def test_an_earlier_end_removes_empty_dates_and_cancels_those_with_an_agenda() -> None:
    shorter = replace(TUESDAYS, last_date=date(2026, 12, 1))
    assert len(changes(shorter, standing(), NOW).removed) == WEEKS_AHEAD - 1
    assert len(changes(shorter, standing(sessions=1), NOW).cancelled) == WEEKS_AHEAD - 1


moments = st.datetimes(datetime(2021, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC))


@given(
    moments,
    st.lists(
        st.tuples(
            st.integers(0, 6),
            st.integers(0, 23),
            st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/St_Johns"]),
            st.integers(0, 3),
            st.timedeltas(timedelta(), timedelta(days=20)),
        ),
        min_size=2,
        max_size=5,
    ),
)
def test_after_any_changes_the_dates_are_the_rules_and_nothing_is_left_to_do(
    now: datetime, edits: list[tuple[int, int, str, int, timedelta]]
) -> None:
    here: list[Standing] = []
    for weekday, hour, zone, sessions, later in edits:
        now += later
        rule = WeeklyRule(zone, weekday, time(hour), 90, date(2021, 1, 1))
        with_agenda = [one for one in here if one.sessions]
        here = follow(here, changes(rule, here, now))
        assert {one.id for one in with_agenda} <= {one.id for one in here}
        coming = [one for one in here if one.starts_at > now and one.status == "planned"]
        assert all(rule.on(one.local_date).starts_at == one.starts_at for one in coming)
        assert len({one.local_date for one in coming}) == len(coming) >= WEEKS_AHEAD - 1
        assert not changes(rule, here, now)
        here = [one._replace(sessions=sessions) for one in here]
