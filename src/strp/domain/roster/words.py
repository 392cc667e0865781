"""What people write for a site type or a vaccination, read where it can mean one thing only.

Text is cut into words; a word that this page does not know makes the whole unknown. Words that
say nothing of the answer ("sudah", "Sinovac", "bagian") are left out. Where the words that are left
allow two answers, both are named, so that whoever filed can choose; nothing is guessed.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import Final

from strp.domain.roster.row import SiteType, Vaccination

Readings = tuple[str, ...]
LONGEST: Final = 100
_WORD: Final = re.compile(r"[a-z]+|\d+|[/&+,]")
_JOINED: Final = (
    ("tata usaha", "tatausaha"),
    ("sama sekali", ""),
    ("back office", "backoffice"),
    ("rumah sakit", "rumahsakit"),
    ("front office", "frontoffice"),
    ("front liner", "frontliner"),
)
_DATE: Final = re.compile(
    r"\(?\b(?:(?:tgl|tanggal|pada|on)\.?\s*)?(?:\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}-\d\d-\d\d|"
    r"\d{1,2}\s+(?:jan|feb|mar|apr|mei|may|jun|jul|agu|aug|sep|okt|oct|nov|des|dec)[a-z]*\s+\d{2,4})\)?"
)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SERVICE: Final = _set(
    "pelayanan layanan service services produksi production operasional operasi operation "
    "operations operational lapangan field pabrik factory plant manufaktur manufacturing gudang "
    "warehouse gudangan pergudangan cabang branch toko store shop outlet gerai kios proyek project "
    "konstruksi construction workshop bengkel logistik logistics distribusi distribution "
    "pengiriman delivery ekspedisi kurir courier restoran restaurant resto dapur kitchen klinik "
    "clinic hospital apotek pharmacy farmasi spbu pelabuhan bandara stasiun depo depot kebun "
    "perkebunan tambang showroom mall pasar supermarket minimarket swalayan frontliner frontline "
    "perakitan assembly pengemasan packing mesin loket konter counter kasir teller rumahsakit rs "
    "rsud rsia puskesmas laboratorium laboratory lab hotel"
)
_ADMINISTRATION: Final = _set(
    "administrasi admin administration administrative administratif adm kantor office offices "
    "perkantoran backoffice headoffice ho hq headquarter headquarters manajemen management "
    "keuangan finance akuntansi accounting hrd hr sdm personalia sekretariat pembukuan tatausaha "
    "ketatausahaan"
)
# Nouns of a place that keep their meaning whatever name stands behind them: "Gudang Cikarang".
_PLACES: Final = _set(
    "gudang warehouse pabrik factory toko store outlet gerai cabang branch proyek restoran resto "
    "klinik apotek bengkel pergudangan rumahsakit rs rsud rsia puskesmas laboratorium hotel"
)
_SITE_NOISE: Final = _set(
    "bagian bag divisi div dept departemen department unit area lokasi tempat kerja jenis tipe "
    "type site ruang gedung building lantai di dan and of the lini line staf staff karyawan "
    "pekerja besar kecil publik public masyarakat umum utama pusat head back pada bidang sektor "
    "work workplace location urusan customer pelanggan centre center barang a b c d e"
)
_SITE_NO: Final = _set("bukan non tidak tdk not no selain")
_BOTH_SITES: Final = (SiteType.SERVICE.value, SiteType.ADMINISTRATION.value)
# What says where or when somebody works, and not at which of the two.
_EITHER_SITE: Final = _set("wfo wfh hybrid remote mobile keduanya both frontoffice")
_ANY_SITE: Final = _set("shift onsite")

_NOISE: Final = _set(
    "sudah sdh udah udh telah tlh sdah vaksin vaksinasi vaksinnya divaksin vaxin vaccine vaccines "
    "vaccination vaccinated vaccinate divaksinasi tervaksin tervaksinasi vaks vak vax dosis doses "
    "dose dosage dos ds d v ke x kali kl "
    "suntik suntikan tahap covid corona sars cov sinovac coronavac astrazeneca astra zeneca az "
    "moderna pfizer biontech comirnaty sinopharm novavax sputnik cansino biofarma merk jenis "
    "gotong royong vgr st nd rd th dan and yang yg the ok status received got done selesai ya yes "
    "y already has had been was mendapat dapat menerima terima disuntik baru only just saja pernah"
)
_BRANDS: Final = _set("sinovac coronavac astrazeneca az moderna pfizer comirnaty sinopharm novavax")
_DONE: Final = _set("sudah sdh udah udh telah tlh sdah ya yes y already")
_NOT: Final = _set("belum belom blm blum blom tidak tdk tak non not no none unvaccinated nol")
_ONE: Final = _set("satu pertama kesatu i first one once sekali partial partially sebagian")
_TWO: Final = _set(
    "dua kedua keduanya ii second two twice lengkap lengkapnya komplit full fully complete "
    "completed penuh"
)
_BOOST: Final = _set(
    "booster boster boosted buster penguat lanjutan tiga ketiga iii third three thrice empat "
    "keempat iv fourth"
)
_AGAINST: Final = _set(
    "kontraindikasi komorbid comorbid comorbidity contraindicated contraindication exempted "
    "exemption medis medical alasan"
)
_CANNOT: Final = _set("bisa boleh dapat layak")
_TIDAK: Final = _set("tidak tdk tak")
_LEVELS: Final = (Vaccination.FIRST, Vaccination.SECOND, Vaccination.BOOSTER)
_FROM_BELOW: Final = tuple(level.value for level in _LEVELS)

_SITE_WORDS: Final = _SERVICE | _ADMINISTRATION | _SITE_NOISE | _SITE_NO | _EITHER_SITE | _ANY_SITE
_DOSE_WORDS: Final = _NOISE | _NOT | _ONE | _TWO | _BOOST | _AGAINST | _CANNOT


@lru_cache(maxsize=4096)
def site_type_readings(text: str) -> Readings:
    """Site types that the text may mean: none where it is unknown, one where it is sure.

    Args:
        text: one line, as filed.
    """
    words = _cut(text, _SITE_WORDS)
    sides = {word for word in words if word in _SERVICE or word in _ADMINISTRATION}
    kinds = {SiteType.SERVICE if word in _SERVICE else SiteType.ADMINISTRATION for word in sides}
    if any(word in _EITHER_SITE for word in words) or len(kinds) > 1:
        return _BOTH_SITES
    if not kinds and any(word in _ANY_SITE for word in words):
        return _BOTH_SITES
    if "?" in text or any(word in _SITE_NO for word in words) or not kinds:
        return _BOTH_SITES if kinds else ()
    unknown = [w for w in words if w not in _SITE_WORDS and not w.isdigit() and w not in "/&+,"]
    if unknown and words[0] not in _PLACES:
        return ()
    return (kinds.pop().value,)


@lru_cache(maxsize=4096)
def vaccination_readings(text: str) -> Readings:
    """How far vaccinated the text may mean: none where unknown, one where it is sure.

    Args:
        text: one line, as filed.
    """
    words = _cut(_DATE.sub(" ", _folded(text)), _DOSE_WORDS)
    words = [
        word
        for before, word in pairwise(("", *words))
        if not (word == "19" and before in ("covid", "corona"))
    ]
    if not words or any(
        word not in _DOSE_WORDS and not word.isdigit() and word not in "/&+," for word in words
    ):
        return ()
    if "?" in text:  # whoever filed it was not sure
        return tuple(level.value for level in Vaccination)
    if any(word in _AGAINST for word in words):
        return _against(words)
    if any(word in _NOT for word in words):
        return _denied(words)
    return _counted(words)


def _against(words: list[str]) -> Readings:
    # "Tidak bisa vaksin (komorbid)" says so twice; "tidak komorbid" says the contrary.
    cannot = any(no in _TIDAK and can in _CANNOT for no, can in pairwise(words))
    denials = [word for word in words if word in _NOT and not (cannot and word in _TIDAK)]
    if _numbers(words) or denials:
        return (Vaccination.CONTRAINDICATED.value, *_FROM_BELOW)
    return (Vaccination.CONTRAINDICATED.value,)


def _denied(words: list[str]) -> Readings:
    if any(word in _CANNOT for word in words):
        is_sure = any(word in _TIDAK for word in words)
        against = Vaccination.CONTRAINDICATED.value
        return (against,) if is_sure else (Vaccination.NONE.value, against)
    numbers = _numbers(words) - {0}
    at = next(n for n, word in enumerate(words) if word in _NOT)
    had, lacks = _numbers(words[:at]), _numbers(words[at:])
    if len(had) == 1 and lacks == {max(had) + 1} and 1 <= max(had) <= 2:
        return (_LEVELS[max(had) - 1].value,)  # "dosis 1, belum dosis 2"
    if not numbers and "/" in words and _DONE.intersection(words):
        return (Vaccination.NONE.value, *_FROM_BELOW)  # both answers of a form, neither crossed out
    if not numbers:
        return (Vaccination.NONE.value,)
    return (Vaccination.NONE.value, *_FROM_BELOW[: max(1, min(max(numbers), 3) - 1)])


def _counted(words: list[str]) -> Readings:
    numbers = _numbers(words)
    if any(word in _CANNOT - {"dapat"} for word in words) or max(numbers, default=0) > 4:
        return ()
    if not numbers:
        told = any(word in _NOISE - _BRANDS - {"dan", "and", "y"} for word in words)
        return _FROM_BELOW if told or _BRANDS.intersection(words) else ()
    if 0 in numbers:
        return (Vaccination.NONE.value,) if numbers == {0} else ()
    level = min(max(numbers), 3)
    if _BOOST.intersection(words):
        return (Vaccination.BOOSTER.value,)
    fraction = "/" in words and len(numbers) > 1
    several = len(_BRANDS.intersection(words)) > 1
    if fraction or several:
        return _FROM_BELOW[min(numbers) - 1 : (3 if several else level)]
    if 1 in numbers and {"lengkap", "full", "complete"}.intersection(words):
        return _FROM_BELOW[:2]
    return (_LEVELS[level - 1].value,)


def _numbers(words: list[str]) -> set[int]:
    found = {int(word) for word in words if word.isdigit()}
    for known, number in ((_ONE, 1), (_TWO, 2), (_BOOST, 3)):
        if known.intersection(words):
            found.add(number)
    return found


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    for words, word in _JOINED:
        folded = folded.replace(words, word)
    return folded


def _cut(text: str, known: frozenset[str]) -> list[str]:
    """Words of a text; "sudahvaksin" is parted, because both parts are known."""
    found: list[str] = []
    for word in _WORD.findall(_folded(text)):
        found += (_parted(word, known) or [word]) if word.isalpha() else [word]
    return found


def _parted(word: str, known: frozenset[str]) -> list[str] | None:
    if word in known:
        return [word]
    for end in range(len(word) - 2, 2, -1):
        if word[:end] in known and (rest := _parted(word[end:], known)):
            return [word[:end], *rest]
    return None
