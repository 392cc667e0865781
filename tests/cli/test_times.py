"""Commands tell people moments in Jakarta's time, as pages do."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from strp.cli.output import print_facts, print_table, told
from tests.cli.conftest import Shell

AT = datetime(2021, 7, 5, 8, 30, tzinfo=UTC)
SAMPLES = Path(__file__).parents[2] / "samples" / "employers.csv"
COMMANDS = Path(__file__).parents[2] / "src" / "strp" / "cli"
ROSTER = Path(__file__).parents[1] / "vectors" / "rosters" / "bank-20.xlsx"
# As programs read it; nothing of it may stand in what people read.
FOR_PROGRAMS = re.compile(r"\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")


@pytest.mark.parametrize(
    ("language", "words"),
    [("id_ID.UTF-8", "5 Juli 2021 pukul 15.30 WIB"), ("C.UTF-8", "5 July 2021, 15:30 WIB")],
)
@pytest.mark.parametrize("value", [AT, "2021-07-05T08:30:00Z", "2021-07-05T15:30:00+07:00"])
def test_a_moment_is_told_in_jakarta_s_time(
    value: object, language: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    assert told(value) == words


def test_tables_and_facts_tell_moments_so(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("Accounts", ("added", "closed"), [(AT, None)])
    print_facts("Room", {"opens_at": AT.isoformat()})
    printed = capsys.readouterr().out
    assert printed.count("WIB") == 2 and not FOR_PROGRAMS.search(printed)


def test_submit_and_the_lists_tell_nothing_in_utc(strp: Shell) -> None:
    strp("registry", "import", "employers", SAMPLES, "--yes")
    strp("account", "add", "--role", "officer", "--email", "a@b.example", "--yes")
    commands = (
        ("submit", ROSTER, "--nib", "8120001110001"),
        ("account", "list"),
        ("db", "status"),
        ("keys", "list"),
        ("closure", "list"),
        ("room", "show"),
        ("doctor",),
        ("policy", "list"),
    )
    done = [strp(*command) for command in commands]
    told_in_utc = [each.stdout for each in done if FOR_PROGRAMS.search(each.stdout)]
    assert told_in_utc == []
    assert "WIB" in done[0].stdout and "WIB" in done[1].stdout, done[0].stdout + done[0].stderr


def test_no_command_writes_a_time_by_itself() -> None:
    """`told` does, in Jakarta's time; a format of one's own would be in that of the database."""
    own = re.compile(r"\{[^{}]*:%[Yd][^{}]*\}")  # the hours of a checkpoint have no day
    found = {path.name: own.findall(path.read_text("utf-8")) for path in COMMANDS.glob("*.py")}
    assert {name: times for name, times in found.items() if times} == {}
