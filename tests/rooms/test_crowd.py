"""Who is in a room over all processes: each person once, and nobody after their process died."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rooms.crowd import LEASE_S, Crowd, mark
from rooms.whispers import PresenceSeen

People = st.frozensets(st.sampled_from([f"p{number}" for number in range(8)]))


def said(process: str, people: frozenset[str], *roles: str) -> PresenceSeen:
    viewers = frozenset(mark(person) for person in people)
    return PresenceSeen(room="r", process=process, viewers=viewers, roles=frozenset(roles))


@given(here=People, parts=st.dictionaries(st.sampled_from("abc"), People))
def test_a_person_is_counted_once_wherever_they_are(
    here: frozenset[str], parts: dict[str, frozenset[str]]
) -> None:
    crowd = Crowd()
    for process, people in parts.items():
        crowd.hear(said(process, people), 0.0)
    assert crowd.count_with(here) == len(here.union(*parts.values()))


def test_the_latest_word_of_a_process_replaces_the_one_before() -> None:
    crowd = Crowd()
    assert crowd.hear(said("a", frozenset({"p1", "p2"}), "host"), 0.0)
    assert not crowd.hear(said("a", frozenset({"p1", "p2"}), "host"), 1.0)
    assert crowd.hear(said("a", frozenset({"p2"})), 2.0)
    assert (crowd.count_with([]), crowd.roles_with(["candidate"])) == (1, {"candidate"})


def test_a_process_that_is_silent_is_forgotten_after_its_lease() -> None:
    crowd = Crowd()
    crowd.hear(said("dead", frozenset({"p1"}), "host"), 0.0)
    crowd.hear(said("alive", frozenset({"p2"})), LEASE_S)
    assert not crowd.forget_silent(LEASE_S)
    assert crowd.forget_silent(LEASE_S + 0.1)
    assert (crowd.count_with(["p3"]), crowd.roles_with([])) == (2, set())
