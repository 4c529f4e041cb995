"""The local time of a weekly fair equals its rule, in every zone, 2020–2035."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from server.scheduling.rule import WeeklyRule, known_zones, moment

ZONES = sorted(available_timezones() - {"localtime"})
FIRST, LAST = date(2020, 1, 1), date(2035, 12, 31)

rules = st.builds(
    WeeklyRule,
    zone=st.sampled_from(ZONES),
    weekday=st.integers(0, 6),
    starts_local=st.times(min_value=time(0), max_value=time(23, 59)).map(
        lambda at: at.replace(second=0, microsecond=0)
    ),
    length_min=st.integers(15, 720),
    first_date=st.dates(FIRST, LAST - timedelta(weeks=60)),
)


def exists(local: datetime, zone: str) -> bool:
    """Whether the zone's clocks ever show this time (PEP 495's test, another way than ours)."""
    info = ZoneInfo(zone)
    back = local.replace(tzinfo=info).astimezone(UTC).astimezone(info)
    return back.replace(tzinfo=None) == local


@given(rules)
def test_the_local_time_is_the_rules_on_every_day_that_has_it(rule: WeeklyRule) -> None:
    found = list(rule.occurrences(rule.first_date, rule.first_date + timedelta(weeks=60)))
    assert len(found) >= 60
    for one in found:
        named = datetime.combine(one.local_date, rule.starts_local)
        shown = one.starts_at.astimezone(ZoneInfo(rule.zone)).replace(tzinfo=None)
        assert one.local_date.weekday() == rule.weekday
        assert one.ends_at - one.starts_at == timedelta(minutes=rule.length_min)
        if exists(named, rule.zone):
            assert (shown, one.shifted_min) == (named, 0)
        else:
            assert shown > named
            assert one.shifted_min == (shown - named).total_seconds() / 60


def test_a_time_in_a_gap_is_held_later_by_the_gap_and_says_so() -> None:
    rule = WeeklyRule("Europe/Berlin", 6, time(2, 30), 60, date(2026, 3, 22), date(2026, 4, 5))
    before, gap, after = rule.occurrences(FIRST, LAST)
    assert [one.shifted_min for one in (before, gap, after)] == [0, 60, 0]
    assert gap.starts_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30 in Berlin
    assert after.starts_at == datetime(2026, 4, 5, 0, 30, tzinfo=UTC)  # 02:30 again


def test_a_gap_of_half_an_hour_shifts_by_half_an_hour() -> None:
    rule = WeeklyRule("Australia/Lord_Howe", 6, time(2, 10), 60, date(2026, 10, 4))
    (gap,) = rule.occurrences(date(2026, 10, 4), date(2026, 10, 4))
    assert gap.shifted_min == 30


def test_a_time_that_comes_twice_is_the_first_of_the_two() -> None:
    assert moment(datetime(2026, 10, 25, 2, 30), "Europe/Berlin") == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


@given(rules, st.sets(st.integers(0, 20), max_size=8))
def test_exceptions_and_nothing_else_are_left_out(rule: WeeklyRule, weeks: set[int]) -> None:
    until = rule.first_date + timedelta(weeks=21)
    every = list(rule.dates(rule.first_date, until))
    left_out = frozenset(every[week] for week in weeks)
    thinned = WeeklyRule(**{**vars(rule), "exceptions": left_out})
    kept = [one.local_date for one in thinned.occurrences(rule.first_date, until)]
    assert kept == [day for day in every if day not in left_out]


def test_both_ends_belong_to_the_rule() -> None:
    rule = WeeklyRule("Asia/Shanghai", 1, time(19), 120, date(2026, 11, 24), date(2026, 12, 8))
    days = [one.local_date.day for one in rule.occurrences(FIRST, LAST)]
    assert days == [24, 1, 8]
    assert list(rule.occurrences(date(2026, 11, 25), date(2026, 11, 30))) == []


def test_people_choose_from_places_and_utc() -> None:
    zones = known_zones()
    assert {"Asia/Shanghai", "Asia/Urumqi", "America/New_York", "UTC"} <= set(zones)
    assert not any(zone.startswith(("Etc/", "posix/", "US/")) for zone in zones)
