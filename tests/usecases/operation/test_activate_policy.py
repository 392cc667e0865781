"""Only activated policies count; what an activation touches is counted, recorded and undone."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from strp.credential.trust import Inspection, read_bundle, verify_text
from strp.domain.certificates.certificate import Verdict
from strp.domain.errors import Conflict, NotFound, Unavailable
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind
from strp.domain.screening.hosting import HostingState, HostingWord
from strp.domain.screening.policy_effects import Effects
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.rescreen_standing import list_rescreenings
from strp.usecases.certificates.revoke import revoke_employer
from strp.usecases.certificates.show import certificates_of
from strp.usecases.certificates.trust import trust_bundle, verify
from strp.usecases.desk.confirm_host import answer_for_host
from strp.usecases.filing.file import file_workers
from strp.usecases.operation.activate_policy import (
    activate_policy,
    preview_activation,
    undo_policy_change,
    withdraw_policy,
)
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from strp.usecases.rules.current import current_periods, policy_today
from tests.usecases.stage import FIRST, REAL, Clock, Edit

pytestmark = pytest.mark.anyio
BANK, GUARDS = Nib(8120001110001), Nib(8120001110020)
OF_BANK = Actor(kind=ActorKind.API_KEY, id=7, nibs=frozenset({BANK}))
WORKERS = [
    {
        "nama": "Siti Aminah",
        "nik": f"31740555067832{number:02d}",
        "jabatan": "Teller",
        "jenis_lokasi": "pelayanan",
    }
    for number in range(4)
]


async def issued(city: System) -> list[str]:
    """Texts of the certificates of some workers of the bank."""
    receipt = await file_workers(city, OPERATOR, BANK, WORKERS, digest=b"1" * 16)
    assert receipt.ledger.accepted == len(WORKERS), receipt
    while await Issuer(city).issue_some():
        pass
    return [c.text async for c in certificates_of(city, OPERATOR, receipt.application_id)]


async def everywhere(city: System, text: str) -> Inspection:
    """What a certificate is worth on line, which is what the next bundle says too."""
    city.reference.read_at = city.trust.read_at = None
    city.trust.bundle = None  # or a slow machine goes on with what was read last
    here = await verify(city, text)
    bundle = read_bundle(await trust_bundle(city, inline=True))
    there = verify_text(text, bundle, city.clock())
    assert (here.verdict, here.exercise) == (there.verdict, there.exercise)
    return here


def counts(effects: Effects) -> tuple[int, int, int, int]:
    return effects[:4]


async def test_a_certificate_of_a_regulation_is_valid(city: System) -> None:
    await activate_policy(city, OPERATOR, REAL)
    (text, *_) = await issued(city)
    found = await everywhere(city, text)
    assert (found.verdict, found.exercise) == (Verdict.VALID, False)


async def test_a_regulation_in_effect_comes_before_an_exercise_whichever_began_later(
    city: System, clock: Clock
) -> None:
    """Or a city would open with certificates that say EXERCISE, and nobody would look for it."""
    exercise = replace(city, settings=replace(city.settings, exercise=True))
    clock.now = datetime(2021, 7, 12, 1, tzinfo=UTC)
    await load_reference(exercise, OPERATOR)
    (rehearsed, *_) = await issued(exercise)

    done = await activate_policy(exercise, OPERATOR, REAL)
    assert (done.instead, done.exercise, counts(done.effects)) == (None, "latihan", (0, 0, 0, 0))
    assert (await policy_today(exercise)).policy_id == REAL
    (real, *_) = await issued(exercise)
    assert (await everywhere(exercise, real)).verdict is Verdict.VALID
    assert (await everywhere(exercise, rehearsed)).verdict is Verdict.EXERCISE
    assert await list_rescreenings(exercise, OPERATOR) == []

    await withdraw_policy(exercise, OPERATOR, "latihan")
    clock.pass_(seconds=1)
    assert (await everywhere(exercise, rehearsed)).verdict is Verdict.EXPIRED
    assert (await everywhere(exercise, real)).verdict is Verdict.VALID
    assert (await activate_policy(exercise, OPERATOR, REAL)).exercise is None


async def test_an_exercise_activated_while_a_regulation_is_in_effect_does_not_apply_and_says_so(
    city: System,
) -> None:
    await activate_policy(city, OPERATOR, REAL)
    done = await activate_policy(city, OPERATOR, "latihan")
    assert done.instead is not None and done.instead.policy_id == REAL
    (text, *_) = await issued(city)
    assert (await everywhere(city, text)).verdict is Verdict.VALID


async def test_a_regulation_to_come_ends_the_exercise_by_itself_on_its_first_day(
    city: System, clock: Clock
) -> None:
    clock.now = datetime(2021, 7, 7, 1, tzinfo=UTC)
    await activate_policy(city, OPERATOR, "latihan")
    await activate_policy(city, OPERATOR, REAL)  # from 9 July on
    before = (await policy_today(city)).policy_id
    clock.now = datetime(2021, 7, 8, 17, 0, tzinfo=UTC)
    assert (before, (await policy_today(city)).policy_id) == ("latihan", REAL)


async def test_a_certificate_of_an_exercise_says_so_and_ends_with_it(
    city: System, clock: Clock
) -> None:
    exercise = replace(city, settings=replace(city.settings, exercise=True))
    await load_reference(exercise, OPERATOR)
    (text, *_) = await issued(exercise)
    before = await everywhere(exercise, text)
    await withdraw_policy(exercise, OPERATOR, "latihan")
    await activate_policy(exercise, OPERATOR, REAL)
    clock.pass_(seconds=1)
    after = await everywhere(exercise, text)
    assert (before.verdict, before.exercise) == (Verdict.EXERCISE, True)
    assert (after.verdict, after.exercise) == (Verdict.EXPIRED, True)


async def test_a_revoked_certificate_of_an_exercise_says_revoked(city: System) -> None:
    exercise = replace(city, settings=replace(city.settings, exercise=True))
    await load_reference(exercise, OPERATOR)
    (text, *_) = await issued(exercise)
    await revoke_employer(exercise, OPERATOR, BANK, reason="coba")
    found = await everywhere(exercise, text)
    assert (found.verdict, found.exercise) == (Verdict.REVOKED, True)


async def test_an_exercise_that_begins_anew_leaves_its_old_certificates_ended(
    city: System, clock: Clock
) -> None:
    exercise = replace(city, settings=replace(city.settings, exercise=True))
    await load_reference(exercise, OPERATOR)
    (text, *_) = await issued(exercise)
    await withdraw_policy(exercise, OPERATOR, "latihan")
    clock.pass_(days=20)
    again = await activate_policy(exercise, OPERATOR, "latihan")
    found = await everywhere(exercise, text)
    assert (found.verdict, again.effects.certificates_prolonged) == (Verdict.EXPIRED, 0)


async def test_status_lists_are_numbered_from_zero_whichever_key_signs(city: System) -> None:
    exercise = replace(city, settings=replace(city.settings, exercise=True))
    await load_reference(exercise, OPERATOR)
    (practised, *_) = await issued(exercise)
    await withdraw_policy(exercise, OPERATOR, "latihan")
    await activate_policy(exercise, OPERATOR, REAL)
    (true, *_) = await issued(exercise)
    first = (await everywhere(exercise, practised)).claims
    second = (await everywhere(exercise, true)).claims
    assert first and second and first.status_list == second.status_list == 0
    assert first.status_index != second.status_index


async def test_a_draft_in_the_folder_prolongs_nothing(city: System, edit: Edit) -> None:
    await activate_policy(city, OPERATOR, REAL)
    before = await current_periods(city)
    edit(FIRST, "until: 2021-07-20", "until: 2021-08-20")
    await activate_policy(city, OPERATOR, REAL)
    assert await current_periods(city) == before


async def test_the_counts_of_a_dry_run_are_what_then_happens(
    city: System, edit: Edit, clock: Clock
) -> None:
    await activate_policy(city, OPERATOR, REAL)
    texts = await issued(city)
    clock.now = datetime(2021, 7, 22, 3, tzinfo=UTC)
    expired = [(await everywhere(city, text)).verdict for text in texts]
    edit(REAL, "until: 2021-07-20", "until: 2021-08-02")
    preview = await preview_activation(city, OPERATOR, REAL)
    still = [(await everywhere(city, text)).verdict for text in texts]
    done = await activate_policy(city, OPERATOR, REAL)
    valid = [(await everywhere(city, text)).verdict for text in texts]
    assert preview.effects == done.effects and counts(done.effects) == (4, 0, 0, 1)
    assert {*expired, *still} == {Verdict.EXPIRED} and set(valid) == {Verdict.VALID}


async def test_a_period_can_be_ended_and_the_end_undone(city: System, edit: Edit) -> None:
    await activate_policy(city, OPERATOR, REAL)
    (text, *_) = await issued(city)
    edit(REAL, "until: 2021-07-20", "until: 2021-07-11")
    done = await activate_policy(city, OPERATOR, REAL)
    ended = (await everywhere(city, text)).verdict
    with pytest.raises(Unavailable, match="period-over"):
        await file_workers(city, OPERATOR, BANK, WORKERS, digest=b"2" * 16)
    undone = await undo_policy_change(city, OPERATOR)
    assert counts(done.effects) == (0, 4, 0, 1)
    assert (ended, (await everywhere(city, text)).verdict) == (Verdict.EXPIRED, Verdict.VALID)
    assert (undone.action, undone.policy_id) == ("policy-activated", REAL)


async def test_revoked_certificates_are_not_counted(city: System, edit: Edit) -> None:
    await activate_policy(city, OPERATOR, REAL)
    await issued(city)
    await revoke_employer(city, OPERATOR, BANK, reason="disegel")
    edit(REAL, "until: 2021-07-20", "until: 2021-08-02")
    assert (await activate_policy(city, OPERATOR, REAL)).effects.certificates_prolonged == 0


async def test_workers_who_no_longer_fit_are_counted(city: System, edit: Edit) -> None:
    await activate_policy(city, OPERATOR, REAL)
    await issued(city)
    edit(REAL, 'prefix: "641"', 'prefix: "648"')
    effects = (await preview_activation(city, OPERATOR, REAL)).effects
    assert counts(effects) == (0, 0, 4, 1)


async def test_several_undos_step_back_one_by_one(city: System, edit: Edit) -> None:
    await activate_policy(city, OPERATOR, REAL)
    for last_day in ("2021-07-25", "2021-08-02"):
        edit(REAL, (await policy_today(city)).period.ends_on.isoformat(), last_day)
        await activate_policy(city, OPERATOR, REAL)
    last_days = []
    for _ in range(3):
        last_days.append((await policy_today(city)).period.ends_on)
        await undo_policy_change(city, OPERATOR)
    assert last_days == [date(2021, 8, 2), date(2021, 7, 25), date(2021, 7, 20)]
    with pytest.raises(Unavailable, match="no-policy-in-force"):
        await policy_today(city)
    with pytest.raises(Conflict, match="nothing-to-undo"):
        await undo_policy_change(city, OPERATOR)


async def test_a_withdrawal_can_be_undone(city: System) -> None:
    await activate_policy(city, OPERATOR, REAL)
    await withdraw_policy(city, OPERATOR, REAL)
    await undo_policy_change(city, OPERATOR)
    assert (await policy_today(city)).policy_id == REAL


async def test_what_is_not_active_is_not_withdrawn_and_leaves_the_undo_to_the_last_real_change(
    city: System,
) -> None:
    await activate_policy(city, OPERATOR, REAL)
    with pytest.raises(Conflict, match="policy-not-active"):
        await withdraw_policy(city, OPERATOR, FIRST)
    with pytest.raises(NotFound, match="policy-unknown"):
        await withdraw_policy(city, OPERATOR, "tidak-ada")
    assert (await undo_policy_change(city, OPERATOR)).action == "policy-activated"


async def test_an_undone_activation_keeps_what_was_issued_under_it_as_it_was(city: System) -> None:
    await activate_policy(city, OPERATOR, REAL)
    (text, *_) = await issued(city)
    await undo_policy_change(city, OPERATOR)
    assert (await everywhere(city, text)).verdict is Verdict.VALID


async def test_an_undone_exercise_ends_its_certificates(city: System) -> None:
    await activate_policy(city, OPERATOR, "latihan")
    (text, *_) = await issued(city)
    await undo_policy_change(city, OPERATOR)
    found = await everywhere(city, text)
    assert (found.verdict, found.exercise) == (Verdict.EXPIRED, True)


async def test_of_two_policies_that_contradict_the_later_activation_wins_and_is_told(
    city: System, edit: Edit
) -> None:
    await activate_policy(city, OPERATOR, FIRST)
    edit(REAL, "until: 2021-07-20", "until: 2021-08-02")
    done = await activate_policy(city, OPERATOR, REAL)
    assert [policy.policy_id for policy in done.others] == [FIRST]
    assert (await policy_today(city)).period.ends_on == date(2021, 8, 2)


async def test_the_period_of_an_exercise_is_not_a_regulations(city: System, edit: Edit) -> None:
    await activate_policy(city, OPERATOR, "latihan")
    await withdraw_policy(city, OPERATOR, "latihan")
    for name in (REAL, FIRST):
        edit(name, "number: 1\n", "number: 20\n")
        edit(name, "code: PPKM-DARURAT-2021", "code: LATIHAN")
    edit("latihan", "number: 20", "number: 21")
    edit("latihan", "code: LATIHAN", "code: LATIHAN-2")
    with pytest.raises(Conflict, match="period-of-another"):
        await activate_policy(city, OPERATOR, REAL)


async def test_two_activations_at_once_take_turns(city: System) -> None:
    await asyncio.gather(*(activate_policy(city, OPERATOR, name) for name in (REAL, FIRST)))
    undone = {(await undo_policy_change(city, OPERATOR)).policy_id for _ in range(2)}
    assert undone == {REAL, FIRST}


async def test_a_change_counts_workers_at_the_sites_of_others_by_what_holds_for_the_host(
    city: System, edit: Edit
) -> None:
    """They take no place under the caps of their own employer, so its numbers never name them."""
    await activate_policy(city, OPERATOR, REAL)
    people = [{**row, "lokasi_kerja": str(BANK)} for row in WORKERS]
    await file_workers(city, OPERATOR, GUARDS, people, digest=b"2" * 16)
    word = HostingWord(state=HostingState.CONFIRMED, service=4)
    await answer_for_host(city, OF_BANK, BANK, GUARDS, word)
    edit(REAL, 'prefix: "641"', 'prefix: "648"')  # banks are named no more

    preview = await preview_activation(city, OPERATOR, REAL)
    done = await activate_policy(city, OPERATOR, REAL)

    assert preview.effects == done.effects
    assert done.effects.workers_no_longer_fit == 4 and done.effects.employers >= 1
