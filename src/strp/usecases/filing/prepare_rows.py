"""Checked rows of a roster on their way in: counted, indexed, or kept to be mended."""

from collections.abc import Sequence

from strp.domain.civil_time import civil_day
from strp.domain.roster.check import RosterCheck
from strp.domain.roster.row import CheckedRow, Outcome, WorkerRow
from strp.domain.roster.work_site import host_of
from strp.outside.phones import read_phone
from strp.usecases.filing.batches import PreparedFiling
from strp.usecases.filing.corrections import CorrectionsWriter
from strp.usecases.filing.placement import FilingDraft, host_at
from strp.usecases.process.personal_data import identity
from strp.usecases.process.system import System
from strp.usecases.rules.current import region_codes


async def roster_check(system: System, work: FilingDraft) -> RosterCheck:
    return RosterCheck(
        regions=system.reference.regions or await region_codes(system),
        today=civil_day(work.submitted_at),
        parse_phone=read_phone,
        groups=work.policy.roster_words,
    )


def prepare_rows(
    system: System,
    work: FilingDraft,
    check: RosterCheck,
    checked: Sequence[CheckedRow],
    mend: CorrectionsWriter,
) -> PreparedFiling:
    """Enter checked rows into the ledger, find sound workers' indexes, keep rows to mend.

    Args:
        work: the filing, whose ledger goes on.
        check: of the whole roster; says which columns it has.
        checked: the next rows of it.
        mend: takes the rows to mend.

    Returns:
        What is to be stored of these rows.
    """
    work.count(checked)
    if work.classification.exempt:
        return PreparedFiling(work=work, sound=())
    index = system.keys.index
    sound: list[tuple[WorkerRow, bytes]] = []
    for row in checked:
        if row.worker is not None and row.outcome is Outcome.SOUND:
            sound.append((row.worker, index(identity(row.worker))))
        elif row.outcome is not Outcome.EXEMPT:
            mend.keep(row)
    leavers = [pair for pair in sound if pair[0].left_on] if check.reader.has_leavers else ()
    named = check.reader.has_hosts
    sited = [pair for pair in sound if host_of(pair[0].work_site)] if named else ()
    hosts = frozenset(host for worker, _ in sited if (host := host_at(work, worker)))
    return PreparedFiling(work=work, sound=sound, leavers=leavers, sited=sited, hosts=hosts)
