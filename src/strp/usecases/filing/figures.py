"""What a filing adds to the figures of its hour."""

from strp.domain.filing.application import WorkerState
from strp.store.filing.figure_rows import FigureRow
from strp.usecases.filing.placement import FilingDraft


def figure_rows(work: FilingDraft) -> list[FigureRow]:
    """One row for the filing, and one for each reason of which workers were refused at once.

    Args:
        work: the filing, its workers placed.
    """
    hour = work.submitted_at.replace(minute=0, second=0, microsecond=0)
    kind = (hour, work.policy.follows_today, work.classification.sector_code, work.employer.region)
    approved = work.states[WorkerState.APPROVED] - len(work.left_rows)
    figures = work.figures
    return [
        FigureRow(*kind, "", 1, work.ledger.accepted, figures.told_apart, approved),
        *(
            FigureRow(*kind, reason, refused=workers)
            for reason, workers in figures.refused_for.items()
        ),
    ]
