from datetime import UTC, datetime, timedelta

import pytest

from strp.domain.text import Text
from strp.web.framework.durations import age, time_left

NOW = datetime(2021, 7, 5, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (timedelta(hours=4, minutes=59), Text("4 jam 59 menit lagi", "4 h 59 min left")),
        (timedelta(minutes=1), Text("1 menit lagi", "1 min left")),
        (timedelta(0), Text("kurang dari 1 menit lagi", "less than 1 min left")),
        (timedelta(days=2, hours=3), Text("2 hari 3 jam lagi", "2 d 3 h left")),
        (timedelta(minutes=-20), Text("terlambat 20 menit", "20 min late")),
    ],
)
def test_time_left_is_told_in_the_two_largest_units(left: timedelta, expected: Text) -> None:
    assert time_left(NOW + left, NOW) == expected


def test_an_age_is_told_without_direction() -> None:
    assert age(6 * 3600) == Text("6 jam", "6 h")
