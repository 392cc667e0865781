"""What is wrong with a text that is no YAML, in the words of whoever writes rules."""

import yaml

from strp.domain.rules.document import PolicyMistake
from strp.domain.text import Text


def what_is_meant(file: str, error: yaml.MarkedYAMLError) -> PolicyMistake:
    """A sentence with the line that is to be mended.

    Args:
        file: name of the file.
        error: what the parser of YAML found.
    """
    problem = error.problem or "syntax"
    said = next((text for part, text in _SENTENCES if part in problem), None)
    mark = error.problem_mark or error.context_mark
    if said is _QUOTE:  # found at the end of the file, and begun somewhere above
        mark = error.context_mark or mark
    line = mark.line + 1 if mark else 0
    other = Text(f"Bukan YAML yang benar: {problem}.", f"Is not sound YAML: {problem}.")
    return PolicyMistake(file, line, "-", said or other)


_QUOTE = Text(
    "Tanda kutip di sini tidak ditutup.", "The quotation mark here has no other that closes it."
)
_SENTENCES = (
    (
        "'\\t'",
        Text(
            "Ada tab di sini. Pakai spasi untuk menjorokkan baris.",
            "There is a tab here. Indent lines with spaces.",
        ),
    ),
    (
        "mapping values are not allowed",
        Text(
            "Titik dua yang tidak terduga. Tulis teksnya dalam tanda kutip, atau periksa jorokan "
            "baris.",
            "A colon where none is expected. Put the text in quotation marks, or look at how the "
            "line is indented.",
        ),
    ),
    (
        "could not find expected ':'",
        Text(
            "Baris ini bukan nama: nilai. Setelah nama harus ada titik dua dan spasi.",
            "This line is no name: value. A name is followed by a colon and a space.",
        ),
    ),
    ("found unexpected end of stream", _QUOTE),
    (
        "undefined alias",
        Text(
            "Alias (*nama) ini tidak diberi arti (&nama) di atasnya.",
            "Nothing above gives this alias (*name) a meaning (&name).",
        ),
    ),
    (
        "another document",
        Text(
            "Satu berkas memuat satu aturan: hapus ---, atau pisahkan menjadi dua berkas.",
            "A file holds one policy: remove ---, or make it two files.",
        ),
    ),
    (
        "expected <block end>",
        Text(
            "Jorokan baris ini tidak cocok dengan baris di atasnya.",
            "This line is not indented like those above it.",
        ),
    ),
    (
        "expected ',' or",
        Text(
            "Kurung di atas baris ini tidak ditutup, atau kurang koma.",
            "A bracket above this line is not closed, or a comma is missing.",
        ),
    ),
)
