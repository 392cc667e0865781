"""How many officers 13 July 2021 would have needed: `python -m bench.officers_needed`.

67,177 applications came that day, nine workers each. The day is simulated (SimPy) at a tenth of its
size, with officers who rest, differ and tire; the least staff is looked for that leaves at most one
application in a hundred late.
"""

import random
from typing import Final

from strp.rehearsal.desk.simulated_days import MINUTE_H, City, Kind, simulate_day

APPLICATIONS: Final = 67_177
TENTH: Final = 10
WORKERS: Final = 9
WORKER_S: Final = 2.0
"""Seconds that an officer looks at one worker."""
MOST_LATE: Final = 0.01


def main() -> None:
    """Print a line for each pace and share of applications that an officer has to see."""
    print("minutes an application | share for officers | steady day | morning peak")
    for minutes in (2.0, 4.0, 8.0):
        for share in (1.0, 0.5, 0.2):
            needed = [_least(minutes, share, kind) for kind in (Kind.STEADY, Kind.MORNING_PEAK)]
            print(f"{minutes:g} | {share:.0%} | {needed[0] * TENTH} | {needed[1] * TENTH}")


def _least(minutes: float, share: float, kind: Kind) -> int:
    low, high = 1, 1000
    while low < high:
        middle = (low + high) // 2
        low, high = (
            (low, middle)
            if _late(minutes, share, kind, middle) <= MOST_LATE
            else (middle + 1, high)
        )
    return low


def _late(minutes: float, share: float, kind: Kind, officers: int) -> float:
    worker_h = WORKER_S / 3600
    city = City(
        filings=round(APPLICATIONS / TENTH * share),
        officers=officers,
        fixed_h=minutes * MINUTE_H - WORKERS * worker_h,
        worker_h=worker_h,
    )
    day = simulate_day(city, kind, random.Random(13))
    return sum(f.ended is None or f.ended > f.due for f in day.filings) / len(day.filings)


if __name__ == "__main__":
    main()
