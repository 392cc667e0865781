"""A rehearsed desk: applications that wait for officers, and somebody signed in to look at them."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from strp.domain.desk.review import Decision
from strp.domain.errors import Conflict
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, AccountId, Actor, ActorKind, Role
from strp.domain.people.sign_in import CodePurpose, SessionToken
from strp.domain.text import Language, Text
from strp.store.rehearsal import desk, load_run
from strp.usecases.desk.review import decide_rest, take_next
from strp.usecases.filing.file import body_digest, file_workers
from strp.usecases.notices.email_addresses import email_index
from strp.usecases.people.accounts import add_account, close_account
from strp.usecases.people.begin_session import SignedIn
from strp.usecases.people.one_time_codes import issue_code
from strp.usecases.people.sign_in import new_attempt, sign_in
from strp.usecases.process.system import System
from strp.usecases.rehearsal.surge import prepare_rehearsal

FILED_TOGETHER = 500
FIRST_NIB = 9_600_000_000_000
REVIEWED_KBLI = "41011"
"""A business class that the exercise puts before an officer."""
LAST_EMAIL = "petugas-terakhir@latihan.example"
OFFICER_EMAIL = "petugas-{}@latihan.example"


class DeskOutcome(NamedTuple):
    """What became of applications that were filed.

    Args:
        stored: that are there at all.
        decided: with a decision on every worker.
        on_desk: that wait, or are held.
        decided_twice: workers with more than one decision.
        found_again: decided after the day, by an officer who found what others had left.
    """

    stored: int
    decided: int
    on_desk: int
    decided_twice: int
    found_again: int


async def file_many(
    system: System, filings: Sequence[tuple[Nib, Sequence[dict[str, str]]]]
) -> list[ApplicationId]:
    """File small rosters as the operator; employer and workers of each."""
    numbers: list[ApplicationId] = []
    for start in range(0, len(filings), FILED_TOGETHER):
        receipts = await asyncio.gather(
            *(
                file_workers(system, OPERATOR, nib, workers, digest=body_digest(b""))
                for nib, workers in filings[start : start + FILED_TOGETHER]
            )
        )
        numbers += [receipt.application_id for receipt in receipts]
    return numbers


async def sign_in_as(
    system: System, role: Role, email: str, *, block: str = "rehearsal"
) -> tuple[AccountId, SessionToken]:
    """Add an account and sign in with a code, as its owner would with the letter in hand.

    Args:
        system: the installation.
        role: of the account.
        email: its address.
        block: of network addresses that it comes from.
    """
    account, _ = await add_account(system, OPERATOR, role, email)
    attempt = new_attempt()
    async with system.database.transaction() as conn:
        subject = email_index(system, email) + attempt
        code = await issue_code(conn, system, CodePurpose.SIGN_IN, subject)
    signed_in = await sign_in(
        system, email, code, attempt=attempt, client_block=block, language=Language.ID
    )
    assert isinstance(signed_in, SignedIn), "rehearsed officials have no second factor"
    return account, signed_in.token


async def open_desk(
    system: System, officers: int, employers: int
) -> tuple[list[tuple[Nib, str]], list[SessionToken]]:
    """Get an installation ready for a rehearsed day at the desk.

    Args:
        system: the installation under test.
        officers: who are signed in.
        employers: who file; the rules put all of their workers before an officer.

    Returns:
        NIB and API key of the employers, and the sessions.

    Raises:
        Conflict: no exercise is in force, or somebody's applications wait at the desk.
    """
    async with system.database.connection() as conn:
        if await desk.count_waiting(conn):
            raise Conflict("desk-not-empty", _NOT_EMPTY)
    keys = await prepare_rehearsal(system, employers, kbli=REVIEWED_KBLI, first=FIRST_NIB)
    sessions = []
    for n in range(officers):
        _, token = await sign_in_as(
            system, Role.OFFICER, OFFICER_EMAIL.format(n), block=f"desk-{n}"
        )
        sessions.append(token)
    return keys, sessions


async def close_desk(system: System, officers: int, filed: Sequence[int]) -> DeskOutcome:
    """End a rehearsed day: close its accounts, decide what their leases held, and tell the outcome.

    Args:
        system: the installation under test.
        officers: as `open_desk` was told.
        filed: numbers of the applications that got a receipt.
    """
    for n in range(officers):
        await close_account(system, OPERATOR, OFFICER_EMAIL.format(n))
    account, _ = await sign_in_as(system, Role.OFFICER, LAST_EMAIL, block="desk")
    last = Actor(kind=ActorKind.ACCOUNT, id=account, role=Role.OFFICER)
    found_again = 0
    while lease := await take_next(system, last):
        await decide_rest(system, last, lease.application_id, Decision.APPROVE)
        found_again += 1
    await close_account(system, OPERATOR, LAST_EMAIL)
    async with system.database.connection() as conn:
        return DeskOutcome(*await desk.outcome_of(conn, filed), found_again)


_NOT_EMPTY = Text(
    id="Di antrean ada pengajuan yang menunggu; petugas latihan akan memutusnya. Kosongkan "
    "antrean dulu.",
    en="Applications wait at the desk, and the officers of a rehearsal would decide them. "
    "Empty the desk first.",
)


async def tidy_tables(system: System) -> None:
    """Bring the statistics of the tables up to date, as time would."""
    async with system.database.connection() as conn:
        await load_run.analyze(conn)
