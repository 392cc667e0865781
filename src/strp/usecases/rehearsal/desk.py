"""A rehearsed desk: applications that wait for officers, and somebody signed in to look at them."""

import asyncio
from collections.abc import Sequence

from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, AccountId, Role
from strp.domain.people.sign_in import CodePurpose, SessionToken
from strp.domain.text import Language
from strp.store.rehearsal import load_run
from strp.usecases.filing.file import body_digest, file_workers
from strp.usecases.notices.email_addresses import email_index
from strp.usecases.people.accounts import add_account
from strp.usecases.people.one_time_codes import issue_code
from strp.usecases.people.sign_in import new_attempt, sign_in
from strp.usecases.process.system import System

FILED_TOGETHER = 500


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


async def sign_in_as(system: System, role: Role, email: str) -> tuple[AccountId, SessionToken]:
    """Add an account and sign in with a code, as its owner would with the letter in hand."""
    account, _ = await add_account(system, OPERATOR, role, email)
    attempt = new_attempt()
    async with system.database.transaction() as conn:
        subject = email_index(system, email) + attempt
        code = await issue_code(conn, system, CodePurpose.SIGN_IN, subject)
    signed_in = await sign_in(
        system, email, code, attempt=attempt, client_block="rehearsal", language=Language.ID
    )
    return account, signed_in.token


async def tidy_tables(system: System) -> None:
    """Bring the statistics of the tables up to date, as time would."""
    async with system.database.connection() as conn:
        await load_run.analyze(conn)
