"""Every bench in turn, each as one JSON document: `make bench`.

    python -m bench [--quick]

Some minutes; `--quick` takes smaller numbers, whose ratios are rougher.
"""

import argparse
import subprocess
import sys

BENCHES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("bench.issue", ("--json",), ("--count", "2000")),
    ("bench.intake", (), ("--filings", "1500", "--rounds", "2")),
    ("bench.small_filings", (), ("--filings", "2000", "--rounds", "2")),
    ("bench.csv_million", (), ("--rows", "100000")),
    ("bench.xlsx", (), ("--rows", "20000")),
    ("bench.giant_beside_small", (), ("--rows", "100000", "--small", "300")),
    ("bench.pages", (), ("--workers", "10000", "50000")),
    ("strp.cli", ("bench", "claims", "--json"), ("--pending", "1000")),
    ("strp.cli", ("bench", "day", "--json"), ("--workers", "50000")),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    failed = []
    for module, arguments, quick in BENCHES:
        given = (*arguments, *(quick if options.quick else ()))
        print(f"# {' '.join((module, *given))}", flush=True)
        if subprocess.run((sys.executable, "-m", module, *given)).returncode:
            failed.append(module)
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
