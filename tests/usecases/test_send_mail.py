"""Letters: sent over SMTP once their transaction has ended, and then removed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from strp.domain.errors import Unavailable
from strp.domain.letters import Letter
from strp.outside.mail_catcher import catching_mail, list_mail
from strp.store.mail import find_mail
from strp.usecases.send_mail import post, send_mail
from strp.usecases.system import System
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
ANI = "ani@contoh.example"
LETTER = Letter(subject="Kode masuk STRP", body="Kode: 048213 — berlaku 10 menit.\n")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


@pytest.fixture
async def mailing(system: System, inbox: Path) -> AsyncIterator[System]:
    """The system with a mail server that takes every letter."""
    async with catching_mail(inbox) as port:
        settings = replace(system.settings, smtp_url=f"smtp://127.0.0.1:{port}")
        yield replace(system, settings=settings)


async def written(system: System, useful_s: int | None = None) -> UUID:
    async with system.database.transaction() as conn:
        await post(conn, system, ANI, LETTER, useful_s=useful_s)
        found = await (await conn.execute("SELECT mail_id FROM mail")).fetchone()
    assert found is not None
    return UUID(str(found[0]))


async def waits(system: System, mail_id: UUID) -> bool:
    async with system.database.connection() as conn:
        return await find_mail(conn, mail_id) is not None


async def test_a_letter_reaches_its_reader_as_it_was_written(mailing: System, inbox: Path) -> None:
    await send_mail(mailing, await written(mailing))
    [mail] = list_mail(inbox)
    assert (mail.to, mail.subject) == (ANI, LETTER.subject)
    assert mail.body.splitlines() == LETTER.body.splitlines()


async def test_a_letter_that_was_sent_is_kept_no_longer(mailing: System) -> None:
    mail_id = await written(mailing)
    await send_mail(mailing, mail_id)
    assert not await waits(mailing, mail_id)


async def test_a_job_that_runs_twice_sends_one_letter(mailing: System, inbox: Path) -> None:
    mail_id = await written(mailing)
    await send_mail(mailing, mail_id)
    await send_mail(mailing, mail_id)
    assert len(list_mail(inbox)) == 1


async def test_a_code_that_is_too_old_is_not_sent_any_more(
    mailing: System, inbox: Path, clock: Clock
) -> None:
    mail_id = await written(mailing, useful_s=600)
    clock.pass_(minutes=10)
    await send_mail(mailing, mail_id)
    assert list_mail(inbox) == [] and not await waits(mailing, mail_id)


async def test_a_letter_waits_while_the_mail_server_is_away(system: System) -> None:
    away = replace(system, settings=replace(system.settings, smtp_url="smtp://127.0.0.1:1"))
    mail_id = await written(away)
    with pytest.raises(Unavailable):
        await send_mail(away, mail_id)
    assert await waits(away, mail_id)


async def test_a_letter_and_its_job_are_written_together_or_not_at_all(system: System) -> None:
    with pytest.raises(RuntimeError):
        async with system.database.transaction() as conn:
            await post(conn, system, ANI, LETTER)
            raise RuntimeError
    async with system.database.connection() as conn:
        found = await (
            await conn.execute(
                "SELECT mail_id::text FROM mail UNION SELECT id::text FROM procrastinate_jobs"
            )
        ).fetchall()
    assert found == []
