"""Objections to what an official took back, and to every reason of a refusal."""

from collections.abc import AsyncIterator

import pytest

from strp.domain.certificates.life import Act, CertificateStatus
from strp.domain.desk.objection import About, Objection, Outcome
from strp.domain.errors import Conflict, InvalidInput
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.store.notices.notices import take_notices
from strp.usecases.certificates.change import change_certificate
from strp.usecases.certificates.check_serial import verify_serial
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.revoke import revoke_serials
from strp.usecases.desk.object import decide_objection, file_objection
from strp.usecases.desk.show_objections import objectable, show_objection
from strp.usecases.employers.close import close_employer
from strp.usecases.employers.objections_over import settle_objections_over
from strp.usecases.filing.certificate_fates import count_certificates_of
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.show import ShownWorker, show_application, show_workers
from strp.usecases.filing.withdraw import withdraw
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.desk.test_object import WHY, representative
from tests.usecases.desk.test_rule_employer import (
    ANI,
    BUDI,
    books_are_true,
    counts,
    draft,
    file,
    register,
    rule_with_two,
)

pytestmark = pytest.mark.anyio
FACTORY = Nib(8120001119001)
SUPERVISOR = Actor(kind=ActorKind.ACCOUNT, id=9, role=Role.SUPERVISOR)


@pytest.fixture(autouse=True)
async def rules(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    yield


@pytest.fixture
async def certified(system: System) -> AsyncIterator[ApplicationId]:
    """Three workers of a power plant, whose certificates stand."""
    await register(system, "35111", staff=(1000, 1000))
    number = await file(system, FACTORY)
    await issue_all(system)
    yield number


async def issue_all(system: System) -> None:
    while await Issuer(system).issue_some():
        pass


async def as_employer(system: System, number: ApplicationId) -> list[ShownWorker]:
    return list((await show_workers(system, representative(FACTORY), number)).workers)


async def first(system: System, number: ApplicationId) -> ShownWorker:
    return (await as_employer(system, number))[0]


async def object_to(system: System, worker: ShownWorker) -> Objection:
    """As the page and the API lead there."""
    assert worker.objection is not None
    about, ref = worker.objection
    return await file_objection(system, representative(FACTORY), about, ref, WHY)


async def verdict(system: System, serial: str | None) -> str:
    assert serial is not None
    return str((await verify_serial(system, serial)).verdict)


async def revoked(system: System, number: ApplicationId) -> ShownWorker:
    serial = (await first(system, number)).serial
    await revoke_serials(system, ANI, [str(serial)], reason="salah orang")
    return await first(system, number)


async def test_an_objection_to_a_suspension_is_over_once_an_officer_restores_the_certificate(
    system: System, certified: ApplicationId
) -> None:
    serial = str((await first(system, certified)).serial)
    await change_certificate(system, ANI, serial, Act.SUSPEND, reason="ragu")
    made = await object_to(system, await first(system, certified))
    assert await settle_objections_over(system) == 0

    await change_certificate(system, ANI, serial, Act.RESTORE, reason="jelas")
    assert await settle_objections_over(system) == 1

    shown, _ = await show_objection(system, representative(FACTORY), made.objection_id)
    assert (shown.outcome, shown.decided_by) == ("over", "system")
    async with system.database.transaction() as conn:
        told = await take_notices(conn, 10)
    assert "no-longer" in [each.notice.outcome for each in told]


async def test_a_revocation_objected_to_with_success_brings_another_certificate(
    system: System, certified: ApplicationId
) -> None:
    worker = await revoked(system, certified)
    made = await object_to(system, worker)
    assert made.first_by == [ANI.label]

    assert await decide_objection(system, BUDI, made.objection_id, Outcome.UPHELD, "Keliru") == 1
    await issue_all(system)

    after = await first(system, certified)
    assert after.certificate is not None and after.serial != worker.serial
    assert after.certificate.status is CertificateStatus.STANDING and after.objection is None
    assert (await verdict(system, worker.serial), await verdict(system, after.serial)) == (
        "REVOKED",
        "EXERCISE",
    )
    application = await show_application(system, OPERATOR, certified)
    assert tuple(application.counts) == (0, 3, 0, 0)
    counted = (await count_certificates_of(system, FACTORY, [application]))[certified]
    assert (counted.standing, counted.revoked) == (3, 0)
    assert await books_are_true(system)


async def test_who_revoked_does_not_decide_the_objection(
    system: System, certified: ApplicationId
) -> None:
    made = await object_to(system, await revoked(system, certified))

    with pytest.raises(Conflict, match="objection-same-account"):
        await decide_objection(system, ANI, made.objection_id, Outcome.UPHELD, "Keliru")


async def test_a_revocation_that_the_rules_would_repeat_is_not_undone(
    system: System, certified: ApplicationId
) -> None:
    made = await object_to(system, await revoked(system, certified))
    await rule_with_two(system, FACTORY, draft("N"))

    with pytest.raises(Conflict, match="objection-needs-ruling"):
        await decide_objection(system, BUDI, made.objection_id, Outcome.UPHELD, "Keliru")

    assert await counts(system, certified) == (0, 3, 0, 0)
    assert await books_are_true(system)


async def test_who_was_filed_again_after_a_revocation_gets_no_second_certificate(
    system: System,
) -> None:
    await register(system, "35111", staff=(1000, 1000))
    people = fresh_workers(1)
    number = (
        await file_workers(system, OPERATOR, FACTORY, people, digest=bytes(16))
    ).application_id
    await issue_all(system)
    made = await object_to(system, await revoked(system, number))
    await file_workers(system, OPERATOR, FACTORY, people, digest=bytes(15) + b"x")

    assert await decide_objection(system, BUDI, made.objection_id, Outcome.UPHELD, "Keliru") == 0

    assert await counts(system, number) == (0, 1, 0, 0)
    assert await books_are_true(system)


async def test_a_suspension_objected_to_with_success_ends_and_is_told(
    system: System, certified: ApplicationId
) -> None:
    serial = str((await first(system, certified)).serial)
    await change_certificate(system, ANI, serial, Act.SUSPEND, reason="diperiksa")
    made = await object_to(system, await first(system, certified))
    async with system.database.transaction() as conn:
        await take_notices(conn, 100)

    assert await decide_objection(system, BUDI, made.objection_id, Outcome.UPHELD, "Benar") == 1

    assert await verdict(system, serial) == "EXERCISE"
    assert (await first(system, certified)).objection is None
    assert await books_are_true(system)


async def test_a_certificate_that_a_closure_suspends_leads_to_an_objection_to_the_closure(
    system: System, certified: ApplicationId
) -> None:
    await close_employer(system, SUPERVISOR, FACTORY, reason="Wabah", citation="Pergub")

    found = (await first(system, certified)).objection

    assert found == (About.CLOSURE, f"{FACTORY:013d}")


async def test_who_stands_or_waits_has_nothing_to_object_to(
    system: System, certified: ApplicationId
) -> None:
    assert {worker.objection for worker in await as_employer(system, certified)} == {None}
    with pytest.raises(InvalidInput, match="nothing-to-object"):
        await file_objection(system, representative(FACTORY), About.WORKER, f"{certified}/1", WHY)


async def test_an_official_who_reads_is_led_to_no_objection(
    system: System, certified: ApplicationId
) -> None:
    await revoked(system, certified)

    shown = (await show_workers(system, BUDI, certified)).workers

    assert shown[0].objection is None


@pytest.mark.parametrize("reason", ["outside-refused", "host-declined", "host-exempt"])
async def test_whatever_the_rules_refuse_all_for_is_one_objection_for_all(
    system: System, reason: str
) -> None:
    await register(system, "69100", staff=(1000, 1000))
    number = await file(system, FACTORY)
    async with system.database.transaction() as conn:
        await conn.execute("UPDATE worker SET reasons = %s", (reason,))
    application = await show_application(system, OPERATOR, number)
    assert await objectable(system, application) == [About.SECTOR]

    made = await file_objection(system, representative(FACTORY), About.SECTOR, str(number), WHY)
    await rule_with_two(system, FACTORY, draft("K-l"))

    assert await decide_objection(system, BUDI, made.objection_id, Outcome.UPHELD, "Benar") == 3
    assert await books_are_true(system)


async def test_whom_the_employer_took_back_no_objection_brings_in(system: System) -> None:
    await register(system, "69100", staff=(2, 2))
    await rule_with_two(system, FACTORY, draft("E-e"))  # half may come, and an officer sees them
    number = await file(system, FACTORY, 6)
    waiting, _, refused, _ = await counts(system, number)
    assert waiting and refused
    await withdraw(system, representative(FACTORY), number)

    with pytest.raises(InvalidInput, match="nothing-to-object"):
        await file_objection(system, representative(FACTORY), About.CAP, str(number), WHY)

    assert {each.objection for each in await as_employer(system, number)} == {None}


async def test_when_all_were_filed_again_an_objection_is_upheld_with_nothing_to_do(
    system: System,
) -> None:
    await register(system, "69100", staff=(1000, 1000))
    people = fresh_workers(2)
    filed = await file_workers(system, OPERATOR, FACTORY, people, digest=bytes(16))
    made = await file_objection(
        system, representative(FACTORY), About.SECTOR, str(filed.application_id), WHY
    )
    await rule_with_two(system, FACTORY, draft("K-l"))
    await file_workers(system, OPERATOR, FACTORY, people, digest=bytes(15) + b"x")

    assert await decide_objection(system, BUDI, made.objection_id, Outcome.UPHELD, "Benar") == 0
    assert await books_are_true(system)
