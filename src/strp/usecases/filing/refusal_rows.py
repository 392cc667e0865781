"""What a filing adds to the counts of the compliance report."""

from strp.domain.civil_time import civil_day
from strp.store.filing.refusals import RefusalRow
from strp.usecases.filing.placement import FilingDraft


def refusal_rows(work: FilingDraft) -> list[RefusalRow]:
    """Rows to store with a filing whose workers are placed."""
    if not work.refusals:
        return []
    day, exercise = civil_day(work.submitted_at), work.policy.follows_today
    sector = work.classification.sector_code
    return [
        RefusalRow(work.nib, day, kind, other or 0, exercise, sector, workers)
        for (kind, other), workers in work.refusals.items()
    ]
