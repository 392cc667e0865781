"""A worker whom two employers file: what each learns, and what officers see."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from strp.domain.certificates.certificate import Verdict
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.domain.screening.screening_claims import CLAIMS_TOLD, CLAIMS_TOLD_SHARE
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.show import certificates_of
from strp.usecases.certificates.trust import verify
from strp.usecases.desk.samples import show_samples
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import Receipt, file_workers
from strp.usecases.filing.show import ShownWorker, show_application, show_workers
from strp.usecases.filing.withdraw import withdraw
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[3] / "samples" / "employers.csv"
BANK, LOGISTICS = Nib(8120001110001), Nib(8120001110004)
OFFICER = Actor(kind=ActorKind.ACCOUNT, id=9, role=Role.OFFICER)
STRANGER = Actor(kind=ActorKind.API_KEY, id=1, nibs=frozenset({LOGISTICS}))


@pytest.fixture
async def city(system: System) -> AsyncIterator[System]:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    yield system


def people(count: int, name: str = "Siti Aminah", first: int = 1) -> list[dict[str, str]]:
    return [
        {
            "nama": name,
            "nik": f"317405550678{number:04d}",
            "jabatan": "Teller",
            "jenis_lokasi": "pelayanan",
        }
        for number in range(first, first + count)
    ]


async def file(city: System, nib: Nib, workers: list[dict[str, str]]) -> Receipt:
    return await file_workers(city, OPERATOR, nib, workers, digest=b"1" * 16)


async def seen_by(city: System, actor: Actor, receipt: Receipt) -> list[ShownWorker]:
    page = await show_workers(city, actor, receipt.application_id, limit=1000)
    return list(page.workers)


def codes(workers: list[ShownWorker]) -> list[list[str]]:
    return [[reason.code for reason in each.reasons] for each in workers]


async def test_a_filer_is_told_only_that_an_officer_looks(city: System) -> None:
    await file(city, BANK, people(1))
    receipt = await file(city, LOGISTICS, people(2, "X"))
    assert codes(await seen_by(city, STRANGER, receipt)) == [["officer-check"], []]


async def test_the_filers_sentence_does_not_speak_of_another_employer(city: System) -> None:
    await file(city, BANK, people(1))
    [worker] = await seen_by(city, STRANGER, await file(city, LOGISTICS, people(1, "X")))
    [reason] = worker.reasons
    told = f"{reason.detail.en} {reason.detail.id} {reason.citation}"
    assert (worker.others, "employer" in told, "perusahaan" in told) == ((), False, False)


async def test_an_officer_sees_who_else_filed_the_worker(city: System) -> None:
    first = await file(city, BANK, people(1))
    [worker] = await seen_by(city, OFFICER, await file(city, LOGISTICS, people(1, "X")))
    [other] = worker.others
    assert codes([worker]) == [["claimed-elsewhere"]]
    assert (other.nib, other.application_id) == (BANK, first.application_id)


@pytest.mark.parametrize(("name", "same"), [("X", False), ("siti  aminah, S.E.", True)])
async def test_an_officer_sees_whether_the_names_are_the_same(
    city: System, name: str, same: bool
) -> None:
    await file(city, BANK, people(1))
    [worker] = await seen_by(city, OFFICER, await file(city, LOGISTICS, people(1, name)))
    assert [other.same_name for other in worker.others] == [same]


async def samples_drawn(city: System) -> list[tuple[Nib, int]]:
    _, waiting = await show_samples(city, OFFICER)
    return [(each.nib, each.row) for each in waiting if each.person.name == "Siti Aminah"]


async def test_where_names_differ_the_earlier_filing_comes_before_an_officer_too(
    city: System,
) -> None:
    await file(city, BANK, people(1))
    before = await samples_drawn(city)
    await file(city, LOGISTICS, people(1, "X"))
    assert (before, await samples_drawn(city)) == ([], [(BANK, 1)])


async def test_an_officer_who_looks_at_the_sample_sees_the_other_employer(city: System) -> None:
    await file(city, BANK, people(1))
    receipt = await file(city, LOGISTICS, people(1, "X"))
    _, waiting = await show_samples(city, OFFICER)
    [sample] = [each for each in waiting if each.person.name == "Siti Aminah"]
    [other] = sample.others
    assert (other.nib, other.application_id) == (LOGISTICS, receipt.application_id)
    assert not other.same_name


async def test_where_names_are_the_same_the_earlier_filing_is_left_alone(city: System) -> None:
    await file(city, BANK, people(1))
    await file(city, LOGISTICS, people(1))
    assert await samples_drawn(city) == []


async def test_the_earlier_certificate_stands_until_an_officer_decides(city: System) -> None:
    first = await file(city, BANK, people(1))
    await Issuer(city).issue_some()
    await file(city, LOGISTICS, people(1, "X"))
    [certificate] = [c async for c in certificates_of(city, OPERATOR, first.application_id)]
    verdict = (await verify(city, certificate.text)).verdict
    assert verdict in {Verdict.VALID, Verdict.EXERCISE}


async def test_who_was_filed_first_by_a_stranger_meets_an_officer_and_so_does_the_stranger(
    city: System,
) -> None:
    await file(city, LOGISTICS, people(1, "X"))
    true = await file(city, BANK, people(1))
    _, waiting = await show_samples(city, OFFICER)
    pending = (await show_application(city, OPERATOR, true.application_id)).pending
    assert (pending, [each.nib for each in waiting if each.person.name == "X"]) == (1, [LOGISTICS])


async def test_what_a_filer_can_collect_is_bounded_past_it_nobody_waits_for_another_employer(
    city: System,
) -> None:
    await file(city, BANK, people(CLAIMS_TOLD + 5))
    told = 0
    for number in range(1, CLAIMS_TOLD + 6):
        receipt = await file(city, LOGISTICS, people(1, "X", first=number))
        if (await show_application(city, OPERATOR, receipt.application_id)).pending:
            told += 1
            await withdraw(city, OPERATOR, receipt.application_id)
    assert told == CLAIMS_TOLD


async def test_whoever_is_told_no_more_is_looked_at_as_a_sample(city: System) -> None:
    await file(city, BANK, people(2 * CLAIMS_TOLD))
    receipt = await file(city, LOGISTICS, people(2 * CLAIMS_TOLD, "X"))
    application = await show_application(city, OPERATOR, receipt.application_id)
    async with city.database.connection() as conn:
        query = "SELECT count(*) FROM sample WHERE nib = %s AND checked_at IS NULL"
        [drawn] = await (await conn.execute(query, (LOGISTICS,))).fetchone() or [0]
    assert application.pending == CLAIMS_TOLD + 2 * CLAIMS_TOLD // CLAIMS_TOLD_SHARE
    assert drawn >= application.approved == 2 * CLAIMS_TOLD - application.pending


async def test_a_row_past_the_bound_looks_like_any_other_to_the_filer(city: System) -> None:
    await file(city, BANK, people(4 * CLAIMS_TOLD))
    await file(city, LOGISTICS, people(3 * CLAIMS_TOLD, "X"))
    contested = people(1, "X", first=4 * CLAIMS_TOLD)
    receipt = await file(city, LOGISTICS, [*contested, *people(1, "X", first=5000)])
    seen = await seen_by(city, STRANGER, receipt)
    assert ({each.state.value for each in seen}, codes(seen)) == ({"approved"}, [[], []])


async def test_a_rival_who_files_some_of_an_employers_people_first_holds_up_no_others(
    city: System,
) -> None:
    await file(city, BANK, people(31, "X"))
    receipt = await file(city, LOGISTICS, people(100))
    later = await file(city, LOGISTICS, people(20, first=5000))
    first = await show_application(city, OPERATOR, receipt.application_id)
    second = await show_application(city, OPERATOR, later.application_id)
    assert (first.pending, first.approved, second.pending) == (31, 69, 0)


async def test_a_handful_of_shared_workers_leaves_all_others_straight_through(
    city: System,
) -> None:
    await file(city, BANK, people(3))
    receipt = await file(city, LOGISTICS, people(50, "X"))
    application = await show_application(city, OPERATOR, receipt.application_id)
    assert (application.pending, application.approved) == (3, 47)
