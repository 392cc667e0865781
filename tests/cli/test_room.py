"""What `strp room status` says first."""

import pytest

from strp.cli.room import verdict_of_room

CALM = {
    "active": False,
    "opens_at": None,
    "in_line": {"employers": 0, "claims": 0},
    "let_in_per_s": 12.0,
    "last_tick_s_ago": 0.4,
    "promised_hours": 5,
    "desk_waiting": 0,
    "desk_overdue": 0,
    "desk_may_still_take": 0,
}
LINE = {"employers": 900, "claims": 34}


@pytest.mark.parametrize(
    ("differs", "says"),
    [
        ({}, ["Nobody waits: visitors come straight in."]),
        ({"active": True}, ["The waiting room stands before the door, and nobody waits."]),
        (
            {"active": True, "in_line": LINE},
            ["Visitors wait: 934 in line, about 12.0 a second come in."],
        ),
        (
            {"last_tick_s_ago": 312.0, "in_line": LINE},
            ["The line stands still: nothing moved it for 312 s. Run `strp serve`."],
        ),
    ],
)
def test_the_state_of_the_line_is_one_sentence(differs: dict[str, object], says: list[str]) -> None:
    assert verdict_of_room(CALM | differs) == says


def test_a_planned_opening_says_until_when_nobody_comes_in() -> None:
    [said] = verdict_of_room(CALM | {"opens_at": "2021-07-05T06:00:00+07:00", "in_line": LINE})
    assert said.startswith("An opening is planned: until ")
    assert "06:00" in said or "06.00" in said


@pytest.mark.parametrize(
    ("differs", "says"),
    [
        ({"promised_hours": 0}, "No policy is in force"),
        ({"desk_overdue": 3, "desk_waiting": 9}, "The desk is late with 3 applications"),
        ({"desk_waiting": 9}, "Officers do not keep up"),
        ({"desk_waiting": 9, "desk_may_still_take": 40}, ""),
    ],
)
def test_whether_officers_keep_up_is_told_where_they_do_not(
    differs: dict[str, object], says: str
) -> None:
    assert "".join(verdict_of_room(CALM | differs)[1:])[: len(says)] == says
