from hypothesis import given
from hypothesis import strategies as st

from strp.usecases.process.recent import Recent, RecentSet

CALLS = st.lists(st.tuples(st.sampled_from(["get", "set", "pop"]), st.integers(0, 8)))


@given(CALLS, st.integers(1, 5))
def test_the_entries_used_last_are_kept(calls: list[tuple[str, int]], most: int) -> None:
    recent, expected = Recent[int, int](most), list[int]()
    for call, key in calls:
        if call == "get":
            assert recent.get(key) == (key if key in expected else None)
        elif call == "set":
            recent[key] = key
        else:
            recent.pop(key, None)
        was_there = key in expected
        expected = [each for each in expected if each != key]
        if call == "set" or (call == "get" and was_there):
            expected.append(key)
        expected = expected[-most:]
        assert list(recent) == expected


def test_one_more_than_fit_removes_one_and_not_all() -> None:
    recent = Recent[int, str](1000)
    for number in range(1001):
        recent[number] = "x"
    assert (len(recent), 0 in recent, 1 in recent) == (1000, False, True)


def test_what_is_not_there_is_the_default() -> None:
    assert Recent[int, str](1).get(1, "none") == "none"


@given(st.lists(st.lists(st.integers(0, 99), max_size=9)), st.integers(1, 30))
def test_a_set_keeps_no_more_than_it_may_and_nothing_that_did_not_come(
    batches: list[list[int]], most: int
) -> None:
    recent, came = RecentSet[int](most), set[int]()
    for batch in batches:
        recent.keep_all(batch)
        came |= set(batch)
        kept = {key for key in range(100) if key in recent}
        assert kept <= came
        assert len(kept) == len(recent) <= most
        assert kept == came or len(came) > most


def test_a_full_set_forgets_a_tenth_of_the_oldest_and_not_all() -> None:
    recent = RecentSet[int](1000)
    recent.keep_all(range(1001))
    assert (len(recent), 100 in recent, 101 in recent, 1000 in recent) == (900, False, True, True)
