"""One box for officials: a receipt, a serial, a NIB, an employer's name, or a worker.

A worker is found by the whole NIK, wherever filed; or, behind the NIB of an employer, by a part of
the name and the last four digits, among its latest filings. Names are sealed, so no more workers
are opened than `MOST_OPENED`. Each worker that is shown is a look, and is recorded.
"""

import asyncio
from collections.abc import Sequence
from typing import Final, NamedTuple

from strp.domain.errors import FieldError, InvalidInput
from strp.domain.filing.application import WorkerState
from strp.domain.identifiers import ApplicationId, Nib, SerialNumber, parse_nib
from strp.domain.people.account import Actor, may_review, not_your_task
from strp.domain.text import Text, clean_line
from strp.store import audit
from strp.store.certificates import issued
from strp.store.employers import registry
from strp.store.engine.database import Connection
from strp.store.filing import applications, engagements, workers
from strp.usecases.filing.show import open_person
from strp.usecases.process.system import System
from strp.usecases.rules.current import current_periods

LONGEST: Final = 100
SHORTEST_NAME: Final = 3
NIK_DIGITS: Final = 16
NIB_DIGITS: Final = 13
LAST_DIGITS: Final = 4
MOST_OPENED: Final = 5_000
OPENED_AT_ONCE: Final = 250
LATEST_FILINGS: Final = 20
MOST_SHOWN: Final = 50


class FoundEmployer(NamedTuple):
    """An employer of the registry."""

    nib: Nib
    name: str


class FoundWorker(NamedTuple):
    """A worker of a filing; of the NIK or document only the last four characters."""

    nib: Nib
    employer: str
    application_id: ApplicationId
    row: int
    name: str
    identity_tail: str
    state: WorkerState


class Found(NamedTuple):
    """What a search found.

    Args:
        application: the receipt's filing, or the one of a serial's worker.
        row: of the serial's worker; 0: it was a receipt.
        employers: whose NIB or name it is.
        workers: who were looked for.
        looked_at: workers that were opened.
        is_all: whether all that there are were looked at.
    """

    application: ApplicationId | None = None
    row: int = 0
    employers: Sequence[FoundEmployer] = ()
    workers: Sequence[FoundWorker] = ()
    looked_at: int = 0
    is_all: bool = True


async def search(system: System, actor: Actor, typed: str) -> Found:
    """What an official typed, looked up as what it is.

    Args:
        system: the installation.
        actor: an official who reviews.
        typed: as typed.

    Raises:
        Forbidden: the actor does not review.
        InvalidInput: `search-too-short`; says what can be searched for.
    """
    if not may_review(actor):
        raise not_your_task()
    text = clean_line(typed).strip()[:LONGEST]
    async with system.database.connection() as conn:
        if (receipt := system.keys.receipts.read(text)) is not None:
            found = await applications.find_application(conn, ApplicationId(receipt))
            return Found() if found is None else Found(found.application_id)
        if (serial := system.keys.serials.read(text)) is not None:
            certificate = await issued.find_certificate(conn, SerialNumber(serial))
            if certificate is None:
                return Found()
            return Found(certificate.application_id, certificate.row_no)
    digits = "".join(each for each in text if each.isdigit())
    words = [] if any(each.isalpha() for each in text) else [digits]
    if words and len(digits) == NIK_DIGITS:
        return await _by_nik(system, actor, digits)
    first, _, rest = text.partition(" ")
    nib = parse_nib(first) or (parse_nib(digits) if words else None)
    if nib is not None and (not rest.strip() or words):
        async with system.database.connection() as conn:
            return Found(employers=await _named(conn, [nib]))
    if nib is not None and any(len(word) >= SHORTEST_NAME for word in rest.split()):
        return await _of_employer(system, actor, nib, rest.casefold().split())
    if nib is not None or len(text) < SHORTEST_NAME:
        fields = [FieldError("q", "too-short", _TOO_SHORT)]
        raise InvalidInput("search-too-short", _TOO_SHORT, fields=fields)
    async with system.database.connection() as conn:
        by_name = await registry.find_by_name(conn, text, MOST_SHOWN)
    return Found(employers=[FoundEmployer(*each) for each in by_name])


async def _by_nik(system: System, actor: Actor, nik: str) -> Found:
    """Who has filed the worker of a NIK, in any period that there is."""
    index = system.keys.index(f"NIK:{nik}")
    async with system.database.transaction() as conn:
        found = [
            each
            for period in await current_periods(system)
            for each in await engagements.engaged_workers(conn, [index], period.number)
        ]
        names = await engagements.employer_names(conn, {each.nib for each in found})
        shown = [_worker(system, names.get(each.nib, ""), each) for each in found[:MOST_SHOWN]]
        await _record(conn, system, actor, shown)
    return Found(workers=shown, looked_at=len(found))


async def _of_employer(system: System, actor: Actor, nib: Nib, words: Sequence[str]) -> Found:
    """Workers of an employer's latest filings whose name and last digits are these."""
    async with system.database.connection() as conn:
        names = await engagements.employer_names(conn, [nib])
        filings = await applications.list_applications(conn, nib, limit=LATEST_FILINGS)
    shown: list[FoundWorker] = []
    looked_at = 0
    for filing in filings:
        after: int | None = 0
        while after is not None and looked_at < MOST_OPENED and len(shown) < MOST_SHOWN:
            number = filing.application_id
            async with system.database.connection() as conn:
                some, after = await workers.list_workers(
                    conn, nib, number, state=None, after=after, limit=OPENED_AT_ONCE
                )
            for each in some:
                one = engagements.EngagedWorker(
                    b"", nib, number, each.row_no, each.state, each.sealed
                )
                worker = _worker(system, names.get(nib, ""), one)
                if _matches(worker, words):
                    shown.append(worker)
            looked_at += len(some)
            await asyncio.sleep(0)  # others are answered between two sets
    shown = shown[:MOST_SHOWN]
    async with system.database.transaction() as conn:
        await _record(conn, system, actor, shown)
    is_all = looked_at < MOST_OPENED and len(shown) < MOST_SHOWN and len(filings) < LATEST_FILINGS
    return Found(workers=shown, looked_at=looked_at, is_all=is_all)


def _matches(worker: FoundWorker, words: Sequence[str]) -> bool:
    name, tail = worker.name.casefold(), worker.identity_tail.casefold()
    return all(word in name or word == tail for word in words)


def _worker(system: System, employer: str, one: engagements.EngagedWorker) -> FoundWorker:
    person = open_person(system, one.nib, one.application_id, one.row_no, one.sealed)
    return FoundWorker(
        one.nib,
        employer,
        one.application_id,
        one.row_no,
        person.name,
        (person.nik or person.document or "")[-LAST_DIGITS:],
        WorkerState(one.state),
    )


async def _named(conn: Connection, nibs: Sequence[Nib]) -> list[FoundEmployer]:
    names = await engagements.employer_names(conn, nibs)
    return [FoundEmployer(nib, name) for nib, name in names.items()]


async def _record(
    conn: Connection, system: System, actor: Actor, shown: Sequence[FoundWorker]
) -> None:
    """Record each look (UU 27/2022, article 31), as the worker's own page tells it."""
    at = system.clock()
    await audit.record_many(
        conn,
        [
            audit.NewEvent(
                at,
                actor.label,
                "workers-seen",
                f"application:{each.application_id}",
                {"from_row": each.row, "to_row": each.row},
            )
            for each in shown
        ],
    )


_TOO_SHORT = Text(
    id="Tulis tanda terima, nomor seri, NIB, NIK lengkap, atau sedikitnya tiga huruf dari nama "
    "perusahaan atau pekerja.",
    en="Write a receipt, a serial, a NIB, a whole NIK, or at least three letters of the name of "
    "an employer or a worker.",
)
