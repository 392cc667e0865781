"""`strp verify`: each argument gets a verdict of its own, whatever the others are."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Shell, environment
from tests.credential.hostile import kept_texts

CERTIFICATES = Path(__file__).parents[1] / "vectors" / "certificates"
BUNDLE = CERTIFICATES / "trust-bundle.json"
GENUINE = json.loads((CERTIFICATES / "vectors.json").read_text())["certificates"][0]["text"]
HOSTILE = [text for text, _ in kept_texts()]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """The command line without any installation."""
    return Shell(environment(tmp_path / "var"))


def verdicts(shell: Shell, *given: object) -> tuple[int, list[str]]:
    done = shell("verify", *given, "--bundle", BUNDLE, "--json")
    assert "Traceback" not in done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, [each["verdict"] for each in document.get("results", [document])]


def test_hostile_texts_do_not_lose_the_verdict_of_a_genuine_one(shell: Shell) -> None:
    expected = ["UNREADABLE"] * len(HOSTILE)
    assert verdicts(shell, *HOSTILE, GENUINE, *HOSTILE) == (1, [*expected, "EXPIRED", *expected])


def test_a_picture_that_is_not_there_does_not_lose_it_either(shell: Shell) -> None:
    assert verdicts(shell, "no-such.png", GENUINE) == (2, ["UNREADABLE", "EXPIRED"])


def test_a_file_whose_name_is_no_text_is_named_all_the_same(shell: Shell, tmp_path: Path) -> None:
    strange = tmp_path / "\udcff.txt"
    strange.write_text(GENUINE)
    assert verdicts(shell, strange, "\udcff") == (1, ["EXPIRED", "UNREADABLE"])


def test_a_file_without_end_is_refused(shell: Shell, tmp_path: Path) -> None:
    with (tmp_path / "vast.png").open("wb") as file:
        file.truncate(1 << 40)
    assert verdicts(shell, tmp_path / "vast.png", GENUINE) == (1, ["UNREADABLE", "EXPIRED"])
