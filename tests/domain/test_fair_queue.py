"""A fair queue: whatever one block asks for, the others get as much."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from strp.domain.fair_queue import MOST_REMEMBERED, FairQueue

MANY = st.integers(min_value=20, max_value=400)
COSTS = st.sampled_from([0.5, 1.0, 3.0, 20.0])


def queue(most: int = 10_000, most_of_block: int = 5_000) -> FairQueue[str]:
    return FairQueue(most, most_of_block)


@given(flood=MANY, polite=st.integers(min_value=1, max_value=10))
def test_a_polite_block_waits_for_no_more_than_a_turn_of_the_flood_each(
    flood: int, polite: int
) -> None:
    waiting = queue()
    for n in range(flood):
        assert waiting.put("flood", f"10.0.0.{n % 200}", "flood", 1.0)
    for _ in range(polite):
        assert waiting.put("polite", "192.0.2.1", "polite", 1.0)
    served = [waiting.take().item for _ in range(2 * polite + 1)]
    assert served.count("polite") == polite


@given(costs=st.lists(COSTS, min_size=2, max_size=6), turns=st.integers(200, 600))
def test_blocks_that_always_ask_get_the_same_whatever_one_answer_costs(
    costs: list[float], turns: int
) -> None:
    waiting = queue()
    for number, cost in enumerate(costs):
        for _ in range(int(turns / cost) + 50):
            waiting.put(number, "", str(number), cost)
    paid: Counter[str] = Counter()
    while sum(paid.values()) < turns:
        one = waiting.take()
        paid[one.item] += one.cost  # type: ignore[assignment]
    shares = [paid[str(number)] for number in range(len(costs))]
    assert max(shares) - min(shares) <= 2 * max(costs)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), COSTS), max_size=80))
def test_all_that_waits_is_served_once(asked: list[tuple[int, int, float]]) -> None:
    waiting = queue()
    for n, (block, address, cost) in enumerate(asked):
        assert waiting.put(block, address, str(n), cost)
    served = [waiting.take().item for _ in range(len(waiting))]
    assert sorted(served, key=int) == [str(n) for n in range(len(asked))]


def test_addresses_of_one_block_are_served_in_turn() -> None:
    waiting = queue()
    for n in range(100):
        waiting.put("carrier", "10.0.0.1", f"loud {n}", 1.0)
    waiting.put("carrier", "10.0.0.2", "quiet", 1.0)
    assert "quiet" in {waiting.take().item for _ in range(2)}


def test_a_block_alone_gets_everything() -> None:
    waiting = queue()
    for n in range(50):
        waiting.put("carrier", f"10.0.0.{n}", "all", 1.0)
    assert [waiting.take().item for _ in range(50)] == ["all"] * 50


def test_no_more_wait_than_may() -> None:
    waiting = queue(most=10, most_of_block=4)
    taken = [waiting.put("flood", "", "", 1.0) for _ in range(6)]
    others = [waiting.put(n, "", "", 1.0) for n in range(8)]
    assert (sum(taken), sum(others), len(waiting)) == (4, 6, 10)


def test_blocks_that_never_come_back_are_forgotten() -> None:
    waiting = queue(most=10)
    for n in range(3 * MOST_REMEMBERED):
        waiting.put(n, "", "", 1.0)
        waiting.take()
    assert waiting.remembered <= MOST_REMEMBERED + 11
