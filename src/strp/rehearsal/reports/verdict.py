"""The head of a report: whether it went well, against which thresholds, and why.

A threshold is a number of ours: what the rehearsal promises (nothing lost, no place jumped, no
server's error), or what people bear (goodput at 90 % of the best under a flood, a waiting page
within a second, everybody who wants in let in on the day).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from strp.domain.text import Text

LEAST_GOODPUT: Final = 0.9
MOST_WAITING_PAGE_MS: Final = 1000.0
MOST_LATE_SHARE: Final = 0.05
MOST_FORECAST_ERROR_PERCENT: Final = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """What a figure must not pass.

    Args:
        name: of the figure, as the JSON has it.
        most: that it may be; None: no most.
        least: that it must be; None: no least.
        missed: why it matters where it is passed, and where to look.
    """

    name: str
    missed: Text
    most: float | None = None
    least: float | None = None

    def is_kept(self, value: float) -> bool:
        """Whether a figure keeps it."""
        return not (
            (self.most is not None and value > self.most)
            or (self.least is not None and value < self.least)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A figure beside its threshold."""

    threshold: Threshold
    value: float
    is_kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a report says first.

    Args:
        is_good: whether every threshold was kept.
        judged: each figure that was measured, beside its threshold.
        why: what happened, in a sentence or two.
    """

    is_good: bool
    judged: Sequence[Judged]
    why: Text


def judge(report: Mapping[str, Any], thresholds: Sequence[Threshold], why: Text) -> Verdict:
    """Hold a report against its thresholds.

    Args:
        report: figures by name; what was not measured is not judged.
        thresholds: of its kind.
        why: what happened where all is kept; what was missed is said before it.
    """
    judged = [
        Judged(threshold=each, value=report[each.name], is_kept=each.is_kept(report[each.name]))
        for each in thresholds
        if isinstance(report.get(each.name), int | float)
    ]
    missed = [each.threshold.missed for each in judged if not each.is_kept]
    told = Text(
        " ".join([*(each.id for each in missed), why.id]),
        " ".join([*(each.en for each in missed), why.en]),
    )
    return Verdict(is_good=not missed, judged=judged, why=told)


_ERRORS = Threshold(
    name="errors_5xx",
    most=0,
    missed=Text(
        "Server menjawab dengan galat: periksa catatan proses web pada detik itu.",
        "The server answered with errors: look at the log of the web processes of that second.",
    ),
)
_LOST = Threshold(
    name="lost_receipts",
    most=0,
    missed=Text(
        "Ada tanda terima yang tidak tersimpan: jangan dibuka sebelum sebabnya ditemukan.",
        "Receipts were not stored: do not open before the cause is found.",
    ),
)
_JUMPED = Threshold(
    name="inversions",
    most=0,
    missed=Text(
        "Ada yang melangkahi antrean: urutan yang diumumkan tidak dipegang.",
        "Places in line were jumped: the published order was not kept.",
    ),
)
OF_SURGE: Final = (
    _LOST,
    _ERRORS,
    _JUMPED,
    Threshold(
        name="goodput_ratio",
        least=LEAST_GOODPUT,
        missed=Text(
            "Di bawah banjir pekerjaan yang selesai turun: kurangi yang dibiarkan masuk, atau "
            "tambah mesin.",
            "Under the flood less work was finished: let fewer in, or add machines.",
        ),
    ),
    Threshold(
        name="waiting_page_p99_ms",
        most=MOST_WAITING_PAGE_MS,
        missed=Text(
            "Halaman antrean lambat: letakkan nginx atau CDN di depannya.",
            "The waiting page was slow: put nginx or a CDN in front of it.",
        ),
    ),
)
OF_SIMULATION: Final = (
    Threshold(
        name="still_in_line",
        most=0,
        missed=Text(
            "Tidak semua masuk pada hari itu: tambah mesin, atau umumkan hari berikutnya.",
            "Not everybody came in on the day: add machines, or announce the next day.",
        ),
    ),
)
OF_DESK: Final = (
    Threshold(
        name="double_decisions",
        most=0,
        missed=Text(
            "Ada pengajuan yang diputus dua kali.", "Some applications were decided twice."
        ),
    ),
    Threshold(
        name="lost_leases",
        most=0,
        missed=Text(
            "Ada pengajuan yang hilang dari antrean.", "Applications left the desk undecided."
        ),
    ),
    Threshold(
        name="late_share",
        most=MOST_LATE_SHARE,
        missed=Text(
            "Terlalu banyak yang terlambat: tambah petugas pada jam yang ditunjukkan grafik.",
            "Too many were late: add officers in the hours that the chart shows.",
        ),
    ),
    Threshold(
        name="forecast_median_error_percent",
        most=MOST_FORECAST_ERROR_PERCENT,
        missed=Text(
            "Perkiraan meleset: jangan dipakai untuk menjadwalkan petugas.",
            "The forecast was off: do not plan shifts by it.",
        ),
    ),
)
