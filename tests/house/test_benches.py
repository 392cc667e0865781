"""The benches go with what they measure: each can be started still."""

import importlib

import pytest

from tests.house.test_layout import ROOT

OPTIONAL = {"asyncpg", "fastapi"}  # of the extra `bench`
BENCHES = sorted(path.stem for path in (ROOT / "bench").glob("*.py"))


@pytest.mark.parametrize("name", BENCHES)
def test_a_bench_finds_what_it_measures(name: str) -> None:
    try:
        importlib.import_module(f"bench.{name}")
    except ModuleNotFoundError as missing:
        if missing.name not in OPTIONAL:
            raise
