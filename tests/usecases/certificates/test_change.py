"""One certificate after its issue: what holds at the doors, under the cap and in the books."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from strp.credential.trust import read_bundle, verify_text
from strp.domain.certificates.life import Act
from strp.domain.desk.review import Decision
from strp.domain.errors import Conflict, Forbidden, NotFound
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.usecases.certificates.change import ChangedCertificate, change_certificate
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.print import print_all, print_one
from strp.usecases.certificates.revoke import revoke_employer, revoke_serials
from strp.usecases.certificates.show import certificate_by_link, certificate_by_serial
from strp.usecases.certificates.trust import trust_bundle, verify
from strp.usecases.desk.review import decide_rest, take_application
from strp.usecases.employers.close import close_employer
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.certificate_fates import CertificateCounts, count_certificates_of
from strp.usecases.filing.file import Receipt, file_workers
from strp.usecases.filing.show import ShownWorker, show_application, show_workers
from strp.usecases.operation.books import check_books
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[3]
BANK, HOSPITAL = Nib(8120001110001), Nib(8120001110003)
OWNER = Actor(kind=ActorKind.ACCOUNT, id=3, role=Role.REPRESENTATIVE, nibs=frozenset({BANK}))
STRANGER = Actor(kind=ActorKind.ACCOUNT, id=4, role=Role.REPRESENTATIVE, nibs=frozenset({HOSPITAL}))
OFFICER = Actor(kind=ActorKind.ACCOUNT, id=1, role=Role.OFFICER)
STANDS = {"VALID", "EXERCISE"}
People = list[dict[str, str]]


@pytest.fixture(autouse=True)
async def ready(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, ROOT / "samples" / "employers.csv")
    yield


@pytest.fixture
def people() -> People:
    return fresh_workers(2)


async def file(system: System, people: People, nib: Nib = BANK) -> Receipt:
    receipt = await file_workers(system, OPERATOR, nib, people, digest=bytes(16))
    await issue_all(system)
    return receipt


async def issue_all(system: System) -> None:
    while await Issuer(system).issue_some():
        pass


async def workers(system: System, number: ApplicationId) -> list[ShownWorker]:
    return list((await show_workers(system, OPERATOR, number)).workers)


async def serials(system: System, number: ApplicationId) -> list[str]:
    return [worker.serial for worker in await workers(system, number) if worker.serial]


async def do(
    system: System, serial: str, act: Act, actor: Actor = OPERATOR, key: str | None = None
) -> ChangedCertificate:
    return await change_certificate(
        system, actor, serial, act, reason="contoh", idempotency_key=key
    )


async def text_of(system: System, serial: str) -> str:
    return (await certificate_by_serial(system, OPERATOR, serial)).text


async def verdict(system: System, text: str) -> tuple[str, str | None]:
    found = await verify(system, text)
    bundle = read_bundle(await trust_bundle(system, inline=True))
    assert verify_text(text, bundle, system.clock()).verdict is found.verdict
    return found.verdict.value, found.cause


async def wrong_rules(system: System) -> set[str]:
    return {rule.rule for rule in await check_books(system) if rule.wrong}


async def quota(system: System) -> int:
    async with system.database.connection() as conn:
        cursor = await conn.execute("SELECT sum(service) FROM quota_use WHERE nib = %s", (BANK,))
        [(used,)] = await cursor.fetchall()
    return int(used)


async def counts(system: System, number: ApplicationId) -> CertificateCounts:
    application = await show_application(system, OPERATOR, number)
    found: Mapping[ApplicationId, CertificateCounts]
    found = await count_certificates_of(system, BANK, [application])
    return found[number]


async def test_a_suspended_certificate_stands_again_once_it_is_restored(
    system: System, people: People
) -> None:
    number = (await file(system, people)).application_id
    serial, other = await serials(system, number)
    text = await text_of(system, serial)

    await do(system, serial, Act.SUSPEND, OFFICER)
    assert await verdict(system, text) == ("SUSPENDED", None)
    assert await counts(system, number) == (1, 1, 0, 0)
    await do(system, serial, Act.RESTORE, OFFICER)

    assert (await verdict(system, text))[0] in STANDS
    assert (await verdict(system, await text_of(system, other)))[0] in STANDS
    assert await wrong_rules(system) == set()


async def test_its_own_suspension_outlasts_the_closure(system: System, people: People) -> None:
    serial, _ = await serials(system, (await file(system, people)).application_id)
    text = await text_of(system, serial)
    await do(system, serial, Act.SUSPEND)
    await close_employer(
        system,
        OPERATOR,
        BANK,
        reason="x",
        citation="y",
        until_at=system.clock().replace(hour=23),
    )
    system.clock.pass_(days=1)  # type: ignore[attr-defined]

    assert (await verdict(system, text))[0] == "SUSPENDED"
    await do(system, serial, Act.RESTORE)
    assert (await verdict(system, text))[0] in STANDS


async def test_a_replaced_certificate_is_revoked_and_its_successor_is_there(
    system: System, people: People
) -> None:
    number = (await file(system, people)).application_id
    serial, _ = await serials(system, number)
    text = await text_of(system, serial)
    used = await quota(system)

    await do(system, serial, Act.REPLACE, OWNER)
    between = (await workers(system, number))[0].certificate
    await issue_all(system)
    after = (await workers(system, number))[0].certificate

    assert between is not None and between[:2] == (serial, "replaced")
    assert after is not None and after.serial != serial and after.status == "standing"
    assert await verdict(system, text) == ("REVOKED", "replaced")
    assert (await verdict(system, await text_of(system, after.serial)))[0] in STANDS
    assert (await certificate_by_serial(system, OWNER, serial)).successor == after.serial
    assert (await quota(system), await wrong_rules(system)) == (used, set())


async def test_the_old_link_does_not_lead_to_the_new_certificate(
    system: System, people: People
) -> None:
    number = (await file(system, people)).application_id
    serial, _ = await serials(system, number)
    link = (await certificate_by_serial(system, OPERATOR, serial)).link

    await do(system, serial, Act.REPLACE, OWNER)
    await issue_all(system)

    found = await certificate_by_link(system, link)
    assert (found.serial, found.status, found.successor) == (serial, "replaced", None)


async def test_replacing_a_replaced_certificate_names_the_successor(
    system: System, people: People
) -> None:
    number = (await file(system, people)).application_id
    serial, _ = await serials(system, number)
    await do(system, serial, Act.REPLACE, OWNER)
    await issue_all(system)
    successor = (await serials(system, number))[0]

    for act in Act:
        if act is not Act.REVOKE:
            with pytest.raises(Conflict, match="certificate-replaced") as refused:
                await do(system, serial, act)
            assert successor in refused.value.text.en
    with pytest.raises(Conflict, match=successor):
        await revoke_serials(system, OPERATOR, [serial], reason="contoh")


async def test_a_replacement_asked_for_again_under_its_key_gets_the_same_answer(
    system: System, people: People
) -> None:
    number = (await file(system, people)).application_id
    serial, _ = await serials(system, number)

    await do(system, serial, Act.REPLACE, OWNER, key="k")
    await issue_all(system)
    again = await do(system, serial, Act.REPLACE, OWNER, key="k")

    assert (again.changed, again.successor) == (False, (await serials(system, number))[0])
    with pytest.raises(Conflict, match="certificate-replaced"):
        await do(system, serial, Act.REPLACE, OWNER, key="other")


async def test_an_employer_replaces_one_certificate_ten_times_at_most(
    system: System, people: People
) -> None:
    number = (await file(system, people)).application_id
    for _ in range(10):
        await do(system, (await serials(system, number))[0], Act.REPLACE, OWNER)
        await issue_all(system)
    serial = (await serials(system, number))[0]

    with pytest.raises(Conflict, match="replaced-too-often"):
        await do(system, serial, Act.REPLACE, OWNER)
    assert (await do(system, serial, Act.REPLACE, OFFICER)).changed


async def test_of_replacements_at_once_one_is_done(system: System, people: People) -> None:
    number = (await file(system, people)).application_id
    serial, _ = await serials(system, number)

    outcomes = await asyncio.gather(
        *(do(system, serial, Act.REPLACE) for _ in range(4)), return_exceptions=True
    )
    await issue_all(system)

    assert sum(isinstance(each, ChangedCertificate) for each in outcomes) == 1
    assert len(await serials(system, number)) == 2
    assert await wrong_rules(system) == set()


async def test_who_has_left_frees_the_place_and_may_come_back(
    system: System, people: People
) -> None:
    number = (await file(system, people)).application_id
    serial, _ = await serials(system, number)
    text, used = await text_of(system, serial), await quota(system)

    ended = await do(system, serial, Act.END, OWNER)
    again = await do(system, serial, Act.END, OWNER)
    assert (ended.changed, again.changed) == (True, False)
    assert await verdict(system, text) == ("REVOKED", "ended")
    assert (await quota(system), await counts(system, number)) == (used - 1, (1, 0, 0, 1))
    back = await file(system, people)

    assert (back.ledger.accepted, back.ledger.unchanged) == (1, 1)
    [worker] = await workers(system, back.application_id)
    assert worker.certificate is not None and worker.certificate.status == "standing"
    assert (await quota(system), await wrong_rules(system)) == (used, set())


async def test_a_revoked_worker_filed_again_meets_an_officer_and_gets_a_new_one(
    system: System, people: People
) -> None:
    number = (await file(system, people)).application_id
    serial, _ = await serials(system, number)
    used = await quota(system)
    await revoke_serials(system, OFFICER, [serial], reason="contoh")
    assert (await quota(system), await counts(system, number)) == (used - 1, (1, 0, 1, 0))

    again = await file(system, people)
    [worker] = await workers(system, again.application_id)
    assert (again.ledger.accepted, again.ledger.unchanged) == (1, 1)
    assert (worker.state, [each.code for each in worker.reasons]) == ("pending", ["revoked-before"])
    await take_application(system, OFFICER, again.application_id)
    await decide_rest(system, OFFICER, again.application_id, Decision.APPROVE)
    await issue_all(system)

    [worker] = await workers(system, again.application_id)
    assert worker.certificate is not None and worker.certificate.status == "standing"
    before = (await workers(system, number))[0].certificate
    assert before is not None and before[:3] == (serial, "revoked", "contoh")
    assert (await quota(system), await wrong_rules(system)) == (used, set())


async def test_who_was_revoked_meets_an_officer_at_another_employer_too(
    system: System, people: People
) -> None:
    serial, _ = await serials(system, (await file(system, people)).application_id)
    await revoke_serials(system, OFFICER, [serial], reason="contoh")

    number = (await file(system, people, HOSPITAL)).application_id

    codes = [[each.code for each in one.reasons] for one in await workers(system, number)]
    assert codes == [["revoked-elsewhere"], ["claimed-elsewhere"]]


async def test_all_revoked_workers_of_an_employer_are_accepted_again(
    system: System, people: People
) -> None:
    await file(system, people)
    done = await revoke_employer(system, OPERATOR, BANK, reason="contoh")
    assert (done.revoked, await quota(system)) == (2, 0)

    assert (await file(system, people)).ledger.accepted == 2
    assert await wrong_rules(system) == set()


async def test_revoked_is_for_ever(system: System, people: People) -> None:
    serial, _ = await serials(system, (await file(system, people)).application_id)
    await revoke_serials(system, OPERATOR, [serial], reason="contoh")

    for act in (Act.RESTORE, Act.REPLACE, Act.END, Act.SUSPEND):
        with pytest.raises(Conflict, match="certificate-revoked"):
            await do(system, serial, act)


async def test_a_suspended_certificate_can_be_revoked(system: System, people: People) -> None:
    serial, _ = await serials(system, (await file(system, people)).application_id)
    await do(system, serial, Act.SUSPEND)

    assert (await revoke_serials(system, OPERATOR, [serial], reason="contoh")).revoked == 1
    assert await verdict(system, await text_of(system, serial)) == ("REVOKED", None)


async def test_nothing_is_replaced_while_the_employer_is_closed(
    system: System, people: People
) -> None:
    serial, _ = await serials(system, (await file(system, people)).application_id)
    await close_employer(system, OPERATOR, BANK, reason="x", citation="y")

    with pytest.raises(Forbidden, match="employer-closed"):
        await do(system, serial, Act.REPLACE, OWNER)
    found = await certificate_by_serial(system, OWNER, serial)
    assert (found.status, found.status_reason) == ("suspended", "x")


async def test_employers_do_not_suspend(system: System, people: People) -> None:
    serial, _ = await serials(system, (await file(system, people)).application_id)

    with pytest.raises(Forbidden, match="not-your-task"):
        await do(system, serial, Act.SUSPEND, OWNER)


async def test_a_stranger_learns_nothing_of_a_certificate(system: System, people: People) -> None:
    serial, _ = await serials(system, (await file(system, people)).application_id)

    with pytest.raises(NotFound, match="certificate-unknown"):
        await do(system, serial, Act.END, STRANGER)


async def test_what_does_not_stand_is_not_printed(
    system: System, people: People, tmp_path: Path
) -> None:
    number = (await file(system, people)).application_id
    first, second = await serials(system, number)
    await do(system, first, Act.SUSPEND)

    assert await print_all(system, OPERATOR, number, tmp_path / "all.pdf") == 1
    with pytest.raises(Conflict, match="certificate-not-standing"):
        await print_one(system, await certificate_by_serial(system, OPERATOR, first))
    await do(system, second, Act.END)
    with pytest.raises(Conflict, match="no-certificates-standing"):
        await print_all(system, OPERATOR, number, tmp_path / "none.pdf")
