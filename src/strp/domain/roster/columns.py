"""Columns of a roster, and how offices name them."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from strp.domain.roster.cells import squeeze
from strp.domain.roster.row import Cell


class Column(StrEnum):
    """Canonical columns; problems name them."""

    NAME = "nama"
    NIK = "nik"
    POSITION = "jabatan"
    SITE_TYPE = "jenis_lokasi"
    REGION = "kode_wilayah"
    VACCINATION = "status_vaksin"
    PHONE = "telepon"
    NIP = "nip"
    DOCUMENT = "dokumen"
    LEFT = "keluar"
    WORK_SITE = "lokasi_kerja"


COLUMNS = tuple(Column)
REQUIRED = (Column.NAME, Column.NIK, Column.POSITION, Column.SITE_TYPE)

# The first name of each is the canonical one, the second its English name. What stands further
# to the front wins where two columns claim the same: "NIK" is the employee number in many a
# company whose next column is "No. KTP".
_NAMES: dict[Column, str] = {
    Column.NAME: "nama, name, nama lengkap, nama karyawan, nama pegawai, nama pekerja, nama tenaga "
    "kerja, nama naker, nama staf, nama staff, nama personil, nama personel, nama peserta, "
    "nama lengkap karyawan, nama lengkap pekerja, nama lengkap pegawai, nama sesuai ktp, "
    "nama di ktp, nama ktp, nama lengkap sesuai ktp, full name, employee name, worker name, "
    "staff name, name of worker, name of employee, name as in ktp, nm, nm karyawan, "
    "nama pemohon, complete name",
    Column.NIK: "no ktp, nomor ktp, nik ktp, no nik ktp, nik no ktp, ktp, nomor nik ktp, no nik, "
    "nomor nik, nomor induk kependudukan, no induk kependudukan, nik e ktp, no e ktp, "
    "nomor e ktp, ktp no, ktp number, nik sesuai ktp, nomor identitas ktp, no identitas ktp, "
    "nomor identitas kependudukan, no identitas kependudukan, "
    "nik pekerja, nik 16 digit, nik ktp 16 digit, nik, national id, national id number, "
    "nik number, id card number, id number, id card no, id card, id no, identity number, "
    "identity card number, nomor identitas, no identitas, no id, nomor id, nik karyawan, "
    "nik pegawai, e ktp, resident id, population id number, citizen id, nomor kependudukan",
    Column.POSITION: "jabatan, position, posisi, pekerjaan, job title, job position, "
    "job, role, occupation, jabatan pekerjaan, jabatan posisi, posisi jabatan, nama jabatan, "
    "jenis pekerjaan, bagian jabatan, jabatan di perusahaan, tugas, fungsi, profesi, job role, "
    "jabatan karyawan, jabatan pekerja, posisi kerja, work position",
    Column.SITE_TYPE: "jenis_lokasi, site_type, jenis lokasi kerja, jenis tempat "
    "kerja, tipe lokasi, tipe lokasi kerja, type of site, worksite type, site, location type, "
    "work location type, work location, jenis penempatan, kategori lokasi, "
    "jenis kerja, workplace type, kategori tempat kerja, lokasi, tempat kerja, "
    "jenis lokasi bekerja, penempatan, jns lokasi, type of workplace, type of work location, "
    "jenis lokasi penempatan, lokasi type",
    Column.REGION: "kode_wilayah, home_region, kode wilayah domisili, kode wilayah tempat tinggal, "
    "kode wilayah kemendagri, kode kecamatan, kode wil, wilayah, region, region code, "
    "home region code, domisili, kode domisili, wilayah domisili, kode daerah, district code, "
    "home district, kode kemendagri, kode kab kota, area code, kode wilayah rumah, "
    "kode wilayah alamat, domicile, domicile code, residence code, kode kec, kode kelurahan",
    Column.VACCINATION: "status_vaksin, vaccination, status vaksinasi, vaksin, vaksinasi, vaccine, "
    "vaccination status, vaccine status, dosis vaksin, vaksin covid, vaksin covid 19, "
    "vaksinasi covid, vaksinasi covid 19, status vaksin covid, status vaksin covid 19, "
    "status vaksinasi covid 19, covid vaccination, covid 19 vaccination, vaccinated, "
    "vaccine dose, dosis, dose, vaksin ke, dosis ke, vaksin dosis, vaksin 1 2, sudah vaksin, "
    "vaccination dose, dosis vaksinasi, dosis vaksin ke",
    Column.PHONE: "telepon, phone, no hp, nomor hp, hp, no handphone, nomor handphone, handphone, "
    "no telepon, nomor telepon, no telp, nomor telp, telp, tlp, no tlp, telpon, no telpon, "
    "nomor telpon, nomor ponsel, no ponsel, ponsel, phone number, phone no, mobile, mobile no, "
    "mobile number, mobile phone, mobile phone number, cell phone, cellphone number, "
    "cell, hp wa, no hp wa, nomor hp wa, no wa, nomor wa, wa, whatsapp, no whatsapp, "
    "nomor whatsapp, nomor whatsapp aktif, no hp aktif, kontak, no kontak, nomor kontak, "
    "contact, contact number, telephone, telephone number, no telepon hp, nomor telepon hp, "
    "no telp hp, telp hp, telepon hp, telepon seluler, nomor seluler, seluler, tel, hp no, "
    "kontak hp, nomor telepon seluler, no telepon seluler, nomor hp aktif",
    Column.NIP: "nip, civil_servant_id, no nip, nomor nip, nomor induk pegawai, "
    "nomor induk pegawai negeri sipil, nip pns, nip asn, civil servant number, "
    "civil servant id number, civil servant no, no induk pegawai, nip jika pns, nip bila asn, "
    "nrp, no nrp, nomor nrp, nip nrp, nrp nip, nip atau nrp, nip or nrp",
    Column.DOCUMENT: "dokumen, document, kitas, no kitas, nomor kitas, paspor, no paspor, "
    "nomor paspor, passport, passport no, passport number, kitas paspor, paspor kitas, "
    "kitas passport, passport kitas, no kitas paspor, nomor kitas paspor, kitap, kitas kitap, "
    "nomor dokumen, no dokumen, document number, document no, travel document, "
    "nomor kitas atau paspor, kitas or passport, kitas atau paspor, kitas or passport number, "
    "no paspor kitas, nomor paspor kitas, id wna, dokumen wna",
    Column.LEFT: "keluar, left, tanggal keluar, tgl keluar, tanggal berhenti, tgl berhenti, "
    "tanggal resign, tgl resign, resign, berhenti, tanggal berhenti kerja, hari kerja terakhir, "
    "tanggal terakhir bekerja, tmt keluar, tanggal keluar kerja, keluar tanggal, left on, "
    "date left, leaving date, last day, last working day, end date, resign date, resignation date, "
    "termination date",
    Column.WORK_SITE: "lokasi_kerja, work_site, nib lokasi kerja, nib lokasi, nib tempat kerja, "
    "nib pengguna, nib pengguna jasa, nib perusahaan pengguna, nib klien, nib penempatan, "
    "nib host, host nib, client nib, host, host site, lokasi penempatan, tempat penempatan, "
    "nama lokasi, nama lokasi kerja, nama tempat kerja, perusahaan pengguna, "
    "perusahaan pengguna jasa, pengguna jasa, perusahaan penempatan, perusahaan klien, klien, "
    "nama klien, ditempatkan di, bekerja di, client, client site, client company, "
    "placed at, works at, name of work site, work site name, work site nib",
}
_NAMES_EITHER = frozenset({"lokasikerja", "worksite"})
"""Headings of a list whose only word on the site is its type."""
_CANONICAL = frozenset({"lokasi_kerja", "work_site"})
_ROW_NUMBERS = frozenset({"no", "nomor", "nourut", "nomorurut", "urut", "number", "num", "nr"})
_ROW_NUMBERS |= {"rownumber", "row", "rowno", "baris", "sno", "serialno", "urutan", "nmr"}
_PARTS = re.compile(r"[/|()\[\]\n\r,;:–—=]+| - ")
_ENUMERATOR = re.compile(r"^\s*\(?\d{1,2}[.)]\s*(?=\D)")
_LONG_NUMBER = re.compile(r"\d{5}")
LONGEST_HEADING = 120
# Whose column it is, which every column of the list is: "jabatan tenaga kerja".
_WHOSE = re.compile(
    r"\b(?:(?:calon )?tenaga kerja|karyawan|pegawai|pekerja|naker|staff?|personil|personel|peserta|"
    r"employees?|workers?)\b|'s\b",
    re.I,
)
# A number that is "of the employee" may be the company's own, unless the card is named.
_NOT_BY_OWNER = frozenset({Column.NIP, Column.DOCUMENT, Column.LEFT, Column.WORK_SITE})
_CARD = re.compile(r"ktp|kependudukan|national", re.I)
_BY_OWNER_RANK = 100
# A heading that lists both answers asks for the type of site, where it names no other column.
_BOTH_ANSWERS = re.compile(
    r"(?=.*\b(?:pelayanan|produksi|service|production)\b)(?=.*\badminist(?:rasi|ration|rative)\b)",
    re.I | re.S,
)


_KNOWN: dict[str, tuple[Column, int]] = {
    squeeze(name): (column, rank)
    for column, names in _NAMES.items()
    for rank, name in enumerate(names.split(","))
}


# The two names of a column, one in each language, are one name.
_CANONICAL_OF = {
    squeeze(name): squeeze(names.split(",")[0])
    for names in _NAMES.values()
    for name in names.split(",")[:2]
}


class Header(NamedTuple):
    """Where the columns of a roster stand.

    `places` holds the index of each column that was found; `number_place` that of a running
    number, `cells` the headings as filed. `twins` are the places of each column whose heading
    stands there more than once: nobody can tell which of them is meant where they differ.
    """

    places: dict[Column, int]
    number_place: int | None
    cells: tuple[str, ...]
    twins: tuple[tuple[Column, tuple[int, ...]], ...] = ()


def known_column(name: str | None) -> Column | None:
    """The column of that name; None where there is none, as one that a later release has added."""
    return Column(name) if name in COLUMNS else None


def read_header(cells: Sequence[Cell]) -> Header | None:
    """Read a line as the header of a roster, or None where it is none.

    A header names a worker's identity, name and NIK or one of them beside two more columns,
    and holds no long number, so that a line "Nama | … | Telepon | 0812…" in a title block is
    not taken for one.
    """
    headings = tuple("" if cell is None else str(cell) for cell in cells)
    if any(_LONG_NUMBER.search(heading) for heading in headings if len(heading) < 40):
        return None
    places = read_places(headings)
    identity = {Column.NAME, Column.NIK, Column.DOCUMENT} & places.keys()
    if len(places) < 3 and not (Column.NAME in identity and len(identity) > 1):
        return None
    if not identity:
        return None
    return Header(places, _number_place(headings), headings, read_twins(headings, places))


def next_header(header: Header, cells: Sequence[Cell], *, is_second_line: bool) -> Header | None:
    """The header that counts below a line which is one too; None where the line is none.

    A header that is printed again on each page may name other columns, or in another order. Of a
    header of two lines, groups above and columns below, both together name the columns.

    Args:
        header: that counted so far.
        cells: of the line.
        is_second_line: whether it stands directly below the first line of the header.
    """
    again = read_header(cells)
    if again is None:
        return _with_second_line(header, cells) if is_second_line else None
    moved = any(again.places.get(c, place) != place for c, place in header.places.items())
    return again if moved or again.places.keys() - header.places.keys() else header


def _with_second_line(header: Header, cells: Sequence[Cell]) -> Header | None:
    below = ["" if cell is None else str(cell).strip() for cell in cells]
    taken = {*header.places.values(), header.number_place}
    added = read_places(below)
    if not added or added.keys() & header.places.keys():
        return None
    if any(heading and place in taken for place, heading in enumerate(below)):
        return None
    width = max(len(below), len(header.cells))
    above = [*header.cells, *[""] * (width - len(header.cells))]
    below += [""] * (width - len(below))
    return read_header([low or high for low, high in zip(below, above, strict=True)])


def read_twins(
    headings: Sequence[str], places: dict[Column, int]
) -> tuple[tuple[Column, tuple[int, ...]], ...]:
    """Columns whose heading stands there more than once, with all its places.

    Args:
        headings: of the header line, from left to right.
        places: index of each column that was found, from 0.
    """
    squeezed = [_CANONICAL_OF.get(name, name) for name in map(squeeze, headings)]
    found = []
    for column, place in places.items():
        if squeezed.count(squeezed[place]) > 1:
            twins = tuple(n for n, heading in enumerate(squeezed) if heading == squeezed[place])
            found.append((column, twins))
    return tuple(found)


def read_places(headings: Sequence[str]) -> dict[Column, int]:
    """Index of each column that the headings name, the surest heading of each."""
    best: dict[Column, tuple[int, int]] = {}
    for place, heading in enumerate(headings):
        known = _column(heading)
        if known and (known[0] not in best or known[1] < best[known[0]][0]):
            best[known[0]] = (known[1], place)
    _read_type_of_site(headings, best)
    return {column: best[column][1] for column in COLUMNS if column in best}


def _read_type_of_site(headings: Sequence[str], best: dict[Column, tuple[int, int]]) -> None:
    """Take "Lokasi Kerja" for the type of site, where no other heading names that.

    So many an office means it; whoever writes `lokasi_kerja` means the column of that name.
    """
    if Column.WORK_SITE not in best or Column.SITE_TYPE in best:
        return
    heading = headings[best[Column.WORK_SITE][1]]
    if squeeze(heading) in _NAMES_EITHER and heading.strip().lower() not in _CANONICAL:
        best[Column.SITE_TYPE] = best.pop(Column.WORK_SITE)


def _column(heading: str) -> tuple[Column, int] | None:
    if not heading or len(heading) > LONGEST_HEADING:
        return None
    heading = _ENUMERATOR.sub("", heading)
    names_both = _BOTH_ANSWERS.match(heading) is not None
    for part in (heading, *_PARTS.split(heading)):
        known = _KNOWN.get(squeeze(part))
        if known and not (names_both and known[0] is Column.WORK_SITE):
            return known
    return (Column.SITE_TYPE, _BY_OWNER_RANK) if names_both else _column_of_owner(heading)


def _column_of_owner(heading: str) -> tuple[Column, int] | None:
    words = heading.replace("_", " ")
    known = _KNOWN.get(squeeze(_WHOSE.sub(" ", words)))
    if known is None or known[0] in _NOT_BY_OWNER or not _WHOSE.search(words):
        return None
    if known[0] is Column.NIK and not _CARD.search(words):
        return None
    return known[0], known[1] + _BY_OWNER_RANK


def _number_place(headings: Sequence[str]) -> int | None:
    for place, heading in enumerate(headings):
        if heading.strip() == "#" or squeeze(heading) in _ROW_NUMBERS:
            return place
    return None


def read_keys(keys: tuple[str, ...]) -> Header:
    """The columns that the keys of a JSON object name."""
    places = read_places(keys)
    return Header(places, None, keys, read_twins(keys, places))


class ReadHeading(NamedTuple):
    """A heading of a roster as it was filed, and the column that it was taken for, if any."""

    heading: str
    column: Column | None


def recognised(headings: Sequence[str]) -> list[ReadHeading]:
    """What each heading of a sheet was taken for; empty ones and running numbers are left out.

    Args:
        headings: of one sheet, from left to right.
    """
    columns = {place: column for column, place in read_places(headings).items()}
    number = _number_place(headings)
    return [
        ReadHeading(heading.strip(), columns.get(place))
        for place, heading in enumerate(headings)
        if heading.strip() and place != number
    ]
