"""One number for the release: in the program, in the wheel's facts and in the changelog."""

import re
import tomllib
from pathlib import Path

from strp import __version__

ROOT = Path(__file__).parents[2]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_changelog_begins_with_this_release_or_what_comes_after_it() -> None:
    sections = re.findall(r"^## \[(.+?)\]", CHANGELOG, re.MULTILINE)
    assert __version__ in sections[:2]
    assert sections[0] in (__version__, "Unreleased")


def test_each_release_has_its_day() -> None:
    heads = re.findall(r"^## \[\d.*$", CHANGELOG, re.MULTILINE)
    assert [head for head in heads if not re.search(r"\] - 20\d\d-\d\d-\d\d$", head)] == []


def test_the_wheel_takes_its_number_from_the_program() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "version" in project["project"]["dynamic"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "strp.__version__"}
