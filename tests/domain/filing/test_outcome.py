"""A receipt's head says what became of the filing, and is green only where all is well."""

from dataclasses import fields
from datetime import UTC, datetime

import pytest

from strp.domain.filing.application import Application
from strp.domain.filing.outcome import Fates, StillOpen, Tone, outcome_of

AT = datetime(2021, 7, 5, 1, tzinfo=UTC)


def application(**counts: int) -> Application:
    usual: dict[str, object] = {
        "policy_id": "x", "sector": "x", "state": "decided", "submitted_at": AT, "due_at": AT,
        "decided_at": AT, "source_format": "csv", "problems": None,
    }  # fmt: skip
    zeros = {field.name: 0 for field in fields(Application) if field.name not in usual}
    return Application(**(usual | zeros | counts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("counts", "fates", "tone", "text"),
    [
        ({"approved": 4, "rejected": 16}, Fates(), Tone.ACT, "4 disetujui, 16 belum masuk"),
        ({"refused": 8}, Fates(), Tone.BAD, "8 ditolak"),
        ({"approved": 9, "refused": 1}, Fates(), Tone.PARTLY, "9 disetujui, 1 ditolak"),
        ({"pending": 9, "refused": 1}, Fates(), Tone.PARTLY, "9 menunggu petugas, 1 ditolak"),
        ({"approved": 1, "refused": 1}, Fates(revoked=1), Tone.BAD, "1 dicabut, 1 ditolak"),
        ({"approved": 10}, Fates(revoked=10), Tone.BAD, "10 dicabut"),
        ({"approved": 10}, Fates(suspended=4), Tone.BAD, "6 disetujui, 4 ditangguhkan"),
        ({"approved": 10}, Fates(ended=1), Tone.GOOD, "9 disetujui, 1 diakhiri"),
        ({"approved": 10}, Fates(), Tone.GOOD, "10 disetujui"),
        ({"approved": 1290}, Fates(), Tone.GOOD, "1.290 disetujui"),
        ({"approved": 1, "pending": 2}, Fates(), Tone.WAITING, "1 disetujui, 2 menunggu petugas"),
        ({"returned": 2}, Fates(), Tone.ACT, "2 dikembalikan"),
        ({"approved": 2, "leavers": 2}, Fates(), Tone.WAITING, "2 dicatat keluar"),
        ({"approved": 3, "leavers": 1}, Fates(), Tone.GOOD, "2 disetujui, 1 dicatat keluar"),
        ({"unchanged": 5}, Fates(), Tone.WAITING, "Tidak ada yang baru"),
    ],
)
def test_the_outcome_of_a_filing(
    counts: dict[str, int], fates: Fates, tone: Tone, text: str
) -> None:
    outcome = outcome_of(application(**counts), fates)
    assert (outcome.tone, outcome.text.id) == (tone, text)


def test_rows_that_were_sent_again_wait_no_more() -> None:
    filed = application(approved=4, rejected=3, returned=2)
    partly = outcome_of(filed, Fates(), StillOpen(rejected=0, returned=1))
    wholly = outcome_of(filed, Fates(), StillOpen(rejected=0, returned=0))
    assert (partly.tone, partly.text.id) == (
        Tone.ACT,
        "4 disetujui, 1 dikembalikan, 4 sudah dikirim lagi",
    )
    assert (wholly.tone, wholly.text.id) == (Tone.GOOD, "4 disetujui, 5 sudah dikirim lagi")
