"""What a certificate is worth at a moment, and names that fit into it."""

import dataclasses
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.certificates.certificate import (
    ELLIPSIS,
    NAME_MAX_CHARACTERS,
    Claims,
    Freshness,
    FreshnessState,
    Status,
    Verdict,
    compose,
    freshness,
    grounds,
    judge,
    shorten,
)
from strp.domain.civil_time import WIB, day_text
from strp.domain.identifiers import PeriodId, TaggedNumbers
from strp.domain.roster.row import SiteType
from strp.domain.rules.checkpoint import Admits, CheckpointRule, CheckpointWindow
from strp.domain.rules.policy import Period, SectorClass
from strp.domain.text import Text

PERIOD = Period(PeriodId(1), "JULI", Text("Juli", "July"), date(2021, 7, 3), date(2021, 7, 20))
SERIALS = TaggedNumbers(b"k" * 16, "serial")
NOON = datetime(2021, 7, 6, 12, tzinfo=WIB)


def claims(serial_no: int = 5, sector: str = "E-a") -> Claims:
    shared = grounds(
        issuer="ID-JK",
        issued_at=datetime(2021, 7, 5, 1, 2, 3, 456789, tzinfo=UTC),
        period=PERIOD,
        employer="PT Bank Contoh",
        sector=sector,
        sector_class=SectorClass.ESSENTIAL,
        region=3174,
    )
    return compose(
        shared,
        serial_no=serial_no,
        serial=SERIALS.value(serial_no),
        holder="Siti Aminah",
        identity="3174014101900042",
        site_type=SiteType.SERVICE,
    )


def verdict(
    now: datetime,
    *,
    period: Period | None = PERIOD,
    status: Status | None = Status.VALID,
    checkpoint: CheckpointRule | None = None,
    sector: str = "E-a",
) -> Verdict:
    periods = {period.number: period} if period else {}
    one = claims(sector=sector)
    return judge(one, now=now, periods=periods, status=status, checkpoint=checkpoint).verdict


def jakarta(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, WIB)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (jakarta(date(2021, 7, 2), time(23, 59, 59)), Verdict.NOT_YET_VALID),
        (jakarta(date(2021, 7, 3), time(0, 0)), Verdict.VALID),
        (jakarta(date(2021, 7, 20), time(23, 59, 59)), Verdict.VALID),
        (jakarta(date(2021, 7, 21), time(0, 0)), Verdict.EXPIRED),
    ],
)
def test_both_boundary_days_of_a_period_belong_to_it_in_jakarta(
    now: datetime, expected: Verdict
) -> None:
    assert verdict(now) is expected


def test_a_moment_means_the_same_in_every_time_zone() -> None:
    last = jakarta(date(2021, 7, 20), time(23, 59)).astimezone(UTC)
    assert verdict(last) is Verdict.VALID


def test_a_prolonged_period_makes_an_old_certificate_valid_again() -> None:
    now = jakarta(date(2021, 7, 24), time(8))
    assert verdict(now, period=PERIOD._replace(ends_on=date(2021, 7, 25))) is Verdict.VALID


def test_a_period_that_was_cut_short_ends_earlier_than_was_printed() -> None:
    now = jakarta(date(2021, 7, 12), time(8))
    assert verdict(now, period=PERIOD._replace(ends_on=date(2021, 7, 11))) is Verdict.EXPIRED


@pytest.mark.parametrize(("day", "expected"), [(20, Verdict.VALID), (21, Verdict.EXPIRED)])
def test_where_the_period_is_unknown_the_printed_expiry_counts(day: int, expected: Verdict) -> None:
    assert verdict(jakarta(date(2021, 7, day), time(8)), period=None) is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.VALID, Verdict.VALID),
        (Status.REVOKED, Verdict.REVOKED),
        (Status.SUSPENDED, Verdict.SUSPENDED),
        (None, Verdict.UNTRUSTED),
    ],
)
def test_the_status_list_decides(status: Status | None, expected: Verdict) -> None:
    assert verdict(NOON, status=status) is expected


def test_a_revoked_certificate_is_revoked_even_after_its_period() -> None:
    now = jakarta(date(2021, 8, 1), time(8))
    assert verdict(now, status=Status.REVOKED) is Verdict.REVOKED


ROAD = CheckpointRule(
    code="road",
    name=Text("Jalan", "Road"),
    from_on=None,
    until_on=None,
    windows=(
        CheckpointWindow(time(6), time(10), Admits.HOLDERS),
        CheckpointWindow(time(10), time(22), Admits.SECTORS, ("K-a",)),
        CheckpointWindow(time(22), time(6), Admits.EVERYONE),
    ),
    citation="",
)


@pytest.mark.parametrize(
    ("clock", "sector", "expected"),
    [
        (time(6, 0), "E-a", Verdict.VALID),
        (time(9, 59), "E-a", Verdict.VALID),
        (time(10, 0), "E-a", Verdict.OUTSIDE_WINDOW),
        (time(10, 0), "K-a", Verdict.VALID),
        (time(21, 59), "E-a", Verdict.OUTSIDE_WINDOW),
        (time(22, 0), "E-a", Verdict.VALID),
        (time(5, 59), "E-a", Verdict.VALID),
    ],
)
def test_a_checkpoint_lets_pass_by_hour_and_sector(
    clock: time, sector: str, expected: Verdict
) -> None:
    now = jakarta(date(2021, 7, 15), clock)
    assert verdict(now, checkpoint=ROAD, sector=sector) is expected


def test_an_expired_certificate_does_not_pass_in_open_hours() -> None:
    now = jakarta(date(2021, 7, 22), time(23))
    assert verdict(now, checkpoint=dataclasses.replace(ROAD)) is Verdict.EXPIRED


def test_a_reason_names_the_last_day_in_both_languages() -> None:
    reason = judge(claims(), now=NOON, periods={}, status=Status.VALID).reason
    assert ("20 Juli 2021" in reason.id, "20 July 2021" in reason.en) == (True, True)


def test_a_certificate_keeps_only_the_last_four_of_an_identity() -> None:
    assert claims().identity_tail == "0042"


def test_a_certificate_expires_when_the_last_day_ends_in_jakarta() -> None:
    assert claims().expires_at == datetime(2021, 7, 20, 17, tzinfo=UTC)


def test_issue_times_have_whole_seconds() -> None:
    assert claims().issued_at == datetime(2021, 7, 5, 1, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("serial_no", "place"),
    [(0, (0, 0)), (1_048_575, (0, 1_048_575)), (1_048_576, (1, 0)), (3_145_733, (3, 5))],
)
def test_the_serial_number_says_where_the_status_is_kept(
    serial_no: int, place: tuple[int, int]
) -> None:
    one = claims(serial_no)
    assert (one.status_list, one.status_index) == place


def test_the_serial_can_be_typed() -> None:
    assert SERIALS.read(claims(77).serial_text) == 77


@given(st.text(max_size=100), st.integers(10, 200))
def test_a_shortened_name_fits(name: str, room: int) -> None:
    short = shorten(name, room)
    assert len(short) <= NAME_MAX_CHARACTERS and len(short.encode()) <= room


@given(st.text(max_size=100), st.integers(10, 200))
def test_a_shortened_name_is_one_line_without_invisible_characters(name: str, room: int) -> None:
    assert shorten(name, room).isprintable()


@given(st.text(max_size=100), st.integers(10, 200))
def test_shortening_what_is_short_changes_nothing(name: str, room: int) -> None:
    short = shorten(name, room)
    assert shorten(short, room) == short


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40))
def test_a_plain_name_of_forty_characters_stays_as_it_is(name: str) -> None:
    assert shorten(name, NAME_MAX_CHARACTERS) == name


def test_a_name_that_was_cut_says_so() -> None:
    assert shorten("A" * 41, 80) == "A" * 39 + ELLIPSIS


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Siti\u202eAminah", "Siti Aminah"),
        ("Siti\n Aminah", "Siti Aminah"),
        ("Siti\u200bAminah", "Siti Aminah"),
        ("Jose\u0301", "José"),
        ("A\ud800B", "A B"),
    ],
    ids=["bidi override", "new line", "zero width space", "combining accent", "surrogate"],
)
def test_a_name_holds_nothing_that_misleads_the_eye(name: str, clean: str) -> None:
    assert shorten(name, 40) == clean


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_bundle_is_stale_from_its_next_update_on(age_s: int, lasts_s: int) -> None:
    found = freshness(
        issued_at=NOON,
        next_update=NOON + timedelta(seconds=lasts_s),
        now=NOON + timedelta(seconds=age_s),
    )
    state = FreshnessState.FRESH if age_s < lasts_s else FreshnessState.STALE
    assert found == Freshness(state, age_s)


def test_a_clock_that_is_behind_does_not_make_a_negative_age() -> None:
    found = freshness(issued_at=NOON, next_update=NOON, now=NOON - timedelta(hours=1))
    assert found.age_s == 0


def test_a_day_is_written_in_words() -> None:
    assert day_text(date(2021, 8, 5)) == Text("5 Agustus 2021", "5 August 2021")
