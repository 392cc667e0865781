"""Samples: drawn at filing, looked at once, and a refusal reaches the next check."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from strp.domain.certificates.certificate import Verdict
from strp.domain.errors import Conflict, Forbidden, InvalidInput
from strp.domain.filing.sampling import DrawnBecause
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.store import audit
from strp.store.certificates.worker_corrections import draw_again
from strp.store.filing.engagements import Drawn, draw
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.show import certificate_by_serial
from strp.usecases.certificates.trust import verify
from strp.usecases.desk.samples import confirm_sample, measured_errors, refuse_sample, show_samples
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import body_digest, file_roster, file_workers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.people.access_log import looks_at_worker
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[3]
ROSTER = ROOT / "tests" / "vectors" / "rosters" / "pabrik-2000.csv"
FACTORY, BANK = Nib(8120001110002), Nib(8120001110001)
OFFICER = Actor(kind=ActorKind.ACCOUNT, id=1, role=Role.OFFICER)
Place = tuple[Nib, ApplicationId, int]


@pytest.fixture
async def filed(system: System) -> AsyncIterator[ApplicationId]:
    """Two thousand workers, of whom the exercise policy draws about two in a hundred."""
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, ROOT / "samples" / "employers.csv")
    digest = body_digest(ROSTER.read_bytes())
    receipt = await file_roster(system, OPERATOR, FACTORY, ROSTER, digest=digest)
    yield receipt.application_id


def drawn(system: System, number: ApplicationId, because: DrawnBecause) -> list[Drawn]:
    return [Drawn(FACTORY, number, row, system.clock(), because) for row in (1, 2, 3)]


async def three_filed(system: System) -> ApplicationId:
    """Three workers, whom the lot of an empty policy does not draw."""
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, ROOT / "samples" / "employers.csv")
    receipt = await file_workers(system, OPERATOR, FACTORY, fresh_workers(3), digest=bytes(16))
    async with system.database.transaction() as conn:
        await conn.execute("DELETE FROM sample")
    return receipt.application_id


async def check_all(system: System) -> None:
    """Look at everybody who waits; the first is wrong."""
    await issue_all(system)
    _, waiting = await show_samples(system, OFFICER)
    for each in waiting:
        place = each.nib, each.application_id, each.row
        if each.row == 1:
            await refuse_sample(system, OFFICER, *place, reason="identity-doubtful")
        else:
            await confirm_sample(system, OFFICER, *place)


async def issue_all(system: System) -> None:
    while await Issuer(system).issue_some():
        pass


async def first(system: System) -> Place:
    _, samples = await show_samples(system, OFFICER)
    return samples[0].nib, samples[0].application_id, samples[0].row


async def test_about_two_in_a_hundred_are_drawn(system: System, filed: ApplicationId) -> None:
    waiting, samples = await show_samples(system, OFFICER)

    assert 10 <= waiting <= 80
    assert {sample.employer_name for sample in samples} == {"Pabrik Pangan Contoh"}


async def test_a_confirmed_sample_waits_no_more(system: System, filed: ApplicationId) -> None:
    before, _ = await show_samples(system, OFFICER)

    await confirm_sample(system, OFFICER, *await first(system))

    assert (await show_samples(system, OFFICER))[0] == before - 1


async def test_a_refused_sample_loses_its_certificate(system: System, filed: ApplicationId) -> None:
    await issue_all(system)
    _, samples = await show_samples(system, OFFICER)
    place = await first(system)
    serial = samples[0].serial
    assert serial

    await refuse_sample(system, OFFICER, *place, reason="identity-doubtful")

    found = await certificate_by_serial(system, OPERATOR, serial)
    assert (await verify(system, found.text)).verdict is Verdict.REVOKED


async def test_the_error_rate_counts_what_was_looked_at(
    system: System, filed: ApplicationId
) -> None:
    await issue_all(system)
    _, waiting = await show_samples(system, OFFICER)
    lot = [each for each in waiting if each.drawn_because is DrawnBecause.LOT][:2]
    places = [(each.nib, each.application_id, each.row) for each in lot]
    await confirm_sample(system, OFFICER, *places[0])
    await refuse_sample(system, OFFICER, *places[1], reason="identity-doubtful")
    rate = await measured_errors(system, OFFICER)

    assert (rate.checked, rate.wrong) == (2, 1)


@pytest.mark.parametrize(
    ("because", "counted"),
    [(each, (3, 1) if each is DrawnBecause.LOT else (0, 0)) for each in DrawnBecause],
)
async def test_only_whom_the_lot_drew_counts_for_the_error_rate(
    system: System, because: DrawnBecause, counted: tuple[int, int]
) -> None:
    number = await three_filed(system)
    async with system.database.transaction() as conn:
        await draw(conn, drawn(system, number, because))
    _, waiting = await show_samples(system, OFFICER)
    assert {each.drawn_because for each in waiting} == {because}

    await check_all(system)

    rate = await measured_errors(system, OFFICER)
    assert (rate.checked, rate.wrong) == counted


async def test_whom_the_lot_draws_belongs_to_it_whatever_else_draws_the_same(
    system: System,
) -> None:
    number = await three_filed(system)
    differ = drawn(system, number, DrawnBecause.NAMES_DIFFER)
    lot = drawn(system, number, DrawnBecause.LOT)
    async with system.database.transaction() as conn:
        await draw(conn, [differ[0]])
        await draw(conn, [lot[0], lot[1], differ[1], differ[2]])
        await draw(conn, differ)

    _, waiting = await show_samples(system, OFFICER)

    causes = {each.row: each.drawn_because for each in waiting}
    assert causes == {1: "lot", 2: "lot", 3: "names-differ"}


async def test_what_was_found_of_the_lot_stays_counted_when_a_correction_is_looked_at(
    system: System,
) -> None:
    number = await three_filed(system)
    async with system.database.transaction() as conn:
        await draw(conn, drawn(system, number, DrawnBecause.LOT))
    await check_all(system)
    async with system.database.transaction() as conn:
        await draw_again(conn, FACTORY, number, 1, at=system.clock())
    _, [again] = await show_samples(system, OFFICER)
    assert again.drawn_because is DrawnBecause.CORRECTED

    await confirm_sample(system, OFFICER, FACTORY, number, 1)

    rate = await measured_errors(system, OFFICER)
    assert (rate.checked, rate.wrong) == (3, 1)


async def test_a_certificate_that_is_not_made_yet_cannot_be_taken_back(
    system: System, filed: ApplicationId
) -> None:
    with pytest.raises(Conflict, match="not-issued-yet"):
        await refuse_sample(system, OFFICER, *await first(system), reason="identity-doubtful")


async def test_two_officers_settle_a_sample_once(system: System, filed: ApplicationId) -> None:
    place = await first(system)

    outcomes = await asyncio.gather(
        confirm_sample(system, OFFICER, *place),
        confirm_sample(system, OFFICER, *place),
        return_exceptions=True,
    )

    assert [type(outcome) for outcome in outcomes if outcome] == [Conflict]


async def test_a_reason_that_is_not_on_the_list_is_refused(
    system: System, filed: ApplicationId
) -> None:
    with pytest.raises(InvalidInput):
        await refuse_sample(system, OFFICER, *await first(system), reason="because")


async def test_the_look_at_a_sample_is_told_to_the_worker(
    system: System, filed: ApplicationId
) -> None:
    _, application_id, row = await first(system)

    assert [look.actor for look in await looks_at_worker(system, application_id, row)] == [
        "account:1"
    ]


async def test_samples_are_for_officers(system: System, filed: ApplicationId) -> None:
    representative = Actor(kind=ActorKind.ACCOUNT, id=2, role=Role.REPRESENTATIVE)

    with pytest.raises(Forbidden):
        await show_samples(system, representative)


async def test_a_look_at_the_samples_is_one_record_for_all_who_are_shown(
    system: System, filed: ApplicationId
) -> None:
    _, samples = await show_samples(system, OFFICER)

    async with system.database.connection() as conn:
        found = await conn.execute("SELECT count(*) FROM audit_event WHERE action LIKE '%-seen'")
        assert await found.fetchall() == [(1,)]
        looks = [await audit.looks_at_row(conn, filed, each.row) for each in samples]
    assert all(len(each) == 1 for each in looks)


async def test_a_sample_says_at_whose_site_the_worker_is(system: System) -> None:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, ROOT / "samples" / "employers.csv")
    sites = (str(BANK), "Gudang Timur", str(FACTORY))
    rows = [
        {**one, "lokasi_kerja": site} for one, site in zip(fresh_workers(3), sites, strict=True)
    ]
    filed = await file_workers(system, OPERATOR, FACTORY, rows, digest=bytes(16))
    places = drawn(system, filed.application_id, DrawnBecause.UNKNOWN)
    async with system.database.transaction() as conn:
        await draw(conn, places)

    _, samples = await show_samples(system, OFFICER)

    assert [each.host for each in samples] == [BANK, None, None]
