"""Sentences for people, always in both languages of the product."""

from enum import StrEnum
from typing import NamedTuple


class Language(StrEnum):
    """Languages of the product; Indonesian comes first."""

    ID = "id"
    EN = "en"


class Text(NamedTuple):
    """One sentence in Indonesian and in English."""

    id: str
    en: str

    def in_(self, language: Language) -> str:
        """The sentence in the reader's language."""
        return self.en if language is Language.EN else self.id
