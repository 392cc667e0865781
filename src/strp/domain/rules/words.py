"""The nearest right word for one that is not known, as a good compiler names it."""

from collections.abc import Iterable

from strp.domain.text import Text

NEAR = 3
"""Most edits (a letter more, less or changed, two swapped) of a word that is suggested."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word with the fewest edits, or None where none is near.

    A short word allows one edit in three letters, so that `krl` is not taken for `mrt`.

    Args:
        word: as it was written.
        known: the right ones.
    """
    most = min(NEAR, max(1, len(word) // 3))
    found = min(((_edits(word, each), each) for each in known), default=None)
    return found[1] if found and found[0] <= most else None


def did_you_mean(text: Text, word: str, known: Iterable[str]) -> Text:
    """A sentence, and the nearest right word behind it where there is one.

    Args:
        text: what is wrong.
        word: as it was written.
        known: the right ones.
    """
    near = nearest(word, known)
    if near is None:
        return text
    return Text(f"{text.id} Maksud Anda {near}?", f"{text.en} Did you mean {near}?")


def _edits(one: str, other: str) -> int:
    """Edits between two words (Damerau-Levenshtein, without edits of swapped letters)."""
    if abs(len(one) - len(other)) > NEAR:
        return NEAR + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one):
        current = [i + 1]
        for j, against in enumerate(other):
            cost = min(row[j + 1] + 1, current[j] + 1, row[j] + (letter != against))
            if i and j and letter == other[j - 1] and one[i - 1] == against:
                cost = min(cost, before[j - 1] + 1)
            current.append(cost)
        before, row = row, current
    return row[-1]
