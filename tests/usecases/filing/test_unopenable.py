"""An application that cannot be opened is passed over, named, and put back once it is mended."""

from pathlib import Path

import pytest

from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR
from strp.usecases.desk.review import take_next
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import Receipt, file_workers
from strp.usecases.filing.unopenable import applications_set_aside, look_again
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.operation.measure import measure
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.stage import People, Post

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[3] / "samples" / "employers.csv"
BANK = Nib(8120001110001)
BREAK = """
UPDATE worker SET sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)
WHERE application_id = %s AND row_no = (
    SELECT min(row_no) FROM worker WHERE application_id = %s)
"""


async def on_desk(system: System) -> Receipt:
    """A filing that waits on the desk."""
    receipt = await file_workers(system, OPERATOR, BANK, fresh_workers(2), digest=bytes(16))
    async with system.database.transaction() as conn:
        await conn.execute(
            "UPDATE worker SET state = 'pending' WHERE application_id = %s",
            (receipt.application_id,),
        )
        await conn.execute(
            "INSERT INTO desk (nib, application_id, due_at) VALUES (%s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            (BANK, receipt.application_id, system.clock()),
        )
    return receipt


async def damage(system: System, receipt: Receipt) -> None:
    """Change one byte of a row; a second time mends it."""
    async with system.database.transaction() as conn:
        await conn.execute(BREAK, (receipt.application_id, receipt.application_id))


async def test_the_desk_passes_over_what_cannot_be_opened_until_it_is_mended(
    system: System, post: Post
) -> None:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    broken, sound = await on_desk(system), await on_desk(system)
    await damage(system, broken)
    officer = await People(system, post, BANK, "").officer()

    taken = await take_next(system, officer)

    assert taken and taken.application_id == sound.application_id
    assert await applications_set_aside(system) == [(broken.application_id, "seal-broken")]
    assert "strp_desk_cannot_open 1.0" in await measure(system)
    await look_again(system)
    assert await applications_set_aside(system) != []

    await damage(system, broken)
    await look_again(system)

    assert await applications_set_aside(system) == []
