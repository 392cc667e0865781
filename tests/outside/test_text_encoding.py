"""No file makes a name another name: an encoding is known for sure, or its letters are not read."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.outside.text_encoding import (
    MOST_LETTERS,
    MOST_RUNS,
    NOT_TOLD,
    UTF_8,
    WINDOWS,
    codec_of,
    decoded,
    is_utf_32,
    narrow_encoding,
)

HEADER = "nama;nik;jabatan;jenis_lokasi\n"
# What people here write who save as Windows-1252: apostrophes of Arabic names, names of Flores and
# Timor, of foreigners; titles with dashes and quotes.
_NAMES = (
    "Nu’man|Ma’ruf|Jum’ah|Syafi’i|Rifa’i|Qur’ani|Mas’ud|An’am|Rif’at|Fir’aun|Sa’diyah|Mu’min|"
    "Is’haq|Lu’lu’|Rifa’|A’isyah|’Aisyah|I’in|Ka’bah|Mi’raj|Mar’atus Sholihah|Ul’ya|D’Souza|"
    "O’Brien|NU’MAN|Zoë|Noël|Raphaël|Anaïs|Loïc|Benoît|Jérôme|François|Hélène|Thérèse|Élise|"
    "João da Conceição|Simões|Gusmão|Leões|Lourenço|José Núñez|Muñoz|Ibáñez|Ordóñez|"
    "Sebastián García|Suárez|Ángel|Díaz|Rodríguez|María|Sofía|JOSÉ MARTÍNEZ|GARCÍA|NUÑEZ|PEÑA|"
    "Müller|MÜLLER|Jörg Schröder|Weiß|Großmann|Süßmuth|Strößner|Özil|Björk|Søren Jørgensen|"
    "Åsa Håkansson|Çelik|PT “Maju Jaya” Tbk|Daftar – 2021|Jakarta–Bogor|2020–2021|Budi\xa0Santoso|"
    "Nº|No°"
)
WINDOWS_1252 = _NAMES.split("|")
# By encoding, names that Windows-1252 reads as other letters without an error.
OTHERS = {
    "gbk": "张伟|王芳|李娜|刘洋|陈静|毛泽|陆伟|李|王|吕|马",
    "gb18030": "张伟|罗",
    "big5": "張偉|王芳|陳靜|林志玲",
    "shift_jis": "田中|ヤマダ|タナカ",
    "euc_jp": "田中",
    "euc_kr": "김민준|이서연|박",
    "mac_roman": "Zoë|José|Müller|Muñoz|María|García|Rodríguez|Núñez|François|João|Jörg|Weiß|"
    "Nu’man|NU’MAN|JOSÉ|GARCÍA|MÜLLER|Martí|Lucía|Sofía|Raúl|Luís|Díaz|Ríos|Björk|Søren|Åsa|Hélène|Noël|"
    "Víctor|Moisés|Inês|Ruíz|Isaías|Elías|Saíd|Luísa|Heloísa|SIMÕES|PEÑA|Ángel|Òscar|Élise",
    "cp850": "Zoë|José|Müller|Muñoz|María|García|Weiß|João|JOSÉ|GARCÍA|MARTÍNEZ|Björk|Málaga|"
    "Sebastián|Álvaro|Søren|Großmann",
    "cp437": "Zoë|José|Müller|Muñoz|Weiß|Björk|Málaga",
    "cp852": "Kovač|Łukasz|Dvořák",
    "cp1250": "Kovačević|Petrović|Dvořák|Łukasz|Wałęsa|Zieliński|Jiří|Ondřej|Dębski|Győző|Szűcs|"
    "Pănescu|Kovač|Němcová|Růžička|Šimić|Žižek|Dubček|Řezník|Přemysl|Kučka|Paweł|Naďa|Čapek|Ćosić",
    "iso8859_2": "Kovačević|Łukasz|Šimić|Žižek",
    "cp1251": "Иванов|Анна",
    "koi8_r": "Иванов",
    "cp1253": "Παπας",
    "cp1254": "Şahin|Yıldız|Erdoğan|İbrahim|Çağlar|Ayşe",
    "cp1255": "דוד",
    "cp1256": "محمد",
    "cp1257": "Bērziņš|Kalniņš|Jānis|Žukauskas|Eglė|Kęstutis|Daujotų|Līga|Zariņa|Ķirsis",
    "cp1258": "Nguyên|Trân|Đinh",
    "cp874": "สมชาย",
    "mac_latin2": "Kovač|Łukasz",
    "mac_turkish": "Şahin|Erdoğan",
    "mac_cyrillic": "Иванов",
    "hp_roman8": "José|Müller",
}


def file_of(*names: str, encoding: str) -> io.BytesIO:
    lines = (f"{name};3174010101900001;Kasir;kantor\n" for name in names)
    return io.BytesIO((HEADER + "".join(lines)).encode(encoding))


@pytest.mark.parametrize("name", WINDOWS_1252)
def test_names_as_people_here_write_them_are_read_as_windows_1252(name: str) -> None:
    assert narrow_encoding(file_of(name, encoding=WINDOWS)) == WINDOWS


@pytest.mark.parametrize(
    ("encoding", "name"),
    [(encoding, name) for encoding, names in OTHERS.items() for name in names.split("|")],
)
def test_no_name_of_another_encoding_is_read_as_windows_1252(encoding: str, name: str) -> None:
    told = narrow_encoding(file_of("Siti Contoh", name, encoding=encoding))
    assert told == NOT_TOLD


@pytest.mark.parametrize("encoding", OTHERS)
def test_one_name_of_another_encoding_keeps_all_its_neighbours_from_being_read(
    encoding: str,
) -> None:
    name = OTHERS[encoding].split("|")[0].encode(encoding)
    sure = "".join(f"{each};1;Kasir;kantor\n" for each in WINDOWS_1252).encode(WINDOWS)
    file = io.BytesIO(HEADER.encode() + sure + name + b";1;Kasir;kantor\n")
    assert narrow_encoding(file) == NOT_TOLD


@pytest.mark.parametrize("name", ["Zoë", "Nu’man", "毛泽东", "Иван", "Zoë – 毛", "° C", "½"])
def test_utf_8_is_told_by_its_form(name: str) -> None:
    assert narrow_encoding(file_of(name, encoding=UTF_8)) == UTF_8


def test_chinese_bytes_that_happen_to_be_sound_utf_8_are_not_told() -> None:
    """毛 is C3 AB in GBK, which is ë in UTF-8: no letter of ASCII stands beside it."""
    assert "毛".encode("gbk") == "ë".encode()
    assert narrow_encoding(file_of("毛", encoding="gbk")) == NOT_TOLD


def test_a_stray_line_of_windows_1252_in_utf_8_does_not_change_the_others() -> None:
    lines = file_of("Zoë", "Noël", "José", encoding=UTF_8).getvalue() + b"Jos\xe9;1;Kasir;kantor\n"
    assert narrow_encoding(io.BytesIO(lines)) == UTF_8


def test_ascii_is_utf_8() -> None:
    assert narrow_encoding(file_of("Siti Contoh", encoding="ascii")) == UTF_8


def test_more_letters_than_any_roster_has_are_not_looked_at() -> None:
    assert narrow_encoding(io.BytesIO(b"Zo\xeb\n" * (MOST_LETTERS + 1))) == NOT_TOLD


def test_only_so_many_letters_are_looked_at_to_tell_chinese_from_utf_8() -> None:
    chinese, latin = "毛,\n".encode("gbk"), "Zoë,\n".encode()
    assert narrow_encoding(io.BytesIO(chinese * (MOST_RUNS - 1) + latin)) == UTF_8
    assert narrow_encoding(io.BytesIO(chinese * MOST_RUNS + latin)) == NOT_TOLD


@given(st.binary(max_size=300))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    assert narrow_encoding(io.BytesIO(data)) in (UTF_8, WINDOWS, NOT_TOLD)


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be"])
def test_utf_32_is_told(encoding: str) -> None:
    assert is_utf_32((HEADER + "Siti;1\n").encode(encoding))


@pytest.mark.parametrize("data", [HEADER.encode("utf-16"), HEADER.encode(), b"", bytes(400), b"\0"])
def test_nothing_else_is_taken_for_utf_32(data: bytes) -> None:
    assert not is_utf_32(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_small_text_is_decoded_without_its_mark(encoding: str) -> None:
    assert decoded("Zoë;kantor".encode(encoding)) == "Zoë;kantor"


@pytest.mark.parametrize(("name", "encoding"), [("张伟", "gbk"), ("José", "mac_roman")])
def test_a_small_text_that_cannot_be_told_is_refused(name: str, encoding: str) -> None:
    with pytest.raises(UnicodeError):
        decoded(f"{name};kantor".encode(encoding))
    assert codec_of(io.BytesIO(name.encode(encoding))) == NOT_TOLD
