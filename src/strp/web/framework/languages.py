"""Which language a reader gets, and page copy in it.

Templates are written in Indonesian; `locale/en.po` holds the English beside each sentence.
"""

import io
from collections.abc import Mapping
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.core import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from strp.domain.text import Language

LANGUAGE_COOKIE = "lang"
LOCALE_FILE = Path(__file__).parents[1] / "locale" / "en.po"
_CODES = {language.value: language for language in Language}
NAMES: Mapping[Language, str] = {Language.ID: "Indonesia", Language.EN: "English"}


def choose_language(*, asked: str | None, kept: str | None, accepted: str) -> Language:
    """The reader's language: what the address asks for, else the cookie, else the browser.

    Args:
        asked: value of `?lang=`.
        kept: value of the language cookie.
        accepted: the `Accept-Language` header (RFC 9110, section 12.5.4).
    """
    chosen = parse_language(asked) or parse_language(kept)
    if chosen:
        return chosen
    return _best(accepted) if accepted else Language.ID


@lru_cache(maxsize=1024)
def _best(accepted: str) -> Language:
    preferred = [part.split(";")[0].strip() for part in accepted.split(",")]
    found = negotiate_locale([tag for tag in preferred if tag], list(Language), sep="-")
    return Language(found) if found else Language.ID


def parse_language(text: str | None) -> Language | None:
    """Read the code of a language of the product, or None."""
    return _CODES.get(text or "")


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
