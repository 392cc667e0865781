"""Every kind of letter reaches its reader: by what really happens, over SMTP, in both languages."""

from dataclasses import replace
from pathlib import Path

import pytest

from strp.domain.certificates.life import Act
from strp.domain.desk.objection import About
from strp.domain.desk.review import Decision, WorkerDecision
from strp.domain.identifiers import Nib
from strp.domain.notices.notice import Delivery, NoticeKind, RulesChange
from strp.domain.notices.notice_letters import title_of
from strp.domain.people.account import OPERATOR, Actor
from strp.domain.screening.evidence import EvidenceState
from strp.outside.mail.catcher import CaughtMail, catching_mail, list_mail
from strp.usecases.certificates.change import change_certificate
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.revoke import revoke_serials
from strp.usecases.desk.object import file_objection
from strp.usecases.desk.review import decide, decide_rest, take_next
from strp.usecases.employers.close import close_employer, open_employer
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.show import show_workers
from strp.usecases.notices.preferences import choose_letters
from strp.usecases.notices.send import send_waiting
from strp.usecases.notices.tell_employer import tell_employer, tell_of_evidence
from strp.usecases.notices.write import write_letters
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.notices.test_write import ANI, BANK, BUILDER, OFFICER, SAMPLES, people_of
from tests.usecases.stage import Post

pytestmark = pytest.mark.anyio
GUARDS = Nib(8120001110020)


async def review(system: System, ani: Actor) -> None:
    """Filings of the contractor: one decided, one returned; then it objects."""
    for _ in range(2):
        await file_workers(system, OPERATOR, BUILDER, fresh_workers(2), digest=bytes(16))
    taken = await take_next(system, OFFICER)
    assert taken is not None
    await decide_rest(system, OFFICER, taken.application_id, Decision.REFUSE, "sector-not-proven")
    other = await take_next(system, OFFICER)
    assert other is not None
    returned = WorkerDecision(1, Decision.RETURN, "evidence-missing")
    await decide(system, OFFICER, other.application_id, [returned])
    ref = system.keys.receipts.write(taken.application_id)
    await file_objection(system, ani, About.SECTOR, ref, "Kami kontraktor rumah sakit.")


async def live(system: System) -> None:
    """Certificates of the bank, and all that can become of them; work at its site; a closure."""
    filed = await file_workers(system, OPERATOR, BANK, fresh_workers(3), digest=bytes(16))
    while await Issuer(system).issue_some():
        pass
    shown = await show_workers(system, OPERATOR, filed.application_id)
    first, second, third = [str(each.serial) for each in shown.workers]
    for act in (Act.SUSPEND, Act.RESTORE, Act.REPLACE):
        await change_certificate(system, OPERATOR, first, act, reason="QR bocor")
    await change_certificate(system, OPERATOR, second, Act.END, reason="Keluar")
    await revoke_serials(system, OPERATOR, [third], reason="Data keliru")
    guards = [{**each, "lokasi_kerja": str(BANK)} for each in fresh_workers(2)]
    await file_workers(system, OPERATOR, GUARDS, guards, digest=bytes(16))
    await close_employer(system, OPERATOR, BANK, reason="Wabah", citation="Pergub 3/2021")
    await open_employer(system, OPERATOR, BANK, reason="Selesai")


async def test_every_kind_of_letter_arrives_over_smtp_in_both_languages(
    system: System, post: Post, tmp_path: Path
) -> None:
    """What evidence and changed rules write is tested beside them; here it goes over the wire."""
    async with catching_mail(tmp_path / "inbox") as port:
        settings = replace(system.settings, smtp_url=f"smtp://127.0.0.1:{port}")
        mailing = replace(system, settings=settings)
        await load_reference(system, OPERATOR)
        await import_employers(system, OPERATOR, SAMPLES)
        await people_of(system, post, BUILDER).represent(ANI)
        ani = await people_of(system, post, BANK).represent(ANI)
        await choose_letters(system, ani, dict.fromkeys(NoticeKind, Delivery.NOW))
        await review(system, ani)
        await live(system)
        now = system.clock()
        async with system.database.transaction() as conn:
            await tell_of_evidence(conn, BANK, EvidenceState.ACCEPTED, at=now)
            await tell_employer(conn, NoticeKind.PROLONGED, BANK, at=now)
            for change in RulesChange:
                await tell_employer(conn, NoticeKind.RULES, BANK, at=now, outcome=change)
        while await write_letters(system):
            pass
        await send_waiting(mailing)
        letters = [each for each in list_mail(tmp_path / "inbox") if each.to == ANI]

    assert {kind for kind in NoticeKind if not _of(kind, letters)} == set()
    for each in letters:
        assert "{" not in each.body and "Surat ini dikirim otomatis" in each.body
        assert "STRP sent this by itself" in each.body


def _of(kind: NoticeKind, letters: list[CaughtMail]) -> list[CaughtMail]:
    return [each for each in letters if title_of(kind).id in each.subject]
