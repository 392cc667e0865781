from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from strp.domain.employers.closure import Closure, in_force, read_moment
from strp.domain.identifiers import Nib

MOMENTS = st.datetimes(datetime(2021, 1, 1), datetime(2021, 12, 31), timezones=st.just(UTC))
SECOND = timedelta(seconds=1)


def made(
    from_at: datetime, until_at: datetime | None = None, lifted_at: datetime | None = None
) -> Closure:
    return Closure(
        closure_id=1,
        nib=Nib(1),
        reason="r",
        citation="c",
        from_at=from_at,
        until_at=until_at,
        lifted_at=lifted_at,
    )


@given(MOMENTS, MOMENTS)
def test_a_closure_holds_from_its_first_moment_and_not_at_its_end(a: datetime, b: datetime) -> None:
    begins, ends = min(a, b), max(a, b) + SECOND
    closure = made(begins, ends)

    assert [closure.holds(at) for at in (begins - SECOND, begins, ends - SECOND, ends)] == [
        False,
        True,
        True,
        False,
    ]


@given(MOMENTS, MOMENTS)
def test_a_lifted_closure_holds_no_more(begins: datetime, lifted: datetime) -> None:
    assert not made(begins, lifted_at=lifted).holds(max(begins, lifted))


@given(st.lists(st.tuples(MOMENTS, st.none() | MOMENTS)), MOMENTS)
def test_the_last_in_force_outlasts_the_others(
    spans: list[tuple[datetime, datetime | None]], at: datetime
) -> None:
    held = in_force([made(*span) for span in spans], at)

    ends = [each.until_at for each in held]
    assert None not in ends[:-1] or ends[-1] is None
    known = [end for end in ends if end is not None]
    assert known == sorted(known)


def test_a_day_belongs_to_the_closure_in_jakarta() -> None:
    begins, ends = read_moment("2021-07-05"), read_moment("2021-07-05", ends=True)

    assert begins == datetime(2021, 7, 4, 17, tzinfo=UTC)
    assert ends == datetime(2021, 7, 5, 17, tzinfo=UTC)


def test_what_is_no_moment_is_not_read() -> None:
    assert [read_moment(text) for text in ("", "soon", "2021-13-01", "9999-12-31")][:3] == [
        None
    ] * 3
