"""Limits: all web processes together let through what the limit says."""

from datetime import UTC, datetime

import pytest

from strp.domain.sign_in import RateLimit
from strp.front.limits import DOOR_PER_BLOCK, TICKETS_PER_BLOCK, UNPROVEN_PER_BLOCK, Limiter, share

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
