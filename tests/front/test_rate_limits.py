"""Limits: all web processes together let through what the limit says."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.rate_limit import RateLimit
from strp.front.rate_limits import (
    DOOR_PER_BLOCK,
    LOOKED_AT,
    TICKETS_PER_BLOCK,
    UNPROVEN_PER_BLOCK,
    Limiter,
    share,
)

NOW = datetime(2021, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize("processes", [1, 2, 5])
@pytest.mark.parametrize("limit", [DOOR_PER_BLOCK, TICKETS_PER_BLOCK, UNPROVEN_PER_BLOCK])
def test_the_shares_of_all_processes_are_the_limit(limit: RateLimit, processes: int) -> None:
    limiters = [Limiter(share(limit, processes)) for _ in range(processes)]
    allowed = [
        not limiter.retry_after_s("203.0.113.0/24", NOW)
        for limiter in limiters
        for _ in range(3000)
    ]
    assert sum(allowed) == limit.burst


def test_no_process_is_left_without_a_share() -> None:
    assert share(UNPROVEN_PER_BLOCK, 1000).burst == 1


@pytest.mark.parametrize("before", [0, 40])
def test_a_flood_of_made_up_blocks_forgets_nobody_who_has_had_a_share(
    before: int,
) -> None:
    limiter = Limiter(RateLimit(burst=10, interval=timedelta(minutes=1)), most=100)
    for n in range(before):
        limiter.retry_after_s(f"early {n}", NOW)
    for _ in range(10):
        limiter.retry_after_s("attacker", NOW)
    for n in range(5_000):
        limiter.retry_after_s(f"made up {n}", NOW)
        if n % 500 == 0:
            assert limiter.retry_after_s("attacker", NOW) > 0
    assert limiter.remembered <= 100


@given(
    asked=st.lists(st.integers(0, 60), min_size=50, max_size=400),
    shares=st.integers(2, 5),
)
def test_whoever_was_refused_stays_so_unless_many_others_are(asked: list[int], shares: int) -> None:
    limiter = Limiter(RateLimit(burst=shares, interval=timedelta(minutes=1)), most=20)
    taken, refused = Counter[int](), set[int]()
    for subject in asked:
        is_refused = limiter.retry_after_s(str(subject), NOW) > 0
        taken[subject] += not is_refused
        refused |= {subject} if is_refused else set()
        full = sum(count >= shares for count in taken.values())
        assert is_refused or subject not in refused or full >= LOOKED_AT
    assert limiter.remembered <= 20
