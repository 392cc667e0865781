"""The morning brief: a day's numbers, those of the days before, and what is unusual in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from strp.domain.desk.day_figures import NOTHING, OF_THE_DAY, DayFigures, Sums
from strp.domain.figures import definitions as figure
from strp.domain.figures.definitions import Figure
from strp.domain.text import Text

DAYS_BEFORE: Final = 14
USUAL_DAYS: Final = 7
"""The days before of which "usual" is the mean."""
LATE_BELOW_PERCENT: Final = 95.0
FAILED_PERCENT: Final = 0.1
TURNED_AWAY_PERCENT: Final = 5.0

FIGURES: Final[Sequence[Figure]] = (
    *OF_THE_DAY,
    figure.IN_TIME,
    figure.MINUTES_TO_ANSWER,
    figure.BACKLOG,
    figure.NON_ESSENTIAL,
    figure.ATTEMPTS,
    figure.ASKED,
    figure.CLAIMED,
)
"""The numbers of the brief, in the order in which they are shown and explained."""


class NonEssential(NamedTuple):
    """Companies outside the essential and critical sectors, from the compliance list of the day.

    Args:
        employers: that still filed.
        attempts: filings of theirs that were refused.
        asked: that only asked.
        claimed: that were only claimed.
    """

    employers: int = 0
    attempts: int = 0
    asked: int = 0
    claimed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """One page for those who answer for the city.

    Args:
        figures: of the day.
        before: sums of the days before, by day, as far as anything was counted.
        non_essential: who still came or asked.
        backlog: applications that wait now; None: the day is over, and nobody counted them then.
        reasons: name of each reason of refusal and return.
        sectors: name of each sector.
        made_at: aware.
        is_whole: whether the day is over.
        origin: where the numbers come from, where they are not those of a day that happened.
    """

    figures: DayFigures
    before: Mapping[date, Sums]
    non_essential: NonEssential
    backlog: int | None
    reasons: Mapping[str, Text]
    sectors: Mapping[str, Text]
    made_at: datetime
    is_whole: bool
    origin: Text | None = None

    @property
    def usual(self) -> Sums | None:
        """Mean of the week before, of days on which anything was counted; None: of no day."""
        days = sorted(self.before, reverse=True)[:USUAL_DAYS]
        if not days:
            return None
        sums = NOTHING
        for day in days:
            sums = sums.plus(self.before[day])
        return Sums(*(round(each / len(days)) for each in sums))


def value_of(brief: Brief, code: str) -> float | int | None:
    """A number of the brief; None: it is not known, or there is none.

    Args:
        brief: of a day.
        code: of one of FIGURES.
    """
    apart = brief.non_essential
    match code:
        case "backlog":
            return brief.backlog
        case "non_essential":
            return apart.employers
        case "attempts" | "asked" | "claimed":
            return int(getattr(apart, code))
        case _:
            return sum_of(brief.figures.totals, code)


def sum_of(sums: Sums, code: str) -> float | int | None:
    """A number of a day's sums; None: sums have none of that code.

    Args:
        sums: of some hours.
        code: of one of FIGURES.
    """
    found: float | int | None = getattr(sums, code, None)
    return found


def unusual(brief: Brief) -> list[Text]:
    """What a reader should know before the numbers, in sentences; an ordinary day has few."""
    totals = brief.figures.totals
    if totals == NOTHING:
        return [_NOTHING]
    return [*_crowd(brief), *_against_usual(brief), *_promise(brief), *_refusals(brief)]


def _crowd(brief: Brief) -> Iterator[Text]:
    figures = brief.figures
    hits, applications = figures.totals.hits, figures.totals.applications
    if hits and applications and hits >= 100 * applications:
        each = hits // applications
        yield Text(
            f"{dots(hits)} permintaan bukan {dots(hits)} pemohon: pengajuannya "
            f"{dots(applications)}, satu untuk setiap {dots(each)} permintaan.",
            f"{commas(hits)} hits are not {commas(hits)} applicants: there were "
            f"{commas(applications)} applications, one for every {commas(each)} hits.",
        )
    if figures.totals.visits:
        visits = [sums.visits for sums in figures.by_hour]
        hour = visits.index(max(visits))
        yield Text(
            f"Jam teramai {hour:02}.00–{hour:02}.59: {dots(visits[hour])} kunjungan.",
            f"The busiest hour was {hour:02}:00–{hour:02}:59: {commas(visits[hour])} visits.",
        )
    if hits and figures.failed * 100 > hits * FAILED_PERCENT:
        yield Text(
            f"{dots(figures.failed)} permintaan gagal karena galat server "
            f"({_percent(figures.failed, hits).replace('.', ',')} %).",
            f"{commas(figures.failed)} hits failed with a server's error "
            f"({_percent(figures.failed, hits)} %).",
        )
    if hits and figures.turned_away * 100 > hits * TURNED_AWAY_PERCENT:
        yield Text(
            f"{dots(figures.turned_away)} permintaan diminta datang lagi nanti "
            f"({_percent(figures.turned_away, hits).replace('.', ',')} %).",
            f"{commas(figures.turned_away)} hits were told to come again later "
            f"({_percent(figures.turned_away, hits)} %).",
        )


def _against_usual(brief: Brief) -> Iterator[Text]:
    usual = brief.usual
    if usual is None or not brief.is_whole:
        return
    for each in (figure.APPLICATIONS, figure.VISITS, figure.REFUSED):
        now = sum_of(brief.figures.totals, each.code) or 0
        mean = sum_of(usual, each.code) or 0
        if max(now, mean) < 20 or mean / 2 <= now <= mean * 2:
            continue
        more_id, more_en = ("lebih", "more") if now > mean else ("kurang", "less")
        bound_id, bound_en = ("dua kali", "twice") if now > mean else ("separuh", "half")
        yield Text(
            f"{each.name.id}: {dots(now)}, {more_id} dari {bound_id} rata-rata minggu sebelumnya "
            f"({dots(mean)}).",
            f"{each.name.en}: {commas(now)}, {more_en} than {bound_en} the mean of the week before "
            f"({commas(mean)}).",
        )


def _promise(brief: Brief) -> Iterator[Text]:
    totals = brief.figures.totals
    share = totals.in_time_percent
    if share is not None and share < LATE_BELOW_PERCENT:
        percent = f"{share:.1f}"
        yield Text(
            f"{dots(totals.late)} jawaban akhir jatuh setelah tenggat; dalam lima jam selesai "
            f"{percent.replace('.', ',')} %.",
            f"{commas(totals.late)} final answers came after they were due; {percent} % came "
            "inside five hours.",
        )
    if brief.backlog:
        yield Text(
            f"{dots(brief.backlog)} pengajuan masih menunggu petugas pemeriksa.",
            f"{commas(brief.backlog)} applications still wait for an officer.",
        )


def _refusals(brief: Brief) -> Iterator[Text]:
    totals, reasons = brief.figures.totals, brief.figures.by_reason
    if reasons and totals.refused >= 20:
        code, number = next(iter(reasons.items()))
        if 2 * number > totals.refused:
            name = brief.reasons.get(code, Text(code, code))
            yield Text(
                f"Lebih dari separuh penolakan beralasan sama ({dots(number)}): {name.id}",
                f"More than half of the refusals have one reason ({commas(number)}): {name.en}",
            )
    apart = brief.non_essential
    if apart.employers:
        yield Text(
            f"{dots(apart.employers)} perusahaan nonesensial tetap mengajukan pekerjanya, dalam "
            f"{dots(apart.attempts)} pengajuan. Ini dugaan, bukan bukti: lihat daftar kepatuhan.",
            f"{commas(apart.employers)} non-essential companies still filed workers, in "
            f"{commas(apart.attempts)} applications. This is suspicion, not proof: see the "
            "compliance list.",
        )


def dots(number: float) -> str:
    """A whole number as Indonesian groups it: 17.000.000."""
    return f"{number:,.0f}".replace(",", ".")


def commas(number: float) -> str:
    """A whole number as English groups it: 17,000,000."""
    return f"{number:,.0f}"


def _percent(part: int, whole: int) -> str:
    return f"{part * 100 / whole:.1f}"


_NOTHING: Final = Text(
    "Tidak ada yang terhitung pada hari ini.", "Nothing was counted on this day."
)
