"""What the brief says stands out is what does, and an ordinary day is quiet."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from strp.domain.desk.brief import FIGURES, Brief, NonEssential, unusual, value_of
from strp.domain.desk.day_figures import DayFigures, Sums
from strp.domain.text import Text

DAY = date(2021, 7, 5)


def brief(
    totals: Sums,
    before: Mapping[date, Sums] | None = None,
    *,
    reasons: Mapping[str, int] | None = None,
    apart: NonEssential = NonEssential(),  # noqa: B008
    backlog: int | None = None,
    failed: int = 0,
) -> Brief:
    return Brief(
        figures=DayFigures(
            day=DAY,
            exercise=False,
            totals=totals,
            by_hour=[Sums(visits=1)] * 8 + [totals] + [Sums()] * 15,
            by_sector={},
            by_region={},
            by_officer={},
            by_reason=reasons or {},
            failed=failed,
        ),
        before=before or {},
        non_essential=apart,
        backlog=backlog,
        reasons={"over-cap": Text("Melebihi batas.", "Over the cap.")},
        sectors={},
        made_at=datetime(2021, 7, 6, tzinfo=UTC),
        is_whole=True,
    )


def said(one: Brief) -> str:
    return " ".join(each.en for each in unusual(one))


def test_seventeen_million_hits_are_no_applicants() -> None:
    found = said(brief(Sums(hits=17_000_000, applications=14_122)))
    assert "17,000,000 hits are not 17,000,000 applicants" in found
    assert "one for every 1,203 hits" in found


def test_an_ordinary_day_against_its_week_is_quiet() -> None:
    usual = Sums(applications=100, approved=90, refused=10)
    week = {DAY - timedelta(days=n): usual for n in range(1, 8)}
    assert not unusual(brief(usual, week))


def test_more_than_twice_the_mean_of_the_week_is_said() -> None:
    week = {DAY - timedelta(days=n): Sums(applications=100) for n in range(1, 8)}
    assert "Applications: 201, more than twice" in said(brief(Sums(applications=201), week))
    assert "more than twice" not in said(brief(Sums(applications=200), week))


def test_only_the_last_week_is_usual() -> None:
    days = {DAY - timedelta(days=n): Sums(visits=700 if n > 7 else 7) for n in range(1, 15)}
    usual = brief(Sums(), days).usual
    assert usual is not None and usual.visits == 7


def test_decisions_that_came_late_are_said_with_their_share() -> None:
    found = said(brief(Sums(approved=100, late=6)))
    assert "6 final answers came after they were due; 94.0 % came inside five hours." in found


def test_thousands_of_late_answers_keep_the_dots_of_their_language() -> None:
    found = " ".join(each.id for each in unusual(brief(Sums(approved=20_000, late=1_234))))
    assert "1.234 jawaban akhir jatuh setelah tenggat; dalam lima jam selesai 93,8 %." in found


def test_a_share_below_all_is_never_shown_as_all() -> None:
    assert Sums(approved=10_000, late=1).in_time_percent == 99.9


def test_one_reason_for_most_refusals_is_named() -> None:
    found = said(brief(Sums(refused=30), reasons={"over-cap": 20, "nik-invalid": 10}))
    assert "More than half of the refusals have one reason (20): Over the cap." in found


def test_companies_that_filed_all_the_same_are_suspected_and_not_accused() -> None:
    found = said(brief(Sums(refused=1), apart=NonEssential(employers=47, attempts=50)))
    assert "47 non-essential companies still filed" in found
    assert "suspicion, not proof" in found


def test_every_number_has_a_value_or_says_that_there_is_none() -> None:
    one = brief(Sums(applications=3, approved=2), apart=NonEssential(asked=5))
    found = {each.code: value_of(one, each.code) for each in FIGURES}
    assert found["applications"] == 3
    assert found["decided"] == 2
    assert found["asked"] == 5
    assert found["backlog"] is None
