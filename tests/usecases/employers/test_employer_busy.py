"""Whatever waits in vain for an employer whose large roster is being stored is told just that."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from strp.domain.certificates.life import Act
from strp.domain.certificates.scope import Scope
from strp.domain.desk.objection import About
from strp.domain.errors import Unavailable
from strp.domain.identifiers import SerialNumber
from strp.domain.people.account import OPERATOR
from strp.domain.screening.staff_declaration import DeclaredStaff
from strp.store.certificates import life
from strp.store.engine.database import Database, single_connection
from strp.usecases.certificates.change import change_certificate
from strp.usecases.certificates.change_many import change_many
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.revoke import revoke_employer
from strp.usecases.desk.confirm_host import answer_for_host
from strp.usecases.desk.object import file_objection
from strp.usecases.employers.close import close_employer
from strp.usecases.filing.declare_staff import declare_staff
from strp.usecases.filing.file import file_workers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.desk.test_hosting import BANK, GUARDS, OF_BANK, confirm, file_at
from tests.usecases.desk.test_rule_employer import register

pytestmark = pytest.mark.anyio
Asked = Callable[[System], Awaitable[object]]
ASKED: dict[str, Asked] = {
    "staff": lambda system: declare_staff(
        system, OPERATOR, BANK, DeclaredStaff(service=9, administration=9, partners=0)
    ),
    "a host's word": lambda system: answer_for_host(system, OF_BANK, BANK, GUARDS, confirm(1)),
    "an objection": lambda system: file_objection(
        system, OF_BANK, About.CLOSURE, f"{BANK:013d}", "Sudah aman"
    ),
    "a worker who left": lambda system: _end_one(system),
    "a revocation": lambda system: revoke_employer(system, OPERATOR, BANK, reason="contoh"),
    "a suspension of many": lambda system: change_many(
        system, OPERATOR, Act.SUSPEND, Scope(nib=BANK), reason="contoh"
    ),
}


async def _end_one(system: System) -> None:
    async with system.database.connection() as conn:
        serial = (await life.serials_of_employer(conn, BANK))[0]
    await change_certificate(
        system, OPERATOR, system.keys.serials.write(SerialNumber(serial)), Act.END, reason="contoh"
    )


@pytest.fixture
async def impatient(system: System, database_url: str) -> AsyncIterator[System]:
    """An installation that waits a second for a lock; the bank is a host, its staff known, one of
    them has a certificate, and it is closed."""
    await load_reference(system, OPERATOR)
    await register(system, "69100", nib=GUARDS)
    await register(system, "64121", staff=(20, 20), nib=BANK)
    await file_at(system, str(BANK), 1)
    await file_workers(system, OPERATOR, BANK, fresh_workers(1), digest=bytes(16))
    while await Issuer(system).issue_some():
        pass
    await close_employer(system, OPERATOR, BANK, reason="Wabah", citation="Pergub 3/2021")
    async with Database(database_url, connections=2, lock_timeout_s=1) as database:
        yield replace(system, database=database)


@pytest.mark.parametrize("asked", ASKED.values(), ids=list(ASKED))
async def test_who_waits_in_vain_for_an_employer_is_told_that_it_is_busy(
    impatient: System, database_url: str, asked: Asked
) -> None:
    async with single_connection(database_url) as giant, giant.transaction():
        await giant.execute("SELECT pg_advisory_xact_lock(%s)", [BANK])
        with pytest.raises(Unavailable) as raised:
            await asked(impatient)
    assert raised.value.code == "employer-busy"
