"""Workers whom two employers file: the earlier filing comes before an officer as well.

The later worker waits for an officer (`claimed-elsewhere`). Where the two filings name different
people, the earlier one, if it is approved, is put among the samples that officers check: its
certificate stands until one of them takes it back, so that nobody can stop another employer's
worker by filing the NIK under another name.
"""

from collections.abc import Sequence
from typing import NamedTuple

from strp.domain.filing.sampling import DrawnBecause
from strp.domain.identifiers import Nib, PeriodId
from strp.domain.roster.person_name import is_same_name
from strp.outside.keys import KeyRing
from strp.store.engine.database import Connection
from strp.store.filing import engagements
from strp.usecases.filing.placement import ClaimedElsewhere, FilingDraft
from strp.usecases.process.personal_data import read_personal_data, worker_aad


class OtherFiling(NamedTuple):
    """Another employer's filing of the same worker, as an officer sees it."""

    nib: Nib
    employer_name: str
    application_id: int
    row: int
    state: str
    same_name: bool


async def bring_earlier_before_officer(
    conn: Connection, keys: KeyRing, claimed: Sequence[ClaimedElsewhere], work: FilingDraft
) -> None:
    """Put approved workers of other employers whose names differ among the samples.

    Rare, and bounded by `domain.screening.claims_told_at_most` an employer and period.

    Args:
        conn: the filing's transaction.
        keys: open the earlier filings' data.
        claimed: workers filed now whom another employer has.
        work: a filing of the same period and moment.
    """
    if not claimed:
        return
    names = {each.nik_index: each.name for each in claimed}
    earlier = await engagements.engaged_workers(conn, list(names), work.policy.period.number)
    differ = [
        engagements.Drawn(
            each.nib, each.application_id, each.row_no, work.submitted_at, DrawnBecause.NAMES_DIFFER
        )
        for each in earlier
        if each.state == "approved" and not is_same_name(_name(keys, each), names[each.nik_index])
    ]
    await engagements.draw(conn, differ)


async def other_filings(
    conn: Connection,
    keys: KeyRing,
    nib: Nib,
    people: Sequence[tuple[int, bytes, str]],
    period_id: PeriodId,
) -> dict[int, list[OtherFiling]]:
    """Who else has these workers, by their row; for officers alone.

    Args:
        conn: open transaction.
        keys: open the other filings' data.
        nib: employer whose workers they are.
        people: row, keyed index and name of each.
        period_id: period of the filing.
    """
    found: dict[int, list[OtherFiling]] = {}
    others = await engagements.engaged_workers(conn, [index for _, index, _ in people], period_id)
    names = await engagements.employer_names(conn, {each.nib for each in others})
    for row, nik_index, name in people:
        found[row] = [
            OtherFiling(
                each.nib,
                names.get(each.nib, ""),
                each.application_id,
                each.row_no,
                each.state,
                is_same_name(_name(keys, each), name),
            )
            for each in others
            if each.nik_index == nik_index and each.nib != nib
        ]
    return found


def _name(keys: KeyRing, worker: engagements.EngagedWorker) -> str:
    aad = worker_aad(worker.nib, worker.application_id, worker.row_no)
    return read_personal_data(keys.open(worker.sealed, aad)).name
