"""Page copy: every sentence has its English, none is left over, and retired words stay away."""

import ast
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


# What officials and companies in Jakarta do not say, and what they do (one name for one thing).
RETIRED = {
    r"\bpermohonan\b": "pengajuan",
    r"\bKeadaan\b": "Status",
    r"\b[Mm]eja\b": "antrean pengajuan",
    r"\bBuku baris\b": "Rekapitulasi baris",
    r"\b[Dd]ipegang\b": "ditangani",
    r"\bPemeriksaan contoh\b": "Uji petik",
    r"\bPerlu dilihat\b": "Perlu diperiksa petugas",
    r"\bBukan jamnya\b": "Di luar jam berlaku",
    r"\bIsi kode QR\b": "Teks kode QR",
    r"\bAnda siapa\?": "Anda mengajukan sebagai siapa?",
    r"Semua surat, satu PDF": "Semua surat dalam satu PDF",
    r"% trans %}Benar{% endtrans|\"Benar\"": "Sesuai",
    r"keberatan oleh penanggung jawab": "sanggahan",
}
RETIRED_ENGLISH = {r"(?i)\bmend(s|ed|ing)?\b": "fix"}
SOURCES = Path(LOCALE_FILE).parents[2]
ABOUT_FILINGS = ("desk", "file", "worker", "samples", "office", "forecast")
"""Pages of the office where a filing is meant, never the file (`berkas`) that was sent."""


def indonesian() -> Iterator[tuple[str, str]]:
    """Every text that people may read, with the name of its file."""
    for path in TEMPLATES.rglob("*.html"):
        yield path.name, path.read_text()
    for layer in ("web", "usecases", "domain", "api", "cli", "http"):
        for path in (SOURCES / layer).rglob("*.py"):
            yield path.name, path.read_text()


@pytest.mark.parametrize("word", RETIRED)
def test_a_retired_word_does_not_come_back(word: str) -> None:
    found = [name for name, text in indonesian() if re.search(word, text)]
    assert found == [], f"say {RETIRED[word]!r}"


def english() -> Iterator[tuple[str, str]]:
    """Every English text that people may read, with where it stands."""
    yield from translations().items()
    for layer in ("web", "usecases", "domain", "api", "cli", "http"):
        for path in (SOURCES / layer).rglob("*.py"):
            for each in ast.walk(ast.parse(path.read_text())):
                for text in _english_of(each):
                    yield path.name, text


def _english_of(node: ast.AST) -> Iterator[str]:
    """What a call of `Text` says in English: its second argument, or `en`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text":
        said = [*node.args[1:2], *(each.value for each in node.keywords if each.arg == "en")]
        for part in (inner for each in said for inner in ast.walk(each)):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value


@pytest.mark.parametrize("word", RETIRED_ENGLISH)
def test_a_retired_english_word_does_not_come_back(word: str) -> None:
    texts = list(english())
    assert len(texts) > len(translations()) + 100
    found = [(where, text) for where, text in texts if re.search(word, text)]
    assert found == [], f"say {RETIRED_ENGLISH[word]!r}"


@pytest.mark.parametrize("name", ABOUT_FILINGS)
def test_the_office_calls_a_filing_a_filing(name: str) -> None:
    text = (TEMPLATES / "office" / f"{name}.html").read_text()
    assert re.findall(r"(?i)\bberkas\w*", text) == []
