"""One key reads so many workers a second, and leaves the others theirs."""

from datetime import UTC, datetime, timedelta

import pytest

from strp.domain.errors import TooMany
from strp.usecases.process.row_shares import RowShares

NOW = datetime(2021, 7, 5, 8, 0, tzinfo=UTC)


def read_until_refused(shares: RowShares, reader: str, now: datetime) -> int:
    """Pages of a thousand that somebody reads at one moment."""
    pages = 0
    with pytest.raises(TooMany) as raised:
        while pages < 500:
            shares.check(reader, now)
            shares.count(reader, 1_000, now)
            pages += 1
    assert raised.value.code == "too-many-requests"
    assert raised.value.retry_after_s == 1
    return pages


def test_five_hundred_pages_of_a_thousand_are_not_read_at_once() -> None:
    shares = RowShares()
    assert read_until_refused(shares, "key:1", NOW) == 30
    assert read_until_refused(shares, "key:1", NOW + timedelta(seconds=1)) == 2


def test_a_refusal_costs_nothing_and_others_have_their_own() -> None:
    shares = RowShares()
    read_until_refused(shares, "key:1", NOW)
    shares.check("key:2", NOW)
    shares.check("key:1", NOW + timedelta(milliseconds=500))


def test_small_answers_count_as_a_hundred_however_many_were_asked_for() -> None:
    shares = RowShares()
    for _ in range(300):
        shares.check("key:1", NOW)
        shares.count("key:1", 1, NOW)
    with pytest.raises(TooMany):
        shares.check("key:1", NOW)
