"""Letters about what happens: written once, to each representative, in their language, or kept."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from strp.domain.certificates.life import Act
from strp.domain.desk.review import Decision, WorkerDecision
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.notices.notice import MOST_A_DAY, Delivery, NoticeKind
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.domain.text import Language
from strp.store.notices.notices import choose
from strp.store.people import accounts
from strp.usecases.certificates.change import change_certificate
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.revoke import revoke_employer
from strp.usecases.desk.review import decide, decide_rest, take_next
from strp.usecases.employers.close import close_employer, open_employer
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.show import receipt_of, show_workers
from strp.usecases.filing.withdraw import withdraw
from strp.usecases.notices.send import SealedLetter
from strp.usecases.notices.tell_employer import tell_employer
from strp.usecases.notices.write import write_digests, write_letters
from strp.usecases.operation.activate_policy import activate_policy
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.stage import REAL, Clock, People, Post

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[3] / "samples" / "employers.csv"
BANK, BUILDER = Nib(8120001110001), Nib(8120001110016)
ANI, BUDI = "ani@contoh.example", "budi@contoh.example"
OFFICER = Actor(kind=ActorKind.ACCOUNT, id=900, role=Role.OFFICER)


@pytest.fixture(autouse=True)
async def ready(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    yield


def people_of(system: System, post: Post, nib: Nib) -> People:
    return People(system, post, nib, f"hr.{nib}@perusahaan.example")


@pytest.fixture
async def ani(system: System, post: Post) -> Actor:
    """Represents the contractor, whose workers wait for an officer."""
    return await people_of(system, post, BUILDER).represent(ANI)


@pytest.fixture
async def banker(system: System, post: Post) -> Actor:
    """Represents the bank, whose workers are approved at once."""
    return await people_of(system, post, BANK).represent(ANI)


async def file(system: System, nib: Nib, count: int = 2) -> ApplicationId:
    people = fresh_workers(count)
    return (await file_workers(system, OPERATOR, nib, people, digest=bytes(16))).application_id


async def news(system: System, post: Post, to: str = ANI) -> list[SealedLetter]:
    """Letters about notices to an address, once all are written."""
    while await write_letters(system):
        pass
    letters = await post.letters(to)
    about_claims = ("klaim", "claim", "Penanggung jawab baru")
    return [
        each
        for each in letters
        if "LATIHAN" in each.subject and not any(word in each.subject for word in about_claims)
    ]


async def subjects(system: System, post: Post, to: str = ANI) -> list[str]:
    return [each.subject.partition("– ")[2] for each in await news(system, post, to)]


async def serial_of(system: System, number: ApplicationId) -> str:
    while await Issuer(system).issue_some():
        pass
    serial = (await show_workers(system, OPERATOR, number)).workers[0].serial
    assert serial is not None
    return serial


async def test_a_filing_brings_a_receipt_to_each_representative_once(
    system: System, post: Post, ani: Actor
) -> None:
    await people_of(system, post, BUILDER).represent(BUDI)
    number = await file(system, BUILDER)
    for to in (ANI, BUDI):
        [letter] = await news(system, post, to)
        assert receipt_of(system, number) in letter.subject
        assert "Hasil: 2 menunggu petugas." in letter.body
        assert "Outcome: 2 waiting." in letter.body


async def test_nothing_is_kept_for_an_employer_whom_nobody_represents(system: System) -> None:
    await file(system, BUILDER)
    assert await write_letters(system) == 0


async def test_a_letter_speaks_the_language_of_its_reader_first(
    system: System, post: Post, ani: Actor
) -> None:
    assert ani.account_id is not None
    async with system.database.transaction() as conn:
        await accounts.set_language(conn, ani.account_id, Language.EN)
    await file(system, BUILDER)
    [letter] = await news(system, post)
    assert letter.subject.startswith("LATIHAN / EXERCISE – Filing received")
    assert letter.body.index("Outcome:") < letter.body.index("Hasil:")


async def test_no_letter_names_a_worker_or_their_number(
    system: System, post: Post, ani: Actor
) -> None:
    workers = list(fresh_workers(2))
    await file_workers(system, OPERATOR, BUILDER, workers, digest=bytes(16))
    text = str(await news(system, post))
    assert not [each for each in workers if str(each["nik"]) in text or str(each["nama"]) in text]


async def test_a_decision_is_told_with_its_counts_and_the_letter_of_refusal(
    system: System, post: Post, ani: Actor
) -> None:
    number = await file(system, BUILDER, 3)
    await take_next(system, OFFICER)
    await decide(system, OFFICER, number, [WorkerDecision(1, Decision.APPROVE)])
    await decide_rest(system, OFFICER, number, Decision.REFUSE, "sector-not-proven")
    _, letter = await news(system, post)
    assert "Pengajuan diputus" in letter.subject
    assert "1 disetujui, 2 ditolak" in letter.body and "Surat penolakan" in letter.body


async def test_what_is_returned_is_told_before_the_rest_is_decided(
    system: System, post: Post, ani: Actor
) -> None:
    number = await file(system, BUILDER, 2)
    await take_next(system, OFFICER)
    returned = WorkerDecision(1, Decision.RETURN, "evidence-missing")
    await decide(system, OFFICER, number, [returned])
    assert "dikembalikan" in (await subjects(system, post))[-1]


async def test_an_employer_hears_nothing_of_its_own_withdrawal(
    system: System, post: Post, ani: Actor
) -> None:
    number = await file(system, BUILDER)
    await withdraw(system, ani, number)
    assert len(await news(system, post)) == 1


async def test_a_revocation_of_all_certificates_is_one_letter_with_their_number(
    system: System, post: Post, banker: Actor
) -> None:
    await serial_of(system, await file(system, BANK, 3))
    await revoke_employer(system, OPERATOR, BANK, reason="Data keliru Budi Santoso")
    letter = (await news(system, post))[-1]
    assert "3 surat dicabut" in letter.body and "Budi" not in letter.body


async def test_suspending_and_restoring_are_told_at_once_and_replacing_the_next_morning(
    system: System, post: Post, banker: Actor, clock: Clock
) -> None:
    serial = await serial_of(system, await file(system, BANK, 1))
    for act in (Act.SUSPEND, Act.RESTORE, Act.REPLACE):
        await change_certificate(system, OPERATOR, serial, act, reason="QR bocor")
    told = [each.partition(":")[0] for each in await subjects(system, post)]
    assert told == ["Pengajuan diterima", "Surat ditangguhkan", "Surat berlaku kembali"]
    assert await write_digests(system) == 0
    clock.pass_(days=1)
    assert await write_digests(system) == 1
    assert "Surat diganti" in (await news(system, post))[-1].body
    assert await write_digests(system) == 0


async def test_a_closure_and_its_end_are_told(system: System, post: Post, banker: Actor) -> None:
    await close_employer(system, OPERATOR, BANK, reason="Wabah", citation="Pergub 3/2021")
    await open_employer(system, OPERATOR, BANK, reason="Selesai")
    told = await subjects(system, post)
    assert told == ["Perusahaan ditutup sementara", "Penutupan dicabut"]


async def test_a_kind_that_an_account_does_not_want_is_not_sent(
    system: System, post: Post, banker: Actor
) -> None:
    assert banker.account_id is not None
    async with system.database.transaction() as conn:
        await choose(conn, banker.account_id, NoticeKind.RECEIPT, Delivery.NEVER)
    await file(system, BANK)
    assert await news(system, post) == []


async def test_past_its_share_of_a_day_an_account_gets_one_letter_the_next_morning(
    system: System, post: Post, banker: Actor, clock: Clock
) -> None:
    for _ in range(MOST_A_DAY + 3):
        await file(system, BANK, 1)
    assert len(await news(system, post)) == MOST_A_DAY
    clock.pass_(days=1)
    await write_digests(system)
    assert "Kabar hari ini: 3" in (await news(system, post))[-1].subject


async def test_who_alone_is_concerned_is_told_alone(
    system: System, post: Post, banker: Actor
) -> None:
    await people_of(system, post, BANK).represent(BUDI)
    async with system.database.transaction() as conn:
        await tell_employer(
            conn,
            NoticeKind.OBJECTION,
            BANK,
            at=system.clock(),
            account_id=banker.account_id,
            outcome="upheld",
        )
    assert len(await news(system, post)) == 1 and await news(system, post, BUDI) == []


async def test_two_writers_at_once_write_each_letter_once(
    system: System, post: Post, banker: Actor
) -> None:
    for _ in range(10):
        await file(system, BANK, 1)
    await asyncio.gather(write_letters(system), write_letters(system))
    assert len(await news(system, post)) == 10


async def test_a_notice_is_gone_only_with_its_letters(
    system: System, post: Post, banker: Actor
) -> None:
    await file(system, BANK)
    async with system.database.transaction() as conn:
        await conn.execute("ALTER TABLE mail RENAME TO elsewhere")
    with pytest.raises(Exception, match="mail"):
        await write_letters(system)
    async with system.database.transaction() as conn:
        await conn.execute("ALTER TABLE elsewhere RENAME TO mail")
    assert len(await news(system, post)) == 1


async def test_letters_of_an_exercise_go_only_to_those_who_signed_in(
    system: System, post: Post, banker: Actor
) -> None:
    async with system.database.transaction() as conn:
        await conn.execute("ALTER TABLE audit_event DISABLE TRIGGER ALL")
        await conn.execute("DELETE FROM audit_event WHERE action = 'signed-in'")
    await file(system, BANK)
    assert await news(system, post) == []


async def test_the_code_to_claim_an_employer_says_latihan_in_an_exercise(
    system: System, post: Post, banker: Actor
) -> None:
    [letter] = await post.letters(f"hr.{BANK}@perusahaan.example")
    assert letter.subject.startswith("LATIHAN – Kode klaim")
    assert letter.body.startswith("LATIHAN / EXERCISE")


async def test_news_of_a_newer_release_is_left_to_its_workers_and_holds_up_no_other(
    system: System, post: Post, banker: Actor, clock: Clock
) -> None:
    async with system.database.transaction() as conn:
        await conn.execute(
            "INSERT INTO notice (at, kind, nib) SELECT now(), 'of-tomorrow', %s"
            " FROM generate_series(1, 300)",
            (BANK,),
        )
        await conn.execute(
            "INSERT INTO digest_line (account_id, notice_id, at, kind, nib, count)"
            " VALUES (%s, -1, now() - interval '9 years', 'of-tomorrow', %s, 1)",
            (banker.account_id, BANK),
        )
        await conn.execute(
            "INSERT INTO letter_choice VALUES (%s, 'of-tomorrow', 'now')", (banker.account_id,)
        )
    await file(system, BANK)
    assert await subjects(system, post) != []
    clock.pass_(days=1)
    assert await write_digests(system) == 0
    async with system.database.connection() as conn:
        left = await conn.execute(
            "SELECT count(*) FROM notice UNION SELECT count(*) FROM digest_line"
        )
        assert sorted(row[0] for row in await left.fetchall()) == [1, 300]


async def test_a_damaged_address_keeps_nobody_else_from_their_letters(
    system: System, post: Post, banker: Actor
) -> None:
    await people_of(system, post, BANK).represent(BUDI)
    async with system.database.transaction() as conn:
        await conn.execute(
            "UPDATE account SET email_sealed = email_sealed || '\\x00' WHERE account_id = %s",
            (banker.account_id,),
        )
    await file(system, BANK)
    assert len(await news(system, post, BUDI)) == 1


async def test_a_closure_to_come_says_from_when_and_only_the_last_one_lifted_says_open(
    system: System, post: Post, banker: Actor, clock: Clock
) -> None:
    why = {"reason": "Wabah", "citation": "Pergub 3/2021"}
    later = clock() + timedelta(days=2)
    first = await close_employer(system, OPERATOR, BANK, **why, from_at=later)
    second = await close_employer(system, OPERATOR, BANK, **why)
    clock.pass_(days=3)
    await open_employer(system, OPERATOR, BANK, reason="Selesai", only=second.closure_id)
    to_come, closed = await news(system, post)
    assert "akan ditutup mulai 7 Juli 2021" in to_come.body
    assert "will be closed from 7 July 2021" in to_come.body
    assert "Perusahaan ini ditutup." in closed.body
    await open_employer(system, OPERATOR, BANK, reason="Selesai", only=first.closure_id)
    assert "Penutupan dicabut" in (await news(system, post))[-1].subject


async def test_certificates_of_an_exercise_say_latihan_under_the_rules_that_came_after_it(
    system: System, post: Post, banker: Actor, clock: Clock
) -> None:
    clock.now = datetime(2021, 7, 12, 1, tzinfo=UTC)
    for _ in range(2):
        await serial_of(system, await file(system, BANK))
    await activate_policy(system, OPERATOR, REAL)
    clock.pass_(seconds=61)
    await news(system, post)

    await revoke_employer(system, OPERATOR, BANK, reason="latihan selesai")

    assert (await news(system, post))[-1].subject == "LATIHAN – Surat dicabut"
