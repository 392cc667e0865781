"""Lateness: by how much a decision came after its due time, and why."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from strp.domain.durations import span_in_words
from strp.domain.text import Text


class LateBecause(StrEnum):
    """Why an application was decided late; the first that holds, in this order."""

    ON_HOLD = "on-hold"
    THIRD_OFFICER = "third-officer"
    SUPERVISOR = "supervisor"
    SECOND_OFFICER = "second-officer"
    RULING = "ruling"
    IN_HAND = "in-hand"
    NOT_TAKEN = "not-taken"


class Lateness(NamedTuple):
    """Applications that were decided late for one reason.

    Args:
        median: by how much.
        most: by how much the latest was.
    """

    because: LateBecause
    applications: int
    median: timedelta
    most: timedelta


LATE_BECAUSE: Final[Mapping[LateBecause, Text]] = {
    LateBecause.ON_HOLD: Text(
        id="Perusahaan sedang ditutup, jadi pengajuannya ditahan",
        en="The employer was closed, so the application was held",
    ),
    LateBecause.THIRD_OFFICER: Text(
        id="Dua petugas berbeda pendapat, dan petugas ketiga memutuskan",
        en="Two officers differed, and a third decided",
    ),
    LateBecause.SUPERVISOR: Text(id="Penyelia diminta pendapatnya", en="A supervisor was asked"),
    LateBecause.SECOND_OFFICER: Text(
        id="Petugas kedua harus menyetujui", en="A second officer had to confirm"
    ),
    LateBecause.RULING: Text(
        id="Sektor atau pegawai perusahaan baru ditetapkan setelah tenggat",
        en="The employer's sector or staff was ruled on only after the due time",
    ),
    LateBecause.IN_HAND: Text(
        id="Diambil petugas sebelum tenggat, tetapi belum selesai",
        en="An officer had taken it before the due time and was not done",
    ),
    LateBecause.NOT_TAKEN: Text(
        id="Tidak ada petugas yang bebas sebelum tenggat",
        en="No officer was free before the due time",
    ),
}


def late_in_words(late_s: int, because: str) -> Text:
    """By how much an application was decided late, and why.

    Args:
        late_s: seconds after its due time.
        because: code of the reason.
    """
    span, why = span_in_words(timedelta(seconds=late_s)), LATE_BECAUSE[LateBecause(because)]
    return Text(id=f"terlambat {span.id}. {why.id}.", en=f"{span.en} late. {why.en}.")
