"""Microseconds that the check of one roster row takes: canonical rows, as CSV lines and JSON.

Run: .venv/bin/python bench/roster_check.py [rows]
"""

import sys
import time
from collections.abc import Callable
from datetime import date

from strp.domain.regions import Region, collect_regions
from strp.domain.roster.check import RosterCheck

HEADER = ["nama", "nik", "jabatan", "kode_wilayah", "jenis_lokasi", "status_vaksin", "telepon"]
REGIONS = collect_regions([Region("31", ""), Region("3174", ""), Region("317407", "")])


def canonical_rows(count: int) -> list[list[str]]:
    """Rows as a clean template holds them, each with its own NIK."""
    return [
        ["Bagus Simanjuntak", f"317407{1 + n % 28:02}{1 + n // 28 % 12:02}{60 + n // 336 % 40:02}"
         f"{1 + n // 13440 % 9999:04}", "Operator Produksi", "317407", "pelayanan", "dosis2",
         f"0812{n:08}"]
        for n in range(count)
    ]  # fmt: skip


def microseconds(count: int, work: Callable[[], object]) -> float:
    """Best of three runs, per row."""
    best = min(_timed(work) for _ in range(3))
    return best / count * 1e6


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _check_lines(lines: list[tuple[int, list[str]]]) -> None:
    check = RosterCheck(regions=REGIONS, today=date(2021, 7, 5))
    for start in range(0, len(lines), 1000):
        check.feed(lines[start : start + 1000])
    assert len(set(check.finish().counts.values())) == 2


def _check_records(records: list[dict[str, str]]) -> None:
    check = RosterCheck(regions=REGIONS, today=date(2021, 7, 5))
    for start in range(0, len(records), 1000):
        check.check_records(records[start : start + 1000], start + 1)
    assert len(set(check.finish().counts.values())) == 2


def main() -> None:
    """Print both figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    rows = canonical_rows(count)
    lines = [(number, cells) for number, cells in enumerate([HEADER, *rows], 1)]
    records = [dict(zip(HEADER, row, strict=True)) for row in rows]
    print(f"csv lines  {microseconds(count, lambda: _check_lines(lines)):.2f} us a row")
    print(f"json       {microseconds(count, lambda: _check_records(records)):.2f} us a row")
    few = records[:20]
    print(f"20 at a time {microseconds(20, lambda: _check_records(few)):.2f} us a row")


if __name__ == "__main__":
    main()
