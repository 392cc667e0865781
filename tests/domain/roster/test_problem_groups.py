"""Problems by kind keep every row, once."""

from hypothesis import given
from hypothesis import strategies as st

from strp.domain.roster.problem_groups import group_problems
from strp.domain.roster.row import SHEET_ROWS, Problem

PROBLEMS = st.lists(
    st.builds(
        Problem,
        row=st.integers(1, 40) | st.integers(SHEET_ROWS + 1, SHEET_ROWS + 9),
        column=st.sampled_from(["nik", "telepon", "jenis_lokasi"]),
        code=st.sampled_from(["missing", "invalid"]),
    ),
    unique=True,
)


@given(PROBLEMS)
def test_each_row_of_each_kind_is_told_once(problems: list[Problem]) -> None:
    told = [
        (group.column, group.code, row)
        for group in group_problems(problems)
        for first, last in group.stretches
        for row in range(first, last + 1)
    ]
    assert sorted(told) == sorted((each.column, each.code, each.row) for each in problems)
    assert sum(group.rows for group in group_problems(problems)) == len(problems)


def test_rows_that_follow_each_other_are_one_stretch() -> None:
    [group] = group_problems([Problem(row, "jenis_lokasi", "invalid") for row in (9, 5, 10, 11)])
    assert group.stretches == ((5, 5), (9, 11))


def test_what_cost_rows_comes_before_warnings_and_what_most_rows_share_first() -> None:
    problems = [Problem(row, "telepon", "invalid") for row in range(1, 9)]
    problems += [Problem(20, "nik", "invalid"), *(Problem(n, "nik", "missing") for n in (21, 22))]
    assert [(one.column, one.code) for one in group_problems(problems)] == [
        ("nik", "missing"),
        ("nik", "invalid"),
        ("telepon", "invalid"),
    ]
