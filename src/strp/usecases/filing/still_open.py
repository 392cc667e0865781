"""What of a filing waits for its employer yet: what was sent again since is taken off.

Rows that could not be read are known to be sent again by the name of the corrections file, which
people keep; returned workers are, because the employer has them.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from strp.domain.filing.application import Application
from strp.domain.filing.outcome import StillOpen
from strp.domain.identifiers import ApplicationId
from strp.domain.roster.file_name import CORRECTIONS_MARK, corrected_by
from strp.store.engine.database import Connection
from strp.store.filing import applications
from strp.usecases.filing.returned_rows import count_filed_again
from strp.usecases.filing.show import file_name_of
from strp.usecases.process.system import System

LATER_LOOKED_AT: Final = 200
LATER_KEPT: Final = 50
RETURNED_LOOKED_AT_IN_LIST: Final = 50


class Mending(NamedTuple):
    """What waits yet, and the filing that brought the rows to mend again, if any.

    Args:
        still_open: what waits.
        by: filing of the corrections file; the latest where there are several.
    """

    still_open: StillOpen
    by: Application | None = None


async def mendings(
    system: System, found: Sequence[Application], *, most_returned: int = 1_000
) -> Mapping[ApplicationId, Mending]:
    """What of some filings of one employer waits for it yet.

    Args:
        system: the installation.
        found: the filings, which whoever asks may see.
        most_returned: returned workers of each that are looked at; the others count as open.
    """
    todo = [one for one in found if one.rejected or one.returned]
    later: dict[ApplicationId, Application] = {}
    again: dict[ApplicationId, int] = {}
    if todo:
        async with system.database.connection() as conn:
            later = await _corrected(conn, todo)
            for one in todo:
                again[one.application_id] = await count_filed_again(conn, one, most_returned)
    return {
        one.application_id: Mending(
            StillOpen(
                0 if one.application_id in later else one.rejected,
                one.returned - again.get(one.application_id, 0),
            ),
            later.get(one.application_id),
        )
        for one in found
    }


async def _corrected(
    conn: Connection, todo: Sequence[Application]
) -> dict[ApplicationId, Application]:
    """The latest filing that brought the corrections file of each of these."""
    rejected = [one for one in todo if one.rejected]
    if not rejected:
        return {}
    first = min(one.application_id for one in rejected)
    later = await applications.corrections_after(
        conn,
        rejected[0].nib,
        first,
        CORRECTIONS_MARK,
        looked_at=LATER_LOOKED_AT,
        limit=LATER_KEPT,
    )
    known = ((corrected_by(file_name_of(one)), one) for one in later)
    return {corrected: one for corrected, one in known if corrected is not None}
