"""Many certificates in one act: how many it hits, what it leaves alone, and its undoing."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from strp.credential.trust import read_bundle, verify_text
from strp.domain.certificates.life import Act
from strp.domain.certificates.scope import Scope
from strp.domain.errors import Forbidden, InvalidInput, NotFound
from strp.domain.identifiers import Nib, PeriodId
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.usecases.certificates.change import change_certificate
from strp.usecases.certificates.change_many import (
    change_many,
    list_group_acts,
    preview_many,
    touched_by,
    undo_many,
)
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.show import certificate_by_serial
from strp.usecases.certificates.trust import trust_bundle
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.show import show_workers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[3]
BANK, HOSPITAL = Nib(8120001110001), Nib(8120001110003)
INSPECTOR = Actor(kind=ActorKind.ACCOUNT, id=9, role=Role.INSPECTOR)
OF_BANK = Scope(nib=BANK)


@pytest.fixture(autouse=True)
async def ready(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, ROOT / "samples" / "employers.csv")
    yield


async def issued(system: System, nib: Nib, count: int) -> list[str]:
    """Serials of new certificates."""
    people = fresh_workers(count)
    receipt = await file_workers(system, OPERATOR, nib, people, digest=bytes(16))
    while await Issuer(system).issue_some():
        pass
    shown = await show_workers(system, OPERATOR, receipt.application_id)
    return [worker.serial for worker in shown.workers if worker.serial]


async def verdicts(system: System, serials: list[str]) -> list[str]:
    """What a checkpoint with the next bundle reads, without a network."""
    bundle = read_bundle(await trust_bundle(system, inline=True))
    texts = [(await certificate_by_serial(system, OPERATOR, each)).text for each in serials]
    return [verify_text(text, bundle, system.clock()).verdict for text in texts]


async def test_an_employer_is_suspended_in_one_act_and_restored_by_its_number(
    system: System,
) -> None:
    ours, theirs = await issued(system, BANK, 3), await issued(system, HOSPITAL, 1)
    assert touched_by(Act.SUSPEND, await preview_many(system, OPERATOR, OF_BANK)) == 3
    act = await change_many(system, OPERATOR, Act.SUSPEND, OF_BANK, reason="disegel")
    assert act.certificates == 3 and act.done_at is not None
    assert await verdicts(system, ours + theirs) == ["SUSPENDED"] * 3 + ["EXERCISE"]
    await undo_many(system, OPERATOR, act.act_id, reason="segel dibuka")
    assert await verdicts(system, ours + theirs) == ["EXERCISE"] * 4
    assert (await list_group_acts(system, OPERATOR))[0].undone_at is not None


async def test_a_sector_or_a_period_hits_all_employers_that_have_certificates_in_it(
    system: System,
) -> None:
    bank, hospital = await issued(system, BANK, 2), await issued(system, HOSPITAL, 1)
    await change_many(system, OPERATOR, Act.SUSPEND, Scope(sector="K-a"), reason="uji")
    assert await verdicts(system, bank + hospital) == ["EXERCISE", "EXERCISE", "SUSPENDED"]
    found = await preview_many(system, OPERATOR, Scope(period=PeriodId(20)))
    assert (found.certificates, found.employers, found.standing) == (3, 2, 2)
    await change_many(system, OPERATOR, Act.REVOKE, Scope(period=PeriodId(20)), reason="uji")
    assert await verdicts(system, bank + hospital) == ["REVOKED"] * 3


async def test_undoing_leaves_alone_what_was_suspended_or_revoked_for_another_reason(
    system: System,
) -> None:
    before, revoked, plain = await issued(system, BANK, 3)
    await change_certificate(system, OPERATOR, before, Act.SUSPEND, reason="foto")
    act = await change_many(system, OPERATOR, Act.SUSPEND, OF_BANK, reason="disegel")
    assert act.certificates == 2
    await change_certificate(system, OPERATOR, revoked, Act.END, reason="keluar")
    await undo_many(system, OPERATOR, act.act_id, reason="dibuka")
    found = await verdicts(system, [before, revoked, plain])
    assert found == ["SUSPENDED", "REVOKED", "EXERCISE"]


async def test_nothing_is_changed_without_a_scope_a_reason_a_hit_or_the_right(
    system: System,
) -> None:
    await issued(system, BANK, 1)
    with pytest.raises(InvalidInput, match="scope-missing"):
        await change_many(system, OPERATOR, Act.SUSPEND, Scope(), reason="uji")
    with pytest.raises(InvalidInput, match="reason-missing"):
        await change_many(system, OPERATOR, Act.SUSPEND, OF_BANK, reason=" ")
    with pytest.raises(NotFound, match="scope-empty"):
        await change_many(system, OPERATOR, Act.SUSPEND, Scope(sector="E-z"), reason="uji")
    with pytest.raises(Forbidden):
        await change_many(system, INSPECTOR, Act.SUSPEND, OF_BANK, reason="uji")
    assert await list_group_acts(system, OPERATOR) == []


async def test_a_revocation_of_many_is_not_undone_and_no_act_twice(system: System) -> None:
    await issued(system, BANK, 1)
    suspended = await change_many(system, OPERATOR, Act.SUSPEND, OF_BANK, reason="uji")
    await undo_many(system, OPERATOR, suspended.act_id, reason="uji")
    revoked = await change_many(system, OPERATOR, Act.REVOKE, OF_BANK, reason="uji")
    for act_id in (suspended.act_id, revoked.act_id, 4711):
        with pytest.raises(NotFound, match="act-unknown"):
            await undo_many(system, OPERATOR, act_id, reason="uji")
