"""Which button of a form was pressed: never a decision by default."""

from collections.abc import Mapping
from typing import TypeVar

from strp.domain.errors import InvalidInput
from strp.domain.text import Text

Meaning = TypeVar("Meaning")


def chosen(word: str, meanings: Mapping[str, Meaning]) -> Meaning:
    """What a button means.

    Args:
        word: value of the button, as it was sent.
        meanings: of each button of the form.

    Raises:
        InvalidInput: `button-missing`: none of them was pressed, and nothing was decided.
    """
    if word not in meanings:
        raise InvalidInput("button-missing", _NONE)
    return meanings[word]


_NONE = Text(
    id="Pilih salah satu tombol; belum ada yang diputuskan.",
    en="Choose one of the buttons; nothing was decided.",
)
