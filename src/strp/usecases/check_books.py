"""Checking the books: does everything that was filed, decided and issued add up?"""

from typing import NamedTuple

from strp.domain.text import Text
from strp.store import books
from strp.usecases.system import System

MOST_NAMED = 10

MEANINGS = {
    "ledger": Text(
        id="setiap baris daftar ada di tepat satu kolom",
        en="every row of a roster is in exactly one column",
    ),
    "counts": Text(
        id="jumlah pada permohonan sama dengan pekerjanya",
        en="the counts of an application are those of its workers",
    ),
    "certificates": Text(
        id="setiap sertifikat milik pekerja yang disetujui",
        en="every certificate belongs to an approved worker",
    ),
    "serials": Text(
        id="tidak ada nomor seri yang dipakai dua kali",
        en="no serial was used twice",
    ),
    "issuing": Text(
        id="setiap pekerja yang disetujui bersertifikat atau menunggu terbit",
        en="every approved worker has a certificate or waits for one",
    ),
    "desk": Text(
        id="permohonan ada di meja selama ada pekerja yang belum diputuskan",
        en="an application is on the desk as long as a worker is undecided",
    ),
    "engagements": Text(
        id="setiap pekerja yang menunggu atau bersurat yang masih berlaku tercatat pada "
        "perusahaannya",
        en="every worker who is pending, or approved and not out since, is booked with the "
        "employer",
    ),
    "quota": Text(
        id="kuota terpakai sama dengan jumlah pekerja itu",
        en="the quota in use is that of these workers",
    ),
    "proposals": Text(
        id="hanya pekerja yang menunggu yang diusulkan disetujui",
        en="only workers who wait are proposed for approval",
    ),
}


class BookRule(NamedTuple):
    """One rule of the books, and for whom it does not hold.

    Args:
        wrong: the first applications, or for `quota` employers; empty where the rule holds.
    """

    rule: str
    meaning: Text
    wrong: list[int]


async def check_books(system: System) -> list[BookRule]:
    """Ask every rule of the books, all at one moment.

    Reads whole tables: minutes at millions of workers, and holds nobody up.

    Raises:
        Unavailable: the database does not answer.
    """
    async with system.database.transaction() as conn:
        await books.read_as_of_now(conn)
        return [
            BookRule(rule, meaning, await books.imbalances(conn, rule, MOST_NAMED))
            for rule, meaning in MEANINGS.items()
        ]
