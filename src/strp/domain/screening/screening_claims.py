"""How often an employer is told that somebody else may have a worker of its."""

from collections.abc import Mapping, Sequence

from strp.domain.employers.caps import QuotaUse

CLAIMS_TOLD = 25
CLAIMS_TOLD_SHARE = 10


def claims_told_at_most(workers: int) -> int:
    """How often an employer may be told, by a worker who goes before an officer alone, that
    somebody else may have that worker: 25 times a period, and once more for 10 workers.

    From then on a worker whom somebody else has passes as others do and is looked at as a sample,
    which tells nothing: else an employer that files other people's NIK learns who works elsewhere,
    NIK by NIK.

    Args:
        workers: that the employer has in the period, with those filed now.
    """
    return CLAIMS_TOLD + workers // CLAIMS_TOLD_SHARE


def tell_no_more(
    used: QuotaUse, elsewhere: Sequence[int], fresh: int
) -> tuple[QuotaUse, frozenset[int]]:
    """Count what the employer is told of others; returns the rows that it is not told of.

    Nobody else waits for them: a rival who files some of an employer's NIKs first would else send
    its whole roster to officers.

    Args:
        used: by the employer so far in the period.
        elsewhere: rows filed now whose workers another employer has, in the order of the roster.
        fresh: number of workers filed now.
    """
    most = claims_told_at_most(used.service + used.administration + fresh)
    told = min(max(most - used.claims_told, 0), len(elsewhere))
    return used._replace(claims_told=used.claims_told + told), frozenset(elsewhere[told:])


def without_claims(
    known: Mapping[int, tuple[str, ...]], quiet: frozenset[int]
) -> Mapping[int, tuple[str, ...]]:
    """The reasons by row; for quiet rows without that another employer has the worker.

    Args:
        known: codes of reasons by row number.
        quiet: row numbers for which nobody is told.
    """
    if not quiet:
        return known
    kept = {
        row: tuple(code for code in codes if row not in quiet or code != "claimed-elsewhere")
        for row, codes in known.items()
    }
    return {row: codes for row, codes in kept.items() if codes}
