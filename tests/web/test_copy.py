"""Page copy: every sentence of the templates has its English, and none is left over."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from strp.web.framework.languages import LOCALE_FILE

TEMPLATES = Path(LOCALE_FILE).parents[1] / "templates"
OPTIONS = {"trimmed": "true", "extensions": "jinja2.ext.do", "silent": "false"}
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def sentences() -> Iterator[str]:
    found = extract_from_dir(
        str(TEMPLATES), method_map=[("**.html", "jinja2")], options_map={"**.html": OPTIONS}
    )
    for _file, _line, message, _comments, _context in found:
        yield message if isinstance(message, str) else message[0]


def translations() -> dict[str, str]:
    with LOCALE_FILE.open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}


def test_every_sentence_has_its_english() -> None:
    known = translations()
    assert [sentence for sentence in sentences() if not known.get(sentence)] == []


def test_no_english_is_left_over() -> None:
    assert set(translations()) - set(sentences()) == set()


@pytest.mark.parametrize(("indonesian", "english"), translations().items())
def test_a_translation_fills_in_what_the_sentence_does(indonesian: str, english: str) -> None:
    assert sorted(PLACEHOLDER.findall(english)) == sorted(PLACEHOLDER.findall(indonesian))
