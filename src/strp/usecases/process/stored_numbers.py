"""Numbers read from the database for `/metrics`: by name and labels, and what loops told."""

from dataclasses import dataclass, field

from strp.store.operation.process_loops import LatestBeat

Series = dict[str, list[tuple[tuple[str, ...], float]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredNumbers:
    """As read at one moment.

    Args:
        series: values by name of the metric, each with its labels.
        beats: last successes of the loops of all processes.
    """

    series: Series = field(default_factory=dict)
    beats: tuple[LatestBeat, ...] = ()
