"""The dry run of an activation says what the activation then does, whatever employers did between
an earlier dry run and it."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from strp.domain.certificates.life import Act
from strp.domain.filing.application import WorkerState
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR
from strp.usecases.certificates.change import change_certificate
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.rescreen_standing import list_rescreenings, rescreen_standing
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.show import show_workers
from strp.usecases.filing.withdraw import withdraw
from strp.usecases.operation.activate_policy import activate_policy, preview_activation
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.stage import REAL, Clock, Edit

pytestmark = pytest.mark.anyio
BANK, SHOP, BUILDER, OFFICES = (
    Nib(8120001110001),
    Nib(8120001110004),
    Nib(8120001110015),
    Nib(8120001110016),
)
"""A bank, a shop, a contractor of public works, and one of buildings, who waits for an officer."""
Filings = dict[ApplicationId, Nib]
State = dict[ApplicationId, list[tuple[str, str]]]

CHANGES = {
    "a class that no sector names any more": ('prefix: "641"', 'prefix: "648"'),
    "a lower cap": (
        "caps: {service: 50, administration: 25}",
        "caps: {service: 1, administration: 1}",
    ),
    "a class that waits for an officer": (
        'prefix: "42", edition: 2020, sector: K-k, decision: auto',
        'prefix: "42", edition: 2020, sector: K-k, decision: review',
    ),
}


async def file_some(city: System, filings: Filings, nib: Nib, count: int) -> None:
    people = [{**row, "jenis_lokasi": "administrasi"} for row in fresh_workers(count)]
    receipt = await file_workers(city, OPERATOR, nib, people, digest=bytes(16))
    filings[receipt.application_id] = nib
    while await Issuer(city).issue_some():
        pass


async def end_one(city: System, filings: Filings, pick: random.Random) -> None:
    shown = [await show_workers(city, OPERATOR, each) for each in filings]
    standing = [
        worker.serial
        for each in shown
        for worker in each.workers
        if worker.serial and worker.certificate and worker.certificate.status == "standing"
    ]
    await change_certificate(city, OPERATOR, pick.choice(standing), Act.END, reason="keluar")


async def withdraw_one(city: System, filings: Filings, pick: random.Random) -> None:
    waiting = [
        each
        for each in filings
        if any(
            worker.state is WorkerState.PENDING
            for worker in (await show_workers(city, OPERATOR, each)).workers
        )
    ]
    if waiting:
        await withdraw(city, OPERATOR, pick.choice(waiting))


async def state(city: System, filings: Filings) -> State:
    """Each worker's state, and that of the certificate, by filing."""
    return {
        each: [
            (worker.state.value, worker.certificate.status if worker.certificate else "")
            for worker in (await show_workers(city, OPERATOR, each)).workers
        ]
        for each in filings
    }


def fell_out(filings: Filings, before: State, after: State) -> Counter[Nib]:
    """How many workers of each employer have no place any more who had one."""
    gone: Counter[Nib] = Counter()
    for each, nib in filings.items():
        gone[nib] += sum(
            was != now and (now[0] == "refused" or now[1] == "suspended")
            for was, now in zip(before[each], after[each], strict=True)
        )
    return +gone


@pytest.fixture
async def filings(city: System) -> Filings:
    found: Filings = {}
    await activate_policy(city, OPERATOR, REAL)
    for nib in (BANK, SHOP, BUILDER, OFFICES):
        await file_some(city, found, nib, 6)
    return found


Between = Callable[[System, Filings, random.Random], Awaitable[None]]


async def file_more(city: System, filings: Filings, pick: random.Random) -> None:
    await file_some(city, filings, pick.choice([BANK, SHOP, BUILDER, OFFICES]), pick.randint(1, 9))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("seed", range(2))
async def test_the_dry_run_is_what_happens_with_a_change_between(
    city: System, edit: Edit, clock: Clock, filings: Filings, change: str, seed: int
) -> None:
    rule = "unfit: {then: hold, citation: Ujian}"
    edit(REAL, "straight_through: true", f"{rule}\nstraight_through: true")
    edit(REAL, *CHANGES[change])
    pick, first = random.Random(seed), await preview_activation(city, OPERATOR, REAL)
    acts: list[Between] = [file_more, end_one, withdraw_one, file_more]
    pick.shuffle(acts)
    for act in acts:
        clock.pass_(minutes=1)
        await act(city, filings, pick)
    before = await state(city, filings)
    told = await preview_activation(city, OPERATOR, REAL)
    assert await state(city, filings) == before  # a dry run changes nothing
    done = await activate_policy(city, OPERATOR, REAL)
    assert (done.effects, done.touched.employers) == (told.effects, told.touched.employers)
    clock.pass_(seconds=20)
    city.reference.read_at = None
    while await rescreen_standing(city):
        pass
    [ended, *_] = await list_rescreenings(city, OPERATOR)
    assert ended.done_at is not None
    after = await state(city, filings)
    assert fell_out(filings, before, after) == +Counter(told.touched.employers), first.effects
