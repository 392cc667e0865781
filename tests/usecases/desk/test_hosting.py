"""Work at another employer's site: the host's sector counts once it is confirmed, and no longer."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from strp.domain.certificates.certificate import Status
from strp.domain.desk.objection import About, Outcome
from strp.domain.desk.review import Decision
from strp.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.domain.screening.hosting import MOST_ASKED, MOST_LETTERS_A_DAY, HostingState, HostingWord
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.show import certificates_of
from strp.usecases.certificates.trust import current_trust
from strp.usecases.desk.confirm_host import answer_for_host
from strp.usecases.desk.object import decide_objection, file_objection
from strp.usecases.desk.rescreen_guests import rescreen_guests
from strp.usecases.desk.review import decide_rest, take_application
from strp.usecases.employers.close import close_employer, open_employer
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.show import show_workers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.desk.test_rule_employer import (
    ANI,
    BUDI,
    books_are_true,
    counts,
    draft,
    reasons,
    register,
    rule_with_two,
)
from tests.usecases.stage import Clock

pytestmark = pytest.mark.anyio
GUARDS, BANK, CLINIC = Nib(8120001119001), Nib(8120001119002), Nib(8120001119003)
OF_BANK = Actor(kind=ActorKind.API_KEY, id=7, nibs=frozenset({BANK}))


@pytest.fixture(autouse=True)
async def people(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    await register(system, "69100", nib=GUARDS)
    await register(system, "64121", staff=(20, 20), nib=BANK)
    yield


def confirm(service: int = 5, administration: int = 0, until: date | None = None) -> HostingWord:
    return HostingWord(
        state=HostingState.CONFIRMED,
        service=service,
        administration=administration,
        until_on=until,
    )


DECLINE = HostingWord(state=HostingState.DECLINED, reason="Tidak ada kontrak dengan kami")
WITHDRAW = HostingWord(state=HostingState.WITHDRAWN, reason="Kontrak berakhir")


async def file_at(
    system: System, site: object, count: int = 3, nib: Nib = GUARDS, workers: Any = None
) -> ApplicationId:
    rows = workers or fresh_workers(count)
    sent = [{**row, "jenis_lokasi": "pelayanan", "lokasi_kerja": site} for row in rows]
    return (await file_workers(system, OPERATOR, nib, sent, digest=bytes(16))).application_id


async def say(system: System, word: HostingWord, host: Nib = BANK, actor: Actor = OF_BANK) -> Any:
    return await answer_for_host(system, actor, host, GUARDS, word)


async def issue(system: System) -> None:
    while await Issuer(system).issue_some():
        pass


async def suspended(system: System) -> int:
    """Certificates that read SUSPENDED on line, of the entries of all lists."""
    system.trust.read_at = system.trust.bundle = None
    trust = await current_trust(system)
    bits = [each.entries for each in trust.lists.values()]
    return sum(
        (byte >> shift & 3) == Status.SUSPENDED
        for entries in bits
        for byte in entries
        if byte
        for shift in (0, 2, 4, 6)
    )


async def test_who_is_at_a_hosts_site_waits_until_the_host_confirms(system: System) -> None:
    number = await file_at(system, str(BANK))
    assert await counts(system, number) == (3, 0, 0, 0)
    assert await reasons(system, number) == {"host-unconfirmed"}

    await say(system, confirm(3))

    assert await counts(system, number) == (0, 3, 0, 0)
    assert await books_are_true(system)


async def test_the_certificate_names_the_employer_and_the_sector_of_the_host(
    system: System,
) -> None:
    number = await file_at(system, str(BANK), 1)
    await say(system, confirm())
    await issue(system)

    [one] = [each async for each in certificates_of(system, OPERATOR, number)]
    assert (one.claims.sector, one.claims.employer) == ("E-a", "PT Contoh")
    assert await books_are_true(system)


async def test_an_officer_confirms_with_a_second_one_and_not_alone(system: System) -> None:
    number = await file_at(system, str(BANK))

    first = await say(system, confirm(3), actor=ANI)
    assert first.proposed
    assert await counts(system, number) == (3, 0, 0, 0)
    with pytest.raises(Conflict, match="four-eyes-same-account"):
        await say(system, confirm(3), actor=ANI)
    await say(system, confirm(3), actor=BUDI)

    assert await counts(system, number) == (0, 3, 0, 0)


async def test_nobody_is_approved_for_a_site_that_is_not_confirmed(system: System) -> None:
    number = await file_at(system, str(BANK))
    await take_application(system, ANI, number)

    with pytest.raises(Conflict, match="ruling-needed"):
        await decide_rest(system, ANI, number, Decision.APPROVE)


async def test_a_decline_refuses_who_waits_and_who_comes(system: System) -> None:
    number = await file_at(system, str(BANK))
    await say(system, DECLINE)
    later = await file_at(system, str(BANK))

    for each in (number, later):
        assert await counts(system, each) == (0, 0, 3, 0)
        assert await reasons(system, each) == {"host-declined"}
    assert await books_are_true(system)


async def test_a_host_that_thinks_again_lets_the_declined_in_under_their_old_receipt(
    system: System,
) -> None:
    number = await file_at(system, str(BANK))
    await say(system, DECLINE)
    await say(system, confirm(3))

    assert await counts(system, number) == (0, 3, 0, 0)
    assert await books_are_true(system)


async def test_an_objection_to_a_decline_is_upheld_once_an_officer_has_confirmed(
    system: System,
) -> None:
    number = await file_at(system, str(BANK), 1)
    await say(system, DECLINE)
    [row] = (await show_workers(system, OPERATOR, number)).workers
    filer = Actor(kind=ActorKind.API_KEY, id=8, nibs=frozenset({GUARDS}))
    made = await file_objection(system, filer, About.WORKER, f"{number}/{row.row}", "Ada kontrak")

    with pytest.raises(Conflict, match="objection-needs-ruling"):
        await decide_objection(system, ANI, made.objection_id, Outcome.UPHELD, "Kontrak dilihat")
    await say(system, confirm(1), actor=ANI)
    await say(system, confirm(1), actor=BUDI)
    await decide_objection(system, ANI, made.objection_id, Outcome.UPHELD, "Kontrak dilihat")

    assert await counts(system, number) == (0, 1, 0, 0)


async def test_more_than_the_confirmed_wait_for_more_places(system: System) -> None:
    await file_at(system, str(BANK), 2)
    await say(system, confirm(2))
    number = await file_at(system, str(BANK), 3)
    assert await counts(system, number) == (3, 0, 0, 0)

    await say(system, confirm(4))

    assert await counts(system, number) == (1, 2, 0, 0)
    assert await books_are_true(system)


async def test_a_host_confirms_no_more_than_its_caps_and_its_staff_allow(system: System) -> None:
    await file_at(system, str(BANK))
    with pytest.raises(InvalidInput, match="hosting-no-room"):
        await say(system, confirm(21))

    own = await file_at(system, None, 2, nib=BANK)
    assert (await counts(system, own))[1] == 2
    most = 20 * 50 // 100 - 2
    with pytest.raises(InvalidInput, match="hosting-no-room"):
        await say(system, confirm(most + 1))
    await say(system, confirm(most))
    assert await counts(system, await file_at(system, None, 1, nib=BANK)) == (0, 0, 1, 0)


async def test_a_withdrawal_suspends_the_certificates_and_a_new_word_restores_them(
    system: System, clock: Clock
) -> None:
    number = await file_at(system, str(BANK))
    await say(system, confirm(3))
    await issue(system)
    assert await suspended(system) == 0

    await say(system, WITHDRAW)
    assert await suspended(system) == 3
    page = await show_workers(system, OPERATOR, number)
    assert {each.certificate and each.certificate.status for each in page.workers} == {"suspended"}
    assert await reasons(system, await file_at(system, str(BANK), 1)) == {"host-unconfirmed"}

    await say(system, confirm(3))
    assert await suspended(system) == 0
    assert await books_are_true(system)


async def test_a_confirmation_ends_with_its_last_day(system: System, clock: Clock) -> None:
    await file_at(system, str(BANK))
    today = clock.now.date()
    await say(system, confirm(3, until=today))
    await issue(system)
    assert await suspended(system) == 0

    clock.pass_(days=1)

    assert await suspended(system) == 3


async def test_a_host_that_is_closed_later_suspends_and_refuses_who_comes(system: System) -> None:
    await file_at(system, str(BANK))
    await say(system, confirm(6))
    await issue(system)

    await close_employer(system, OPERATOR, BANK, reason="Klaster", citation="SK 1")
    assert await suspended(system) == 3
    assert await reasons(system, await file_at(system, str(BANK), 1)) == {"host-closed"}

    await open_employer(system, OPERATOR, BANK, reason="Selesai")
    assert await suspended(system) == 0


@pytest.mark.parametrize(
    ("kbli", "kind", "code"),
    [("69100", "private", "host-not-listed"), ("84111", "government", "host-exempt")],
)
async def test_a_site_where_nobody_works_or_nobody_needs_it_is_refused_at_once(
    system: System, kbli: str, kind: str, code: str
) -> None:
    await register(system, kbli, nib=CLINIC, kind=kind)

    number = await file_at(system, str(CLINIC))

    assert await counts(system, number) == (0, 0, 3, 0)
    assert await reasons(system, number) == {code}


async def test_a_host_outside_the_registry_waits_and_is_told_at_once(system: System) -> None:
    rows = [{**row, "lokasi_kerja": "9999999999999"} for row in fresh_workers(2)]
    receipt = await file_workers(system, OPERATOR, GUARDS, rows, digest=bytes(16))

    assert [each.code for each in receipt.remarks.problems] == ["unknown-host"] * 2
    assert receipt.ledger.accepted == 2
    assert await reasons(system, receipt.application_id) == {"host-unknown"}
    await take_application(system, ANI, receipt.application_id)
    with pytest.raises(Conflict, match="ruling-needed"):
        await decide_rest(system, ANI, receipt.application_id, Decision.APPROVE)
    await say(system, DECLINE, host=Nib(9999999999999), actor=ANI)
    assert await counts(system, receipt.application_id) == (0, 0, 2, 0)


async def test_a_host_of_unknown_sector_or_staff_lets_nobody_in(system: System) -> None:
    await register(system, "81210", nib=CLINIC)
    number = await file_at(system, str(CLINIC))
    with pytest.raises(InvalidInput, match="hosting-no-room"):
        await say(system, confirm(3), host=CLINIC, actor=OPERATOR_OF_CLINIC)
    for actor in (ANI, BUDI):
        await say(system, confirm(3), host=CLINIC, actor=actor)
    assert await reasons(system, number) == {"host-undetermined"}
    assert await counts(system, number) == (3, 0, 0, 0)

    await rule_with_two(system, CLINIC, draft("K-l"))
    assert await rescreen_guests(system) == 1

    assert await counts(system, number) == (0, 3, 0, 0)
    assert await books_are_true(system)


OPERATOR_OF_CLINIC = Actor(kind=ActorKind.API_KEY, id=9, nibs=frozenset({CLINIC}))


async def test_ones_own_nib_is_ones_own_site(system: System) -> None:
    number = await file_at(system, str(BANK), 1, nib=BANK)

    assert await counts(system, number) == (0, 1, 0, 0)


async def test_a_name_is_repeated_and_decides_nothing(system: System) -> None:
    number = await file_at(system, "di Cabang Sudirman", 1, nib=BANK)

    [worker] = (await show_workers(system, OPERATOR, number)).workers
    assert worker.person.work_site == "Cabang Sudirman"
    assert worker.host is None
    assert await counts(system, number) == (0, 1, 0, 0)


async def test_the_employers_own_rows_are_screened_as_before(system: System) -> None:
    rows = fresh_workers(3)
    rows[1] = {**rows[1], "lokasi_kerja": str(BANK)}
    number = await file_workers(system, OPERATOR, GUARDS, rows, digest=bytes(16))

    assert await counts(system, number.application_id) == (1, 0, 2, 0)
    assert await reasons(system, number.application_id) == {
        "host-unconfirmed",
        "sector-not-listed",
    }


async def test_a_leaver_gives_the_place_to_the_next(system: System) -> None:
    rows = fresh_workers(1)
    await file_at(system, str(BANK), workers=rows)
    await say(system, confirm(1))
    await issue(system)
    assert (await counts(system, await file_at(system, str(BANK), 1)))[0] == 1

    gone = [{**rows[0], "keluar": "2021-07-01"}]
    await file_workers(system, OPERATOR, GUARDS, gone, digest=bytes(16))

    assert await counts(system, await file_at(system, str(BANK), 1)) == (0, 1, 0, 0)
    assert await books_are_true(system)


async def test_the_same_worker_filed_again_is_unchanged(system: System) -> None:
    rows = [{**row, "lokasi_kerja": str(BANK)} for row in fresh_workers(2)]
    await file_workers(system, OPERATOR, GUARDS, rows, digest=bytes(16))
    again = await file_workers(system, OPERATOR, GUARDS, rows, digest=bytes(16))

    assert again.ledger.unchanged == 2


async def test_nobody_answers_for_a_host_that_is_not_theirs(system: System) -> None:
    await file_at(system, str(BANK))
    filer = Actor(kind=ActorKind.ACCOUNT, id=9, role=Role.REPRESENTATIVE, nibs=frozenset({GUARDS}))

    with pytest.raises(Forbidden):
        await say(system, confirm(), actor=filer)


async def test_a_host_answers_only_whom_it_was_named_by(system: System) -> None:
    with pytest.raises(NotFound, match="hosting-unknown"):
        await say(system, confirm())
    await file_at(system, str(BANK))
    with pytest.raises(Conflict, match="hosting-state"):
        await say(system, WITHDRAW)
    with pytest.raises(InvalidInput, match="hosting-incomplete"):
        await say(system, confirm(0))
    with pytest.raises(InvalidInput, match="hosting-incomplete"):
        await say(system, confirm(1, until=date(2020, 1, 1)))


async def test_an_employer_can_have_only_so_many_hosts_wait(system: System) -> None:
    rows = [
        {**row, "lokasi_kerja": f"{8_000_000_000_000 + n}"}
        for n, row in enumerate(fresh_workers(MOST_ASKED + 2))
    ]
    number = (await file_workers(system, OPERATOR, GUARDS, rows, digest=bytes(16))).application_id

    assert await counts(system, number) == (MOST_ASKED, 0, 2, 0)
    page = await show_workers(system, OPERATOR, number, after=MOST_ASKED)
    assert {each.code for worker in page.workers for each in worker.reasons} == {"hosts-many"}


async def test_a_host_hears_of_few_strangers_a_day(system: System, clock: Clock) -> None:
    for n in range(MOST_LETTERS_A_DAY + 3):
        nib = await register(system, "69100", nib=Nib(8120002000000 + n))
        for _ in range(2):
            await file_at(system, str(BANK), 1, nib=nib)
    assert await _notices(system) == MOST_LETTERS_A_DAY

    clock.pass_(days=1)
    await file_at(system, str(BANK), 1, nib=nib)

    assert await _notices(system) == MOST_LETTERS_A_DAY + 1


async def _notices(system: System) -> int:
    async with system.database.connection() as conn:
        cursor = await conn.execute("SELECT count(*) FROM notice WHERE kind = 'hosting'")
        return int((await cursor.fetchone())[0])  # type: ignore[index]
