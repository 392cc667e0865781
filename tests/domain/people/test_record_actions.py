"""What the record calls an act: each that the program writes has words in both languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from strp.domain.people.record_actions import ACTION_WORDS, action_words
from strp.domain.text import Text

SOURCES = Path(__file__).parents[3] / "src" / "strp"
CODE = re.compile(r"[a-z]+(-[a-z]+){1,5}|ruled|rescreened")
WRITERS = {"record", "record_many", "NewEvent", "_record", "_record_list", "_end"}


def written() -> Iterator[str]:
    """Codes of acts that stand where something is recorded."""
    for file in SOURCES.rglob("*.py"):
        tree = ast.parse(file.read_text())
        for call in (each for each in ast.walk(tree) if isinstance(each, ast.Call)):
            name = getattr(call.func, "attr", None) or getattr(call.func, "id", "")
            given = [*call.args, *(word.value for word in call.keywords if word.arg == "action")]
            for part in (part for each in given for part in ast.walk(each)):
                value = getattr(part, "value", None)
                if name in WRITERS and isinstance(value, str) and CODE.fullmatch(value):
                    yield value


def test_each_act_that_the_program_records_has_words() -> None:
    found = set(written())
    assert len(found) > 50
    assert found - set(ACTION_WORDS) == set()


def test_words_differ_from_each_other_and_from_the_code() -> None:
    for language in range(2):
        words = [text[language] for text in ACTION_WORDS.values()]
        assert len(set(words)) == len(words)
        assert set(words) & set(ACTION_WORDS) == set()


def test_an_act_of_an_earlier_release_is_told_by_its_code() -> None:
    assert action_words("old-act") == Text("old-act", "old-act")
