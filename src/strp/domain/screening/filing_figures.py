"""What the figures of a day count of a filing's workers; see `domain/figures/definitions.py`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from strp.domain.roster.row import WorkerRow
from strp.domain.screening.refusal_counts import distinct
from strp.domain.screening.screen import Screening, ScreeningOutcome


@dataclass(slots=True)
class FilingFigures:
    """Counts of one filing, added to with each part of it that is screened.

    Args:
        told_apart: workers let in whom nobody had in this period.
        refused_for: workers refused at once, by the first reason.
    """

    told_apart: int = 0
    refused_for: dict[str, int] = field(default_factory=dict)

    def add(
        self, people: Sequence[WorkerRow], screened: Sequence[Screening], known: Collection[int]
    ) -> None:
        """Count workers who are new to the employer.

        Args:
            people: the workers.
            screened: what the rules say of each.
            known: rows of those whom the period knows already.
        """
        let_in = len(screened)
        for (outcome, reasons), workers in distinct(screened).items():
            if outcome is ScreeningOutcome.REFUSE:
                first = reasons[0] if reasons else ""
                self.refused_for[first] = self.refused_for.get(first, 0) + workers
                let_in -= workers
        if not known:
            self.told_apart += let_in
            return
        self.told_apart += sum(
            worker.row not in known and outcome is not ScreeningOutcome.REFUSE
            for worker, (outcome, _) in zip(people, screened, strict=True)
        )
