"""Makes the XML of cells plain for a reader that passes over some of what XML allows.

A text may be written as CDATA, with comments inside, or with its letters as references. The reader
takes nothing there, or only what stands in front: cells come out empty, and numbers lose digits.
Of an ODS it also drops tabs and line ends, which part words, and reads the text of a picture that
stands in a cell as if it belonged to it. Runs inside the confined process only; each function
passes once over its piece, whatever stands in it.

Sources: XML 1.0, 2.5–2.7 and 4.1; OASIS OpenDocument 1.3 part 3, 6.1.4, 6.1.5, 6.4 and 10.3.
"""

import re
from typing import Final

_ENDS: Final = {b"<![CDATA[": b"]]>", b"<!--": b"-->", b"<?": b"?>"}
_OPENING: Final = re.compile(rb"<!\[CDATA\[|<!--|<\?(?!xml\s)")
_NUMBER_IN_REFERENCES: Final = re.compile(rb"<(?:\w+:)?v\b[^<>]*>[^<&]*&#")
_REFERENCE: Final = re.compile(rb"&#(?:(\d{1,7})|x([0-9a-fA-F]{1,6}));")
_PARTING: Final = re.compile(rb"<text:(tab|line-break)\b[^<>]*(?:/>|(?<!/)></text:\1\s*>)")
_RUBY: Final = re.compile(rb"<text:ruby-text\b[^<>]*>[^<>]*</text:ruby-text\s*>")
_SHAPE_TAG: Final = re.compile(rb"<(/?)draw:[\w-]+([^<>]*)>")
_IN_ODS: Final = (b"<text:tab", b"<text:line-break", b"<text:ruby-text", b"<draw:")


def is_plain(piece: bytes) -> bool:
    """Whether a piece of a sheet of an XLSX holds nothing that the reader passes over.

    Args:
        piece: of a part, cut anywhere.
    """
    if b"&#" in piece and _NUMBER_IN_REFERENCES.search(piece):
        return False
    return _OPENING.search(piece) is None


def is_plain_ods(piece: bytes) -> bool:
    """As `is_plain`, of the content of an ODS.

    Args:
        piece: of the part, cut anywhere.
    """
    return not any(mark in piece for mark in _IN_ODS) and _OPENING.search(piece) is None


def made_plain(piece: bytes) -> bytes:
    """Rows of a sheet with their text as plain text; what is not closed stays as it is.

    Args:
        piece: whole rows.
    """
    kept, at = [], 0
    while found := _OPENING.search(piece, at):
        end = piece.find(_ENDS[found[0]], found.end())
        if end < 0:
            break
        kept.append(piece[at : found.start()])
        if found[0] == b"<![CDATA[":
            kept.append(_escaped(piece[found.end() : end]))
        at = end + len(_ENDS[found[0]])
    plain = b"".join((*kept, piece[at:]))
    return _REFERENCE.sub(_plain_letter, plain) if b"&#" in plain else plain


def made_plain_ods(piece: bytes) -> bytes:
    """As `made_plain`, of an ODS, without pictures, and with a space where words are parted.

    Args:
        piece: whole rows.
    """
    plain = _RUBY.sub(b"", _PARTING.sub(b" ", made_plain(piece)))
    return _without_shapes(plain) if b"<draw:" in plain else plain


def _escaped(text: bytes) -> bytes:
    return text.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")


def _plain_letter(found: re.Match[bytes]) -> bytes:
    """A letter or digit in the place of its number; signs that XML needs stay references."""
    number = int(found[1]) if found[1] else int(found[2], 16)
    letter = chr(number) if number < 128 else ""
    return letter.encode() if letter.isalnum() or letter in ("+", "-", ".") else found[0]


def _without_shapes(piece: bytes) -> bytes:
    """Rows without what is drawn in their cells; unchanged where a drawing is not closed."""
    kept, at, depth = [], 0, 0
    for tag in _SHAPE_TAG.finditer(piece):
        if depth == 0:
            kept.append(piece[at : tag.start()])
            at = tag.end()
        if tag[1]:
            depth -= 1
            if depth < 0:
                return piece
            at = tag.end()
        elif not tag[2].endswith(b"/"):
            depth += 1
    return piece if depth else b"".join((*kept, piece[at:]))
