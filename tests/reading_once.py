"""Policy files and regions are read once for each content that tests give them.

Most tests load the same 25 documents; to read them takes longer than what is tested.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from strp.domain.regions import Region
from strp.domain.rules.document import Located, Unsound
from strp.domain.rules.policy import Policy
from strp.domain.rules.reading import read_policies
from strp.outside.registries.policy_files import read_policy_documents
from strp.outside.registries.region_files import read_regions, region_codes
from strp.usecases.rules import documents

Answer = TypeVar("Answer")
Documents = tuple[Located, ...] | Unsound


def read_once(patch: pytest.MonkeyPatch) -> None:
    """Have use cases read each content once."""
    kept = _by_content(read_policy_documents)
    patch.setattr(documents, "read_policy_documents", kept)
    patch.setattr(documents, "read_regions", _by_content(_regions))
    patch.setattr(documents, "region_codes", _by_content(region_codes))
    patch.setattr(documents, "read_policies", _by_identity(read_policies))


def _regions(folder: Path) -> tuple[Region, ...]:
    return tuple(read_regions(folder))


def _by_content(read: Callable[[Path], Answer]) -> Callable[[Path], Answer]:
    """A reader of a folder that remembers what it read from the same files."""
    known: dict[tuple[object, ...], Answer] = {}

    def reading(folder: Path) -> Answer:
        inside = sorted(folder.iterdir()) if folder.is_dir() else []
        if not all(path.is_file() or path.is_dir() for path in inside):
            return read(folder)  # a pipe would be waited for without end
        files = [path for path in inside if path.is_file()]
        key = (folder.name, *((path.name, path.read_bytes()) for path in files))
        if key not in known:
            known[key] = read(folder)
        return known[key]

    return reading


def _by_identity(
    read: Callable[[tuple[Located, ...], frozenset[str]], tuple[Policy, ...] | Unsound],
) -> Callable[[tuple[Located, ...], frozenset[str]], tuple[Policy, ...] | Unsound]:
    """The same for what was read and kept: that tuple lives as long as the tests."""
    known: dict[
        tuple[int, frozenset[str]], tuple[tuple[Located, ...], tuple[Policy, ...] | Unsound]
    ] = {}

    def reading(found: tuple[Located, ...], codes: frozenset[str]) -> tuple[Policy, ...] | Unsound:
        key = (id(found), codes)
        if key not in known:
            known[key] = (found, read(found, codes))
        return known[key][1]

    return reading
