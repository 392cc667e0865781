"""Makes golden vectors of lists that left the bundle, as all of their certificates had ended.

    python -m tests.credential.ended_list_vectors NAME

writes `tests/vectors/verdicts/NAME.json` once, in the form of `verdict_vectors`.
"""

import sys
from datetime import date, datetime

from tests.credential.claim_cases import NOW, PERIOD
from tests.credential.verdict_vectors import (
    DAY,
    EXERCISE_PERIOD,
    EXPIRED,
    HOUR,
    IS_REVOKED,
    REVOKED,
    SECOND,
    STATUS_UNKNOWN,
    VALID,
    Maker,
    Vectors,
    write_once,
)

DRAWN, HIGHEST, OLD = (1 << 24) + 5, (1 << 32) - 1, (1 << 24) - 1
ENDS = datetime.fromisoformat("2021-07-20T17:00Z")


def make() -> Vectors:
    """A list that is not named: ended certificates have ended, of others nothing is known."""
    made, vectors = Maker(), Vectors(with_reasons=True)
    later, longer = ENDS + 31 * DAY, PERIOD._replace(ends_on=date(2021, 9, 30))
    vectors.bundles |= {
        "list gone": made.bundle(later),
        "list gone, prolonged": made.bundle(later, periods=[longer, EXERCISE_PERIOD]),
        "list gone, no periods": made.bundle(later, periods=[]),
        "list there": made.bundle(later, numbers=(0, 1, DRAWN)),
        "list named alone": made.bundle(later, numbers=(0, 1, DRAWN), inline=False),
        "last evening": made.bundle(ENDS - HOUR),
    }
    old = made.text(status_list=OLD, issued_at=NOW)
    vectors.add("ended, a list that never leaves", old, "list gone", later, *STATUS_UNKNOWN)
    for number in (DRAWN, HIGHEST):
        text = made.text(status_list=number, issued_at=NOW)
        revoked = made.text(status_list=number, issued_at=NOW, status_index=REVOKED)
        for each in (text, revoked):
            vectors.add("ended, list gone", each, "list gone", later, *EXPIRED)
            vectors.add("ended, list gone", each, "list gone", later, *EXPIRED, "road")
        vectors.add("prolonged, list gone", text, "list gone, prolonged", later, *STATUS_UNKNOWN)
        vectors.add("ends tonight", text, "last evening", ENDS - SECOND, *STATUS_UNKNOWN)
        vectors.add("ended tonight", text, "last evening", ENDS, *EXPIRED)
        by_itself = made.text(status_list=number, issued_at=NOW, expires_at=later + HOUR)
        bundle = "list gone, no periods"
        vectors.add("period gone", by_itself, bundle, later, *STATUS_UNKNOWN)
        vectors.add("period gone, ended", by_itself, bundle, later + HOUR, *EXPIRED)
    text = made.text(status_list=DRAWN, issued_at=NOW)
    revoked = made.text(status_list=DRAWN, issued_at=NOW, status_index=REVOKED)
    vectors.add("revoked, list there", revoked, "list there", later, *IS_REVOKED)
    vectors.add("ended, list there", text, "list there", later, *EXPIRED)
    vectors.add("list named, not at hand", text, "list named alone", later, *STATUS_UNKNOWN)
    younger = made.text(status_list=DRAWN, issued_at=later + SECOND)
    vectors.add("younger than the bundle", younger, "list gone, prolonged", later, *VALID)
    return vectors


if __name__ == "__main__":
    raise SystemExit(write_once(sys.argv[1], make()))
