"""What a dry run counts is what then happens, where people have meddled with certificates too."""

import pytest

from strp.domain.certificates.life import Act
from strp.domain.employers.caps import Staff
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.domain.screening.ruling import RulingDraft
from strp.usecases.certificates.change import change_certificate
from strp.usecases.certificates.revoke import revoke_serials
from strp.usecases.desk.rule_employer import rule_employer
from strp.usecases.employers.close import close_employer
from strp.usecases.filing.show import show_workers
from strp.usecases.operation.activate_policy import activate_policy, preview_activation
from strp.usecases.operation.books import check_books
from strp.usecases.process.system import System
from tests.usecases.certificates.test_rescreen_standing import (
    BANK,
    HOLD,
    SHOP,
    Filed,
    filed,  # noqa: F401
    settled,
    standing,
    then,
)
from tests.usecases.stage import REAL, Clock, Edit

pytestmark = pytest.mark.anyio
OFFICER = Actor(kind=ActorKind.ACCOUNT, id=1, role=Role.OFFICER)
RULED, CLOSED = Nib(9665430494979), Nib(9534716751244)  # two more banks
AS_LOGISTICS = RulingDraft(
    sector="K-e", staff=Staff(100, 100), evidence=False, until_on=None, reason="ya", citation=""
)


async def test_counts_of_a_dry_run_are_what_happens_among_rulings_closures_and_suspensions(
    city: System,
    edit: Edit,
    clock: Clock,
    filed: Filed,  # noqa: F811
) -> None:
    bank, shop = await filed(BANK, 6), await filed(SHOP, 2)
    await rule_employer(city, OFFICER, RULED, AS_LOGISTICS)
    ruled, closed = await filed(RULED, 3), await filed(CLOSED, 2)
    serials = [each.serial for each in (await show_workers(city, OPERATOR, bank)).workers]
    suspended, ended, revoked = (str(serial) for serial in serials[:3])
    await change_certificate(city, OPERATOR, suspended, Act.SUSPEND, reason="dicurigai")
    await change_certificate(city, OPERATOR, ended, Act.END, reason="keluar")
    await revoke_serials(city, OPERATOR, [revoked], reason="palsu")
    await close_employer(city, OPERATOR, CLOSED, reason="Wabah", citation="Pergub 3/2021")

    then(edit, HOLD)
    edit(REAL, 'prefix: "641"', 'prefix: "648"')
    counted = await preview_activation(city, OPERATOR, REAL)
    done = await activate_policy(city, OPERATOR, REAL)
    happened = await settled(city, clock)

    assert done.effects == counted.effects and done.touched == counted.touched
    assert counted.touched.employers == {BANK: 4, CLOSED: 2}
    assert counted.effects.workers_no_longer_fit == 6
    assert happened is not None and happened.employers == 2
    # One of the six was suspended before, by a person; that suspension stays that person's.
    assert happened.suspended == 5
    now = await standing(city, bank)
    assert (now[0], now[3:]) == ("suspended", ["suspended"] * 3)
    assert sorted(now[1:3]) == ["ended", "revoked"]
    assert await standing(city, closed) == ["suspended"] * 2
    assert await standing(city, ruled) == ["standing"] * 3
    assert await standing(city, shop) == ["standing"] * 2
    assert not [rule for rule in await check_books(city) if rule.wrong]
