"""Which language a reader gets, and page copy in it.

Templates are written in Indonesian; `locale/en.po` holds the English beside each sentence.
"""

import io
from collections.abc import Mapping
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from strp.domain.text import Language

LOCALE_FILE = Path(__file__).parents[1] / "locale" / "en.po"
NAMES: Mapping[Language, str] = {Language.ID: "Indonesia", Language.EN: "English"}


def other(language: Language) -> Language:
    """The language to switch to."""
    return Language.EN if language is Language.ID else Language.ID


def load_translations(language: Language) -> NullTranslations:
    """Page copy in a language, read from the .po file with no compile step."""
    if language is Language.ID:
        return NullTranslations()
    with LOCALE_FILE.open("rb") as file:
        catalog = read_po(file, locale=language.value, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)
