"""A change of the rules reaches what was approved before it, as the new policy says."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from strp.domain.certificates.life import Act
from strp.domain.desk.objection import About, Outcome
from strp.domain.employers.caps import Staff
from strp.domain.errors import Conflict
from strp.domain.filing.application import WorkerState
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.domain.screening.ruling import RulingDraft
from strp.domain.screening.standing import Rescreening
from strp.usecases.certificates.change import change_certificate
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.rescreen_standing import list_rescreenings, rescreen_standing
from strp.usecases.desk.object import decide_objection, file_objection
from strp.usecases.desk.rule_employer import rule_employer
from strp.usecases.employers.import_registry import import_employers, preview_import
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.show import show_workers
from strp.usecases.operation.activate_policy import (
    activate_policy,
    preview_activation,
    undo_policy_change,
    withdraw_policy,
)
from strp.usecases.process.system import System
from tests.journeys.running import SAMPLES, fresh_workers
from tests.usecases.stage import REAL, Clock, Edit

pytestmark = pytest.mark.anyio
BANK, SHOP, CONTRACTOR = Nib(8120001110001), Nib(8120001110004), Nib(8120001110015)
OFFICER = Actor(kind=ActorKind.ACCOUNT, id=1, role=Role.OFFICER)
Filed = Callable[..., Awaitable[int]]


def then(edit: Edit, unfit: str) -> None:
    """What the regulation says of who fits no more."""
    edit(REAL, "straight_through: true", f"{unfit}\nstraight_through: true")


HOLD = "unfit: {then: hold, citation: Ujian}"
NOTICE = "unfit: {then: suspend, notice_hours: 24, citation: Ujian}"


@pytest.fixture
async def filed(city: System) -> Filed:
    """Files workers under the regulation and has their certificates made."""
    await activate_policy(city, OPERATOR, REAL)

    async def filed(nib: Nib = BANK, count: int = 4, site: str = "pelayanan") -> int:
        people = [{**row, "jenis_lokasi": site} for row in fresh_workers(count)]
        receipt = await file_workers(city, OPERATOR, nib, people, digest=bytes(16))
        assert receipt.ledger.accepted == count
        while await Issuer(city).issue_some():
            pass
        return receipt.application_id

    return filed


async def settled(city: System, clock: Clock, **later: float) -> Rescreening | None:
    """What the last change came to, once the worker has done what is due."""
    clock.pass_(**(later or {"seconds": 20}))
    city.reference.read_at = None
    while await rescreen_standing(city):
        pass
    found = await list_rescreenings(city, OPERATOR)
    return found[0] if found else None


async def standing(city: System, application_id: int) -> list[str]:
    """What the certificates of a filing are, by row."""
    shown = await show_workers(city, OPERATOR, application_id)
    return [each.certificate.status for each in shown.workers if each.certificate]


async def refuse_banks(city: System, edit: Edit, unfit: str = HOLD) -> None:
    then(edit, unfit)
    edit(REAL, 'prefix: "641"', 'prefix: "648"')
    await activate_policy(city, OPERATOR, REAL)


async def test_who_fits_no_more_is_held_and_comes_back_by_an_undo(
    city: System, edit: Edit, clock: Clock, filed: Filed
) -> None:
    bank, others = await filed(), await filed(SHOP)
    await refuse_banks(city, edit)
    done = await settled(city, clock)
    assert done is not None and (done.employers, done.suspended, done.left) == (1, 4, 0)
    assert await standing(city, bank) == ["suspended"] * 4
    assert await standing(city, others) == ["standing"] * 4
    await undo_policy_change(city, OPERATOR)
    back = await settled(city, clock)
    assert back is not None and back.restored == 4
    assert await standing(city, bank) == ["standing"] * 4


async def test_a_policy_that_says_nothing_lets_certificates_run_out(
    city: System, edit: Edit, clock: Clock, filed: Filed
) -> None:
    bank = await filed()
    edit(REAL, 'prefix: "641"', 'prefix: "648"')
    done = await activate_policy(city, OPERATOR, REAL)
    assert done.effects.workers_no_longer_fit == 4
    assert await settled(city, clock) is None
    assert await standing(city, bank) == ["standing"] * 4


async def test_a_suspension_with_notice_comes_when_the_notice_is_over(
    city: System, edit: Edit, clock: Clock, filed: Filed
) -> None:
    bank = await filed()
    await refuse_banks(city, edit, NOTICE)
    asked = await settled(city, clock, hours=23)
    assert asked is not None and asked.employers is None
    assert await standing(city, bank) == ["standing"] * 4
    await settled(city, clock, hours=2)
    assert await standing(city, bank) == ["suspended"] * 4


async def test_where_the_class_waits_for_an_officer_the_ruling_brings_them_back(
    city: System, edit: Edit, clock: Clock, filed: Filed
) -> None:
    """30 workers of a contractor whose class became `review` stayed approved."""
    contractor = await filed(CONTRACTOR, 30)
    then(edit, HOLD)
    as_it_was = 'prefix: "42", edition: 2020, sector: K-k, decision: '
    edit(REAL, f"{as_it_was}auto", f"{as_it_was}review")
    preview = await preview_activation(city, OPERATOR, REAL)
    assert preview.touched.employers == {CONTRACTOR: 30}
    await activate_policy(city, OPERATOR, REAL)
    await settled(city, clock)
    assert await standing(city, contractor) == ["suspended"] * 30
    objection = await file_objection(
        city, OPERATOR, About.SECTOR, str(CONTRACTOR), "Kami membangun jalan umum"
    )
    with pytest.raises(Conflict, match="objection-needs-ruling"):
        await decide_objection(city, OFFICER, objection.objection_id, Outcome.UPHELD, "benar")
    ruling = RulingDraft(
        sector="K-k",
        staff=Staff(None, None),
        evidence=False,
        until_on=None,
        reason="infrastruktur publik",
        citation="",
    )
    await rule_employer(city, OFFICER, CONTRACTOR, ruling)
    assert await standing(city, contractor) == ["standing"] * 30


async def test_over_a_lower_cap_those_filed_last_are_held(
    city: System, edit: Edit, clock: Clock, filed: Filed
) -> None:
    """Caps are a share of the staff: of 1,200 in offices 1 percent are 12."""
    first = await filed(count=8, site="administrasi")
    clock.pass_(minutes=1)
    last = await filed(count=8, site="administrasi")
    then(edit, HOLD)
    edit(REAL, "caps: {service: 50, administration: 25}", "caps: {service: 50, administration: 1}")
    await activate_policy(city, OPERATOR, REAL)
    await settled(city, clock)
    assert await standing(city, first) == ["standing"] * 8
    assert await standing(city, last) == ["standing"] * 4 + ["suspended"] * 4


async def test_what_a_person_suspended_or_ended_is_left_alone(
    city: System, edit: Edit, clock: Clock, filed: Filed
) -> None:
    bank = await filed()
    shown = await show_workers(city, OPERATOR, bank)
    by_hand, ended, *_ = [each.serial for each in shown.workers if each.serial]
    await change_certificate(city, OPERATOR, by_hand, Act.SUSPEND, reason="foto")
    await change_certificate(city, OPERATOR, ended, Act.END, reason="keluar")
    await refuse_banks(city, edit)
    await settled(city, clock)
    await undo_policy_change(city, OPERATOR)
    await settled(city, clock)
    assert await standing(city, bank) == ["suspended", "ended", "standing", "standing"]


async def test_an_activation_while_what_stands_is_screened_is_refused_and_changes_nothing(
    city: System, edit: Edit, clock: Clock, filed: Filed
) -> None:
    bank = await filed()
    await refuse_banks(city, edit)
    clock.pass_(seconds=20)
    assert await rescreen_standing(city)  # it is planned, and nothing is suspended yet
    with pytest.raises(Conflict, match="rescreening-underway"):
        await activate_policy(city, OPERATOR, "inmendagri-15-2021")
    await undo_policy_change(city, OPERATOR)  # a mistake can be taken back at once
    await settled(city, clock)
    assert await standing(city, bank) == ["standing"] * 4


@pytest.mark.parametrize("seconds", [0, 14])
async def test_an_activation_just_before_what_stands_is_screened_is_refused_too(
    city: System, edit: Edit, clock: Clock, filed: Filed, seconds: float
) -> None:
    """Every process must file by the new rules first: in these 15 s nothing is screened yet."""
    bank = await filed()
    await refuse_banks(city, edit)
    clock.pass_(seconds=seconds)
    for change in (preview_activation, activate_policy):
        with pytest.raises(Conflict, match="rescreening-underway"):
            await change(city, OPERATOR, "inmendagri-15-2021")
    await settled(city, clock)
    assert await standing(city, bank) == ["suspended"] * 4
    await activate_policy(city, OPERATOR, "inmendagri-15-2021")


async def test_while_a_notice_runs_another_activation_is_taken(
    city: System, edit: Edit, clock: Clock, filed: Filed
) -> None:
    await filed()
    await refuse_banks(city, edit, NOTICE)
    clock.pass_(hours=23)
    await activate_policy(city, OPERATOR, "inmendagri-15-2021")


async def test_a_policy_can_be_withdrawn_while_what_stands_is_screened(
    city: System, edit: Edit, clock: Clock, filed: Filed
) -> None:
    bank = await filed()
    await activate_policy(city, OPERATOR, "inmendagri-15-2021")
    await refuse_banks(city, edit)
    clock.pass_(seconds=20)
    assert await rescreen_standing(city)
    await withdraw_policy(city, OPERATOR, REAL)
    await settled(city, clock)
    assert await standing(city, bank) == ["standing"] * 4


def extract(city: System, *changes: tuple[str, str]) -> Path:
    """The sample registry as another day's extract has it."""
    text = SAMPLES.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = Path(city.settings.data_dir) / "employers.csv"
    path.write_text(text, "utf-8")
    return path


async def test_a_corrected_registry_is_previewed_and_reaches_who_stands_and_who_waits(
    city: System, edit: Edit, clock: Clock, filed: Filed
) -> None:
    then(edit, HOLD)
    edit(REAL, "straight_through: true", "straight_through: true  # as before")
    await activate_policy(city, OPERATOR, REAL)
    bank = await filed()
    shop = extract(city, ("Bank Contoh Nusantara,64121", "Bank Contoh Nusantara,47711"))
    preview = await preview_import(city, OPERATOR, shop)
    [found] = preview.effects.reclassified
    assert (found.nib, found.sector_before, found.sector_after) == (BANK, "E-a", "N")
    assert (found.workers, found.no_longer_fit) == (4, 4)
    assert await standing(city, bank) == ["standing"] * 4
    done = await import_employers(city, OPERATOR, shop)
    assert done.effects.reclassified == preview.effects.reclassified
    assert (await import_employers(city, OPERATOR, shop)).effects.reclassified == ()
    await settled(city, clock)
    assert await standing(city, bank) == ["suspended"] * 4
    await import_employers(city, OPERATOR, SAMPLES)
    await settled(city, clock)
    assert await standing(city, bank) == ["standing"] * 4


async def test_an_employer_that_corrects_its_class_has_its_waiting_workers_screened_again(
    city: System, clock: Clock
) -> None:
    await activate_policy(city, OPERATOR, REAL)
    contractor = Nib(8120001110016)  # buildings go to an officer
    receipt = await file_workers(city, OPERATOR, contractor, fresh_workers(3), digest=bytes(16))
    corrected = extract(city, ("Gedung Contoh Kontraktor,41011", "Gedung Contoh,42101"))
    await import_employers(city, OPERATOR, corrected)
    await settled(city, clock)
    shown = await show_workers(city, OPERATOR, receipt.application_id)
    assert {each.state for each in shown.workers} == {WorkerState.APPROVED}


async def test_who_is_not_in_an_extract_stays_and_is_counted(city: System, filed: Filed) -> None:
    await filed()
    line = next(
        each for each in SAMPLES.read_text("utf-8").splitlines() if "Contoh Nusantara" in each
    )
    found = await preview_import(city, OPERATOR, extract(city, (line + "\n", "")))
    assert (found.effects.absent, found.effects.absent_with_workers) == (1, 1)


async def test_two_processes_and_one_that_died_do_each_employer_once(
    city: System, edit: Edit, clock: Clock, filed: Filed
) -> None:
    bank, shop = await filed(), await filed(SHOP, 3)
    then(edit, HOLD)
    edit(REAL, 'prefix: "641"', 'prefix: "648"')
    edit(REAL, 'prefix: "52"', 'prefix: "99"')
    await activate_policy(city, OPERATOR, REAL)
    clock.pass_(seconds=20)
    await rescreen_standing(city)
    dying = asyncio.ensure_future(rescreen_standing(city))
    await asyncio.sleep(0)
    dying.cancel()
    await asyncio.wait([dying])
    await asyncio.gather(*(rescreen_standing(city) for _ in range(3)))
    done = await settled(city, clock)
    assert done is not None and (done.suspended, done.done_at is not None) == (7, True)
    assert {*await standing(city, bank), *await standing(city, shop)} == {"suspended"}
