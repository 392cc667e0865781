"""When the archive of the log counts as stalled."""

import pytest

from strp.store.operation.archive_slot import ArchiveSlot
from strp.usecases.operation.watch_archive import BEHIND_BYTES, archive_state, is_stalled
from strp.usecases.process.system import System


@pytest.mark.parametrize(
    ("slot", "stalled"),
    [
        (ArchiveSlot(is_active=True, is_lost=False, behind_bytes=BEHIND_BYTES), False),
        (ArchiveSlot(is_active=True, is_lost=False, behind_bytes=BEHIND_BYTES + 1), True),
        (ArchiveSlot(is_active=False, is_lost=False, behind_bytes=0), True),
        (ArchiveSlot(is_active=True, is_lost=True, behind_bytes=0), True),
    ],
)
def test_an_archive_stalls_where_it_is_away_behind_or_lost(
    slot: ArchiveSlot, stalled: bool
) -> None:
    assert is_stalled(slot) is stalled


@pytest.mark.anyio
async def test_where_no_archive_is_wanted_nothing_is_told_of_one(system: System) -> None:
    assert await archive_state(system) is None
