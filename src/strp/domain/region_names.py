"""Reads a region from its name, where the name means exactly one place.

"Jakarta Selatan", "Kec. Tebet", "Kota Bandung" and "Tebet, Jakarta Selatan" each mean one place;
"Bandung" means a city and a regency, and both are named. A word for the kind ("Kota", "Kec.")
leaves only places of that kind; parts behind a comma must lie in each other.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

LONGEST: Final = 100
MOST_NAMED: Final = 4
_PART: Final = re.compile(r"[,;/()|\n]|\s[-–—]\s")
_WORD: Final = re.compile(r"[^\W_]+(?:['’`][^\W_]+)*")
_CODE: Final = re.compile(r"\d[\d.]{2,12}\d")
_POSTCODE: Final = re.compile(r"(?<![\d.])\d{5}(?![\d.])")
MOST_WORDS: Final = 8
_CITY, _REGENCY, _DISTRICT, _VILLAGE = "city", "regency", "district", "village"
_KINDS: Final = {
    **dict.fromkeys(("kota", "kodya", "kotamadya", "city"), _CITY),
    **dict.fromkeys(("kabupaten", "kab", "regency"), _REGENCY),
    **dict.fromkeys(("kecamatan", "kec", "district", "distrik"), _DISTRICT),
    **dict.fromkeys(("kelurahan", "kel", "desa", "village", "ds"), _VILLAGE),
}
_PROVINCES: Final = frozenset({"provinsi", "prov", "propinsi", "province"})
_NOISE: Final = frozenset({"administrasi", "adm", "admin", "administratif", "indonesia", "wilayah"})
_SHORT: Final = {
    "jaksel": "jakarta selatan",
    "jakpus": "jakarta pusat",
    "jaktim": "jakarta timur",
    "jakbar": "jakarta barat",
    "jakut": "jakarta utara",
    "tangsel": "tangerang selatan",
    "jkt": "jakarta",
    "jak": "jakarta",
    "kep": "kepulauan",
    "sel": "selatan",
    "ut": "utara",
    "bar": "barat",
    "tim": "timur",
    "south": "selatan",
    "north": "utara",
    "west": "barat",
    "east": "timur",
    "central": "pusat",
    "jogja": "yogyakarta",
    "jogjakarta": "yogyakarta",
    "yogya": "yogyakarta",
    "dki": "daerah khusus ibukota",
    "diy": "daerah istimewa yogyakarta",
    "di": "daerah istimewa",
    "jabar": "jawa barat",
    "jateng": "jawa tengah",
    "jatim": "jawa timur",
}
_ENGLISH: Final = frozenset({"south", "north", "west", "east", "central"})

Index = Mapping[str, tuple[str, ...]]


def index_names(names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Codes by name without its word for the kind.

    Args:
        names: name of each region by its code.
    """
    found: dict[str, list[str]] = {}
    for code, name in names.items():
        found.setdefault(_key(name)[0], []).append(code)
    return {key: tuple(codes) for key, codes in found.items() if key}


def region_readings(text: str, index: Index, names: Mapping[str, str]) -> tuple[str, ...]:
    """Codes of the places that a text may name: none where it names no place.

    Args:
        text: one line, as filed.
        index: what `index_names` made of `names`.
        names: name of each region by its code.
    """
    if len(text) > LONGEST:
        return ()
    text = _POSTCODE.sub(",", text)  # says nothing that the name beside it does not
    told = _CODE.search(text)
    code = told[0].replace(".", "") if told else ""
    parts = _parts(_CODE.sub(",", text))
    found = [_codes(part, index, names) for part in parts]
    if code:
        return _with_code(code, found, names)
    if len(parts) == 1 and not found[0]:
        return _two_names(parts[0], index, names)
    if not found or not all(found):
        return ()
    return _deepest(found)


def _parts(text: str) -> list[str]:
    """Names between commas and the like; a word for the kind alone belongs to the one before."""
    parts: list[str] = []
    for part in _PART.split(text):
        words = [word.casefold() for word in _WORD.findall(part)]
        if parts and words and all(word in _KINDS for word in words):
            parts[-1] = f"{part} {parts[-1]}"  # "Bogor (Kota)"
        elif words and not (parts and all(word in _NOISE for word in words)):
            parts.append(part)
    return parts


def _two_names(text: str, index: Index, names: Mapping[str, str]) -> tuple[str, ...]:
    """The places of "Kec. Tebet Jakarta Selatan": two names with nothing between them."""
    words = text.split()
    if len(words) > MOST_WORDS:
        return ()
    cuts = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    pairs = [[_codes(part, index, names) for part in cut] for cut in cuts]
    return tuple(sorted({code for pair in pairs if all(pair) for code in _deepest(pair)}))


def _with_code(code: str, found: list[set[str]], names: Mapping[str, str]) -> tuple[str, ...]:
    """A code with a name beside it: sure where the name is of the same place, or unknown."""
    if code not in names or len(code) < 4:
        return ()
    others = {other for each in found for other in each if not _related(code, other)}
    agree = all(not each or any(_related(code, other) for other in each) for each in found)
    return (code,) if agree else (code, *sorted(others)[: MOST_NAMED - 1])


def _deepest(found: list[set[str]]) -> tuple[str, ...]:
    """The places that lie in one of each other part's places, the most exact of them."""
    fitting = {
        code
        for codes in found
        for code in codes
        if all(any(_related(code, other) for other in others) for others in found)
    }
    # "Jakarta Selatan, DKI Jakarta": the province only says where the other lies.
    # Only another part's place makes it so: "Menteng, Jakarta Pusat" is the district, as "Menteng"
    # is, and "Menteng, Menteng" the village.
    inner = {
        code
        for at, codes in enumerate(found)
        for code in codes & fitting
        if not any(
            other != code and other.startswith(code)
            for others in (*found[:at], *found[at + 1 :])
            for other in others & fitting
        )
    }
    exact = sorted((code for code in inner if len(code) >= 4), key=lambda code: (len(code), code))
    # A district and a village in it that bear one name: the district is right either way.
    if len(exact) > 1 and all(code.startswith(exact[0]) for code in exact):
        return (exact[0],)
    return tuple(sorted(exact))


def _related(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _codes(part: str, index: Index, names: Mapping[str, str]) -> set[str]:
    key, kind = _key(part)
    found = index.get(key, ())
    words = part.split()
    if not found and len(words) > 1 and words[-1].casefold().strip(".") in _KINDS:
        key, kind = _key(f"{words[-1]} {' '.join(words[:-1])}")  # "Bekasi Kota"
        found = index.get(key, ())
    return {code for code in found if kind is None or _is(kind, code, names[code])}


def _is(kind: str, code: str, name: str) -> bool:
    is_city = name.casefold().startswith("kota ")
    match len(code):
        case 2:
            return kind == "province"
        case 4:
            return kind == (_CITY if is_city else _REGENCY)
        case 6:
            return kind == _DISTRICT
        case _:
            return kind == _VILLAGE


def _key(text: str) -> tuple[str, str | None]:
    """A name without its word for the kind, squeezed; and the kind."""
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    kind: str | None = None
    while words and (words[0] in _KINDS or words[0] in _PROVINCES or words[0] in _NOISE):
        word = words.pop(0)
        if word not in _NOISE:
            kind = _KINDS.get(word, "province")
    if len(words) > 1 and words[-1] in ("city", "regency", "district", "village"):
        kind = _KINDS[words.pop()]
    while words and words[-1] in _NOISE:
        words.pop()
    words = _spelled_out(words)
    return re.sub(r"[^\w]|_", "", "".join(words)), kind


def _spelled_out(words: list[str]) -> list[str]:
    if len(words) > 1 and words[0] in _ENGLISH:
        words = [*words[1:], words[0]]
    return [part for word in words for part in _SHORT.get(word, word).split()]


def named(codes: Iterable[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """Places as a reader is told them: "Kota Bandung (3273)", at most four.

    Args:
        codes: of regencies, four digits each.
        names: name of each code; one without a name is told by its code alone.
    """
    return tuple(f"{names.get(code, '')} ({code})".strip() for code in codes)[:MOST_NAMED]
