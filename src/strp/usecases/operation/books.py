"""Checking the books: does everything that was filed, decided and issued add up?"""

import time
from typing import NamedTuple

from strp.domain.text import Text
from strp.store.operation import books
from strp.usecases.process.system import System

MOST_NAMED = 10

MEANINGS = {
    "ledger": Text(
        id="setiap baris daftar ada di tepat satu kolom",
        en="every row of a roster is in exactly one column",
    ),
    "desk": Text(
        id="pengajuan ada di antrean selama ada pekerja yang belum diputuskan",
        en="an application is on the desk as long as a worker is undecided",
    ),
    "proposals": Text(
        id="hanya pekerja yang menunggu yang diusulkan disetujui",
        en="only workers who wait are proposed for approval",
    ),
    "issuing": Text(
        id="setiap pekerja yang disetujui bersertifikat atau menunggu terbit",
        en="every approved worker has a certificate or waits for one",
    ),
    "certificates": Text(
        id="setiap sertifikat milik pekerja yang disetujui",
        en="every certificate belongs to an approved worker",
    ),
    "counts": Text(
        id="jumlah pada pengajuan sama dengan pekerjanya",
        en="the counts of an application are those of its workers",
    ),
    "serials": Text(
        id="tidak ada nomor seri yang dipakai dua kali",
        en="no serial was used twice",
    ),
    "quota": Text(
        id="kuota terpakai sama dengan jumlah pekerja itu",
        en="the quota in use is that of these workers",
    ),
    "engagements": Text(
        id="setiap pekerja yang menunggu atau bersurat yang masih berlaku tercatat pada "
        "perusahaannya",
        en="every worker who is pending, or approved and not out since, is booked with the "
        "employer",
    ),
}


class BookRule(NamedTuple):
    """One rule of the books, and for whom it does not hold.

    Args:
        wrong: the first applications, or for `quota` employers; empty where the rule holds,
            None where there was no time to ask.
    """

    rule: str
    meaning: Text
    wrong: list[int] | None


async def check_books(system: System, within_s: float | None = None) -> list[BookRule]:
    """Ask every rule of the books, all at one moment; those that read little come first.

    Reads whole tables: minutes at millions of workers, and holds nobody up.

    Args:
        system: the installation.
        within_s: longest that all may take; None: as long as they take.

    Raises:
        Unavailable: the database does not answer.
    """
    end = None if within_s is None else time.monotonic() + within_s
    async with system.database.transaction() as conn:
        await books.read_as_of_now(conn)
        found = []
        for rule, meaning in MEANINGS.items():
            left_s = None if end is None else end - time.monotonic()
            wrong = None
            if left_s is None or left_s > 0:
                wrong = await books.imbalances(conn, rule, MOST_NAMED, left_s)
            found.append(BookRule(rule, meaning, wrong))
        return found
