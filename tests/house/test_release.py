"""One number for the release: in the program, in the wheel's facts and in the changelog."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

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


@pytest.mark.drill
def test_the_release_has_its_tag() -> None:
    """The upgrade drill begins at it, and clones may come without tags (`git fetch --tags`)."""
    asked = ["git", "-C", str(ROOT), "show", f"v{__version__}:src/strp/__init__.py"]
    told = subprocess.run(asked, capture_output=True, text=True)
    assert told.returncode == 0, (
        f"no tag v{__version__}: `git fetch --tags`, or on the commit of the release "
        f"`git tag --annotate v{__version__} --message 'STRP {__version__}'` (docs/releasing.md)"
    )
    assert f'__version__ = "{__version__}"' in told.stdout
