"""What the pages for readers name is there: files, links, commands, habits, addresses of calls."""

import re
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from strp.cli.program import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
FOLDERS = (ROOT, ROOT / "src" / "strp", ROOT / "docs", ROOT / "policies")
LINK = re.compile(r"(?:\]\(|<img src=\")([^)\s\"#]+)")
FILE = re.compile(r"`([\w./-]+\.(?:py|sql|yaml|po|md))`")
# Not the account of that name, nor an option before the command.
COMMAND = re.compile(r"(?<![=\w])(?<!-[ug] )strp ((?:[a-z][a-z-]* ?){1,2})")
HABIT = re.compile(r"`make ([a-z]+)`|^    make ([a-z]+)$", re.MULTILINE)
# Folders of one machine, and hosts that packages come from.
OF_ONE_MACHINE = re.compile(r"(?<![\w./])/(?:work|tmp|home|root|opt)/|pypi\.org|registry\.npmjs")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text("utf-8")) if ":" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    files = FILE.findall(page.read_text("utf-8"))
    assert [file for file in files if not is_there(file, page)] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_that_is_shown_exists(page: Path) -> None:
    shown = {words.strip() for words in COMMAND.findall(commands_in(page))}
    assert sorted(words for words in shown if not is_command(words.split())) == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_habit_that_is_named_is_in_the_makefile(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    habits = {one or other for one, other in HABIT.findall(page.read_text("utf-8"))}
    assert sorted(habit for habit in habits if f"\n{habit}:" not in makefile) == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_no_page_names_a_folder_of_one_machine(page: Path) -> None:
    assert OF_ONE_MACHINE.findall(page.read_text("utf-8")) == []


def test_every_decision_is_in_the_list() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(LINK.findall((folder / "README.md").read_text("utf-8")))
    assert listed == {page.name for page in folder.glob("*.md")} - {"README.md"}


def is_there(file: str, page: Path) -> bool:
    """Whether a file is where pages say it is; a bare name may be anywhere in the source."""
    if any((folder / file).exists() for folder in (*FOLDERS, page.parent)):
        return True
    return "/" not in file and any((ROOT / "src").rglob(file))


def commands_in(page: Path) -> str:
    """What a page shows as code: between backticks and in indented lines."""
    text = page.read_text("utf-8")
    return "\n".join([*re.findall(r"`([^`\n]+)`", text), *re.findall(r"^ {4,}.*$", text, re.M)])


def is_command(words: list[str]) -> bool:
    """Whether the first of these words is a command, or a group that has the second."""
    program = get_command(app)
    assert isinstance(program, typer.core.TyperGroup)
    found = program.commands.get(words[0])
    if isinstance(found, typer.core.TyperGroup):
        return len(words) == 1 or words[1] in found.commands
    return found is not None
