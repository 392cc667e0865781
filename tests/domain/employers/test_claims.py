"""Turns of the accounts of one block to claim."""

from datetime import UTC, datetime

from strp.domain.employers.claims import next_turn


def test_past_three_hundred_turns_a_block_is_given_none() -> None:
    now = datetime(2026, 11, 26, 9, tzinfo=UTC)
    busy_until, given = now, 0
    while not (turn := next_turn(busy_until, now)).is_too_far:
        busy_until, given = turn.busy_until, given + (turn.wait_s > 0)
    assert given == 300
