"""Reads one cell of a roster: text, NIK, site type, region, vaccination, phone, NIP, document.

Each reader takes the cell as filed and returns its normal form with None, or None with the code
of what is wrong. A number that a spreadsheet kept as a number stays one until here, because that
is what tells a NIK that lost its 16th digit from one that did not.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from strp.domain.printable import is_printable
from strp.domain.regions import RegionCodes
from strp.domain.roster.error_values import is_error_value
from strp.domain.roster.other_types import is_of_another_type
from strp.domain.roster.row import SiteType, Vaccination
from strp.domain.roster.words import site_type_readings, vaccination_readings
from strp.domain.text import clean_line, plain_number, starts_formula

LONGEST_TEXT = 100
LARGEST_EXACT = 2**53  # beyond it a double keeps even numbers only (IEEE 754)
EXACT_DIGITS = 15  # a spreadsheet keeps as many of any number
NIK_DIGITS = 16
DAMAGED = "truncated-by-spreadsheet"

PhoneReader = Callable[[str], str | None]

PLACEHOLDERS = frozenset(
    {"-", "--", "---", "–", "—", ".", "n/a", "nan", "null", "none", "nihil", "kosong"}
    | {"tidak ada", "belum ada", "tdk ada", "undefined", "(null)", "(none)", "(kosong)", "(blank)"}
    | {"<na>", "\\n"}
)
_APOSTROPHES = "'’‘`´ʼ＇′"
# Opening quotes with those that close them; programs and people put whole cells between them.
_QUOTES = {'"': '"', "“": "”“", "„": "“”", "«": "»", "'": "'", "‘": "’", "`": "`'"}
_QUOTE_MARKS = "\"“”„«»' "
_SEPARATORS = re.compile(r"[\s.'`-]+")
# Beside them, what people put around or inside a long number; no slash or comma between two.
_IN_DIGITS = re.compile(r"[\s.'`()\[\]_#*-]+")
_PHONE_SEPARATORS = re.compile(r"[\s.()/+'`-]+")
_SECOND_PHONE = re.compile(r"[;,\n/&]|\b(?:atau|dan|or|and)\b", re.I)
_PHONE_LABEL = re.compile(
    r"(?:https?://)?wa\.me/|\b(?:no|nomor|hp|handphone|wa|whatsapp|telp?|telepon|telephone|phone|mobile|ponsel|tel|call|"
    r"aktif|pribadi|kantor|rumah)\b[.:]*",
    re.I,
)
# Programs write a number with its fraction, also behind a sign, a label or the country's code.
_DECIMALS = re.compile(r"\D*(?:62\D+)?\d{6,}[.,]\d{1,3}\D*|.*\d[.,]\d\D*", re.S)
_NO_DECIMALS = re.compile(r"(\D*(?:62\D+)?\d{6,})[.,]0+")
_LEAST_PHONE_DIGITS = 8
_PREFIXES = frozenset({"", "0", "62", "062", "620", "0062", "00620"})
_EXCEL_TEXT = re.compile(r'=\s*"([^"]*)"')
# What names a number, and so is no part of it: "NIK: 3174…", "3174… (KTP)".
_LABEL = re.compile(
    r"^(?:(?:no|nomor)\b[. :]*)?(?:e-?ktp|nik|ktp|nip|nrp)\b[ .:]*|\s*\((?:e-?ktp|nik|ktp)\)$", re.I
)
_POINT_ZERO = re.compile(r"(\d{4,18})[.,]0+")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3}){4,}(?:[.,]0+)?")
_SCIENTIFIC = re.compile(r"(\d(?:[.,]\d+)?)[eE]\+?(\d{1,2})")
# As a corrections file shows a number that a spreadsheet cut: a mark for each digit that is lost.
_LOST_DIGITS = re.compile(r"\d{1,15}\?{1,17}")
_MOBILE = re.compile(r"(?:(?:00)?62)?0?(8[1-35-9]\d{7,10})")
_DOCUMENT = re.compile(r"(?=.*\d)[A-Z0-9]{5,20}")
LONGEST_BLANK = 60  # longer ones are looked at as what they should be
# "+62 operator": no spreadsheet could work that out.
_SIGNED_WORDS = re.compile(r"[+@-] ?(?=[\w\s.,&'-]*[^\W\d_]{3})[\w\s.,&'-]+")
_UNSURE = re.compile(r"[/?]")
_NO_WORD = re.compile(r"[^a-z0-9]+")
_LETTER = re.compile(r"[^\W\d_]")


def _words(meaning: Any, words: str) -> dict[str, Any]:
    return dict.fromkeys(words.split(), meaning)


SITE_TYPES: dict[str, SiteType] = {
    **_words(
        SiteType.SERVICE,
        "pelayanan layanan produksi pelayananproduksi produksipelayanan pelayananpublik service "
        "services production serviceproduction productionservice operasional operation operations "
        "lapangan pabrik factory pelayananmasyarakat konstruksi pelayananproduksikonstruksi",
    ),
    **_words(
        SiteType.ADMINISTRATION,
        "administrasi admin administration administrative administratif adm kantor office "
        "administrasiperkantoran perkantoran administrasikantor kantoradministrasi backoffice "
        "administrationoffice officeadministration adminkantor kantoradmin",
    ),
}
VACCINATIONS: dict[str, Vaccination] = {
    **_words(
        Vaccination.NONE,
        "belum belumvaksin belumvaksinasi belumdivaksin tidak tidakvaksin none no not notyet "
        "unvaccinated notvaccinated 0 dosis0 dose0 vaksin0",
    ),
    **_words(
        Vaccination.FIRST,
        "dosis1 1 dose1 vaksin1 vaksinasi1 pertama dosispertama vaksinpertama first firstdose "
        "dosisi dosissatu satu 1dosis 1dose dosiske1 vaksinke1 1x 1st 1stdose partial doseone i",
    ),
    **_words(
        Vaccination.SECOND,
        "dosis2 2 dose2 vaksin2 vaksinasi2 kedua dosiskedua vaksinkedua second seconddose lengkap "
        "dosisii dosisdua dua 2dosis 2dose dosiske2 vaksinke2 2x 2nd 2nddose full complete "
        "fullyvaccinated vaksinlengkap sudahlengkap dosislengkap dosetwo dosis12 12 ii",
    ),
    **_words(
        Vaccination.BOOSTER,
        "booster dosis3 3 dose3 vaksin3 vaksinasi3 ketiga dosisketiga third thirddose boster "
        "dosisiii 3dosis 3x dosisbooster vaksinbooster boosted dosiske3 vaksinke3 iii 3rd",
    ),
    **_words(
        Vaccination.CONTRAINDICATED,
        "kontraindikasi contraindicated contraindication kontraindikasimedis tidakbisavaksin "
        "tidakbisa komorbid medicalexemption medis alasanmedis",
    ),
}


def text_of(cell: object) -> str | None:
    """The cell as one line of text, or None where nobody could read it."""
    if isinstance(cell, str):
        if cell.isascii() and cell.isprintable():
            text = " ".join(cell.split()) if " " in cell else cell
        elif not cell.isprintable() and any(_is_broken(letter) for letter in cell):
            return None
        else:
            text = clean_line(cell)
        return None if is_error_value(text) or "\ufffd" in text else text
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return None if isinstance(cell, (list, dict, bytes)) else str(cell)


def _is_broken(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cs", "Cn") and letter not in "\t\n\r"


def is_blank(cell: object) -> bool:
    """Whether nothing was filled in, or a dash that says so."""
    if cell is None or cell == "":
        return True
    if isinstance(cell, (int, float)):
        return cell != cell  # not a number: pandas writes it where nothing is
    if isinstance(cell, str) and (cell[0].isdigit() or len(cell) > LONGEST_BLANK):
        return cell.isspace()
    text = text_of(cell)
    return text is not None and (text.strip(_APOSTROPHES).casefold() in PLACEHOLDERS or not text)


def read_words(
    cell: object, *, longest: int = LONGEST_TEXT, signed: bool = False
) -> tuple[str | None, str | None]:
    """Read a name or a position: 1 to `longest` characters with a letter, and no formula.

    A value of another type (true, a day, a number) is never taken for words, nor is what the font
    of certificates cannot draw.

    Args:
        cell: as filed.
        longest: most characters.
        signed: whether words behind a sign ("+62 operator") are kept; whoever writes them into a
            spreadsheet makes them harmless.
    """
    if is_blank(cell):
        return None, "missing"
    text = text_of(cell)
    if text is None:
        return None, "unreadable"
    text = _without_marker(text)
    if len(text) > longest:
        return None, "too-long"
    if not isinstance(cell, str) or not _LETTER.search(text) or is_of_another_type(text):
        return None, "invalid"
    if not is_printable(text):
        return None, "invalid"
    if starts_formula(text) and not (signed and _SIGNED_WORDS.fullmatch(text)):
        return None, "invalid"
    return text, None


def _without_marker(text: str) -> str:
    """Take off what says "this is text": an apostrophe before a formula, or quotes around all."""
    if text[:1] in _APOSTROPHES and starts_formula(text[1:]):
        return text[1:]
    last = _QUOTES.get(text[:1])
    if last is not None and text[-1:] in last and not _QUOTES.keys() & set(inner := text[1:-1]):
        return inner.strip()
    return text


def _unwrapped(text: str) -> str:
    """Take off what says "this is text": quotes, or the trick `="…"` in CSV; and labels."""
    text = plain_number(text).strip("' `;,:")
    wrapped = _EXCEL_TEXT.fullmatch(text) if text[:1] == "=" else None
    return wrapped[1].strip() if wrapped else _LABEL.sub("", text.strip(_QUOTE_MARKS))


def number_is_damaged(number: int) -> bool:
    """Whether a spreadsheet may have rounded a number of 16 digits or more.

    A spreadsheet keeps 15 digits and writes zeros behind them; a double keeps 53 bits.
    """
    return number % 10 == 0 or (number >= LARGEST_EXACT and int(float(number)) == number)


def read_digits(cell: object, length: int) -> tuple[str | None, str | None]:
    """Read a number of a fixed length that must have been kept as text.

    Args:
        cell: as filed.
        length: digits it has; 16 for a NIK, 18 for a NIP, 8 for an NRP.

    Returns:
        The digits and None; or None and `unreadable`, `invalid` or `truncated-by-spreadsheet`.
    """
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _digits_of_number(cell, length)
    text = text_of(cell)
    if text is None:
        return None, "unreadable"
    text = _unwrapped(text)
    digits = _IN_DIGITS.sub("", text)
    if len(digits) != length or not (digits.isascii() and digits.isdigit()):
        return _digits_of_written_number(text, length)
    if "." in text and _THOUSANDS.fullmatch(text):
        return _digits_of_number(int(digits), length)
    return digits, None


def _digits_of_written_number(text: str, length: int) -> tuple[str | None, str | None]:
    """Digits of text that was a number once: "3.37E+15", "…340.0", "3,372,016,410,943,340"."""
    if len(text) > LONGEST_TEXT:
        return None, "invalid"
    if len(text) == length and _LOST_DIGITS.fullmatch(text):
        return None, DAMAGED
    if scientific := _SCIENTIFIC.fullmatch(text):
        return _digits_of_scientific(scientific, length)
    if whole := _POINT_ZERO.fullmatch(text):
        return _digits_of_number(int(whole[1]), length)
    if _THOUSANDS.fullmatch(text):
        digits = re.sub(r"[.,]0{1,2}$", "", text)
        return _digits_of_number(int(re.sub(r"[.,]", "", digits)), length)
    return None, "invalid"


def _digits_of_number(number: int | float, length: int) -> tuple[str | None, str | None]:
    if number != number or number in (float("inf"), float("-inf")) or number != int(number):
        return None, "invalid"
    digits = str(int(number))
    if len(digits) != length or not digits.isdigit():
        return None, "invalid"
    is_damaged = length > EXACT_DIGITS and number_is_damaged(int(number))
    return (None, DAMAGED) if is_damaged else (digits, None)


def _digits_of_scientific(found: re.Match[str], length: int) -> tuple[str | None, str | None]:
    whole, _, decimals = found[1].replace(",", ".").partition(".")
    if int(found[2]) != length - 1:
        return None, "invalid"
    return _digits_of_number(int((whole + decimals.rstrip("0")).ljust(length, "0")), length)


def read_site_type(cell: object) -> tuple[SiteType | None, str | None]:
    """Read where a worker works, in the usual words of both languages."""
    if is_blank(cell):
        return None, "missing"
    text = text_of(cell)
    if text is None:
        return None, "unreadable"
    if len(text) > LONGEST_TEXT:
        return None, "too-long"
    if "?" not in text and (found := SITE_TYPES.get(squeeze(text))):
        return found, None
    readings = site_type_readings(text)
    return (SiteType(readings[0]), None) if len(readings) == 1 else (None, "invalid")


def read_vaccination(cell: object) -> tuple[Vaccination | None, str | None]:
    """Read how far a worker is vaccinated; blank is allowed."""
    if is_blank(cell):
        return None, None
    text = text_of(cell)
    if text is None:
        return None, "unreadable"
    if len(text) > LONGEST_TEXT:
        return None, "too-long"
    if not _UNSURE.search(text) and (found := VACCINATIONS.get(_one_numeral(text))):
        return found, None
    readings = vaccination_readings(text)
    return (Vaccination(readings[0]), None) if len(readings) == 1 else (None, "invalid")


def _one_numeral(text: str) -> str:
    """The letters of a text; none where squeezing would make "I, II" the numeral III."""
    runs = re.findall("ii+", text.lower())
    return squeezed if re.findall("ii+", squeezed := squeeze(text)) == runs else ""


def squeeze(text: str) -> str:
    """Letters and digits of the text, in lower case."""
    if text.isascii():
        return _NO_WORD.sub("", text.lower())
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def read_region(cell: object, regions: RegionCodes) -> tuple[str | None, str | None]:
    """Read a region: a code of 4, 6 or 10 digits, or a name that means exactly one place.

    A code that is not known is a warning, and the column stays empty.

    Args:
        cell: as filed.
        regions: codes and names that are known.
    """
    if is_blank(cell):
        return None, None
    text = text_of(cell)
    if text is None:
        return None, "unreadable"
    if len(text) > LONGEST_TEXT:
        return None, "too-long"
    text = _unwrapped(text)
    whole = _POINT_ZERO.fullmatch(text)
    digits = whole[1] if whole else _SEPARATORS.sub("", text)
    if 4 <= len(digits) <= 10 and digits.isascii() and digits.isdigit():
        return (digits, None) if regions.knows(digits) else (None, "unknown-region")
    readings = () if "?" in text else regions.readings(text)
    return (readings[0], None) if len(readings) == 1 else (None, "invalid")


def read_phone(cell: object, parse_phone: PhoneReader) -> tuple[str | None, str | None]:
    """Read an Indonesian mobile number into E.164; blank is allowed.

    Common spellings are read here (total 10–13 digits with the leading 0); what is left goes to
    `parse_phone`, which answers in E.164 or None.

    Args:
        cell: as filed.
        parse_phone: reads the rarer spellings.
    """
    if is_blank(cell):
        return None, None
    text = text_of(cell)
    if text is None:
        return None, "unreadable"
    if len(text) > LONGEST_TEXT:
        return None, "too-long"
    if isinstance(cell, bool) or (isinstance(cell, float) and not cell.is_integer()):
        return None, "invalid"
    text = _unwrapped(text)
    if whole := _NO_DECIMALS.fullmatch(text):
        text = whole[1]
    phone = None if _DECIMALS.fullmatch(text) else _phone(text, parse_phone)
    return (phone, None) if phone else (None, "invalid")


def _phone(text: str, parse_phone: PhoneReader) -> str | None:
    """The number in E.164; None where a digit would be dropped, or a letter taken for one."""
    if found := _MOBILE.fullmatch(_PHONE_SEPARATORS.sub("", text)):
        return f"+62{found[1]}"
    text = _PHONE_LABEL.sub(" ", text)
    if _LETTER.search(_SECOND_PHONE.sub(" ", text)):
        return None
    first, *others = [part for part in _SECOND_PHONE.split(text) if part.strip()] or [""]
    if any(_digits_in(other) < _LEAST_PHONE_DIGITS for other in others):
        return None  # the end of this number, or of another: nobody can tell
    if found := _MOBILE.fullmatch(_PHONE_SEPARATORS.sub("", first)):
        return f"+62{found[1]}"
    parsed = parse_phone(first)
    is_whole = parsed is not None and _digits_in(parsed) - 2 <= _digits_in(first)
    return parsed if parsed and is_whole and _ends_alike(parsed, first) else None


def _digits_in(text: str) -> int:
    return sum(letter.isdigit() for letter in text)


def _ends_alike(parsed: str, filed: str) -> bool:
    """Whether a parsed number ends with every digit that was filed behind the country's code."""
    filed_digits = re.sub(r"\D", "", filed)
    national = parsed.removeprefix("+62")
    return filed_digits.endswith(national) and filed_digits.removesuffix(national) in _PREFIXES


def read_document(cell: object) -> tuple[str | None, str | None]:
    """Read the number of a KITAS or passport: 5 to 20 letters and digits, at least one digit."""
    text = text_of(cell)
    if text is None:
        return None, "unreadable"
    if isinstance(cell, float) and not cell.is_integer():
        return None, "invalid"
    if len(text) > LONGEST_TEXT or is_of_another_type(text):
        return None, "invalid"
    squeezed = squeeze(text).upper()
    return (squeezed, None) if _DOCUMENT.fullmatch(squeezed) else (None, "invalid")
