"""Getting an installation ready for a rehearsal, and checking it afterwards."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from strp.domain.civil_time import civil_day
from strp.domain.errors import Conflict
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR
from strp.domain.rules.policy import activated, policy_in_force
from strp.domain.text import Text
from strp.domain.waiting_room.lanes import WAITING_LANES
from strp.domain.waiting_room.opening_draw import Entered, jumped
from strp.store.filing import receipts
from strp.store.waiting_room import lanes
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.people.api_keys import create_api_key
from strp.usecases.process.system import System

FIRST_NIB = 9_500_000_000_000
_HEADER = "nib,name,kbli,kbli_edition,kind,region,staff_service,staff_administration,email\n"
_LINES_AT_ONCE = 50_000
LABEL = "rehearsal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the database says after a rehearsal.

    Args:
        lost_receipts: receipts whose filing is not stored; must be 0.
        inversions: visitors who came in before their number was served; must be 0.
    """

    lost_receipts: int
    inversions: int


async def prepare_rehearsal(
    system: System, employers: int, *, kbli: str = "10799", first: int = FIRST_NIB
) -> list[tuple[Nib, str]]:
    """Register employers that only rehearse, each with an API key.

    Args:
        system: the installation under test.
        employers: how many.
        kbli: business class of all.
        first: NIB of the first; the others follow.

    Raises:
        Conflict: no exercise is in force; a rehearsal files rosters, and they must not count.
    """
    policy = policy_in_force(activated(system.reference.policies), civil_day(system.clock()))
    if policy is None or not policy.follows_today:
        raise Conflict("not-an-exercise", _NOT_AN_EXERCISE)
    nibs = [Nib(first + number) for number in range(employers)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "employers.csv"
        rows = (f"{nib},Latihan {nib},{kbli},2020,private,3171,900000,900000,\n" for nib in nibs)
        path.write_text(_HEADER + "".join(rows))
        await import_employers(system, OPERATOR, path)
    return [(nib, await create_api_key(system, OPERATOR, nib, LABEL)) for nib in nibs]


async def last_entries(system: System) -> dict[str, int]:
    """By lane, the last entry before the rehearsal."""
    found = {}
    async with system.database.connection() as conn:
        for lane in WAITING_LANES:
            found[lane.value] = await lanes.last_entry(conn, lane)
    return found


async def check_rehearsal(system: System, filed: Sequence[int], before: dict[str, int]) -> Checked:
    """Ask the database whether a rehearsal kept its promises.

    Args:
        system: the installation under test.
        filed: application ids that were receipted.
        before: what `last_entries` gave when it began.
    """
    inversions = 0
    async with system.database.connection() as conn:
        stored = await receipts.find_applications(conn, filed)
        for lane in WAITING_LANES:
            after = before.get(lane.value, 0)
            log: list[Entered] = []
            while lines := await lanes.read_order(conn, lane, after, _LINES_AT_ONCE):
                log += [Entered(line.place, line.serving) for line in lines]
                after = lines[-1].entry_no
            inversions += len(jumped(log))
    return Checked(lost_receipts=len(set(filed) - stored), inversions=inversions)


_NOT_AN_EXERCISE = Text(
    id="Latihan beban mengirim daftar pekerja, jadi hanya boleh saat kebijakan latihan berlaku. "
    "Aktifkan dengan `strp policy activate latihan`.",
    en="A rehearsal files rosters, so it needs an exercise to be in force. "
    "Activate it with `strp policy activate latihan`.",
)
