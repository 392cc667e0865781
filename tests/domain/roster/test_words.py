"""Words that people write: read where they mean one thing, and both named where they mean two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.roster.advice import problem_detail
from strp.domain.roster.cells import read_region, read_site_type, read_vaccination
from strp.domain.roster.row import SiteType, Vaccination
from strp.domain.roster.words import site_type_readings, vaccination_readings
from tests import shipped_rules
from tests.rosters import check_person

REGIONS = shipped_rules.regions()

VACCINATIONS = {
    Vaccination.NONE: "belum|Belum vaksin|BELUM DIVAKSIN|belum pernah|blm|Blm vaksin|tidak vaksin|"
    "tdk vaksin|belum vaksinasi|not vaccinated|not yet|dosis 0|Belum sama sekali",
    Vaccination.FIRST: "dosis 1|Dosis-1|dosis ke-1|dosis ke 1|Dosis pertama|sudah dosis pertama|"
    "Vaksin 1|vaksin ke-1|Vaksin I|sudah vaksin 1|Sinovac 1|Sinovac 1x|1x|1 kali|sudah 1x|"
    "baru 1 kali|AZ dosis 1|Astra Zeneca 1|1st dose|first dose|dose one|Covid-19 dosis 1|"
    "tahap 1|baru dosis 1|V1|sudah satu kali|Dosis 1 (12/06/2021)|sdh vaksin 1",
    Vaccination.SECOND: "dosis 2|DOSIS KE-2|Sudah dosis kedua|Vaksin II|sudah vaksin 2|Sinovac 2x|"
    "2x Sinovac|2 kali|sudah 2x|2 x vaksin|lengkap|Sudah lengkap|vaksin lengkap|sudah vaksin "
    "lengkap|dosis 1 dan 2|dosis 1 & 2|1,2|1 + 2|second dose|fully vaccinated|2nd dose|two doses|"
    "Pfizer (2)|Sinovac - 2|sudahvaksin2|vaksin ke-2|dosis dua|tahap 2|AZ 2x|"
    "Dosis 2 tgl 5 Juli 2021|"
    "lengkap (2x)|sudah vaksin dosis ke dua|COVID 19 vaksin 2|２",
    Vaccination.BOOSTER: "booster|BOOSTER 1|Booster 2|sudah booster|vaksin booster|dosis 3|dosis "
    "ketiga|vaksin ke-3|3x|Moderna (booster)|booster Pfizer|third dose|dosis 3 (booster)|"
    "lengkap + booster|sudah 3 kali|Vaksin III|dosis 4",
    Vaccination.CONTRAINDICATED: "kontraindikasi|Kontra indikasi|komorbid|tidak bisa vaksin|"
    "tidak boleh divaksin|tdk bisa vaksin|alasan medis|contraindicated",
}
SITES = {
    SiteType.SERVICE: "pelayanan|Pelayanan Publik|layanan|produksi|Bagian Produksi|produksi/gudang|"
    "Gudang|gudang A|Gudang 2|Gudang Cikarang|Cabang|Cabang Bekasi|CABANG|toko|Toko Tebet|outlet|"
    "Outlet 12|Pabrik|pabrik 1|Area Produksi|lapangan|Lapangan / Proyek|proyek|Operasional|Divisi "
    "Operasional|warehouse|factory|store|branch|service|Services|production|konstruksi|restoran|"
    "dapur|klinik|apotek|bengkel|workshop|logistik|Distribusi|pengiriman|supermarket|Unit Produksi|"
    "Lini produksi 3|kurir|loket|customer service|"
    "RS Harapan|Rumah Sakit|Puskesmas Tebet|Laboratorium|Hotel",
    SiteType.ADMINISTRATION: "administrasi|Administrasi|admin|ADM|adm.|kantor|Kantor Pusat|office|"
    "Head Office|back office|Bagian Administrasi|perkantoran|Divisi Keuangan|finance|HRD|HR|"
    "akuntansi|accounting|manajemen|Management|personalia|sekretariat|Staf Administrasi|"
    "gedung kantor|kantor lantai 3|Dept. Keuangan|administratif|administration|Unit Administrasi|"
    "headquarters|HQ|kantor & administrasi|SDM|pembukuan|Staff Office|Ruang kantor|bagian keuangan|"
    "Dept HRD|tata usaha|admin kantor|HO|Kantor HO",
}
PLACES = {
    "3174": "Jakarta Selatan|JAKARTA SELATAN|Kota Jakarta Selatan|Kota Adm. Jakarta Selatan|Kota "
    "Administrasi Jakarta Selatan|Jaksel|Jkt Selatan|South Jakarta|Jakarta Selatan, DKI Jakarta|"
    "3174 Jakarta Selatan|31.74 - Jakarta Selatan|Jakarta Selatan (3174)|jakarta  selatan|"
    "Jakarta Selatan 12810|Jakarta Selatan DKI Jakarta",
    "317401": "Kec. Tebet|Kecamatan Tebet|Tebet|TEBET|kec tebet|Tebet, Jakarta Selatan|Kec. Tebet, "
    "Kota Jakarta Selatan|Tebet - Jakarta Selatan|Tebet/Jaksel|317401 Tebet|Tebet (31.74.01)|"
    "Kec. Tebet, Jakarta Selatan, DKI Jakarta|Tebet Jaksel|Kec. Tebet Kota Jakarta Selatan",
    "3174011002": "Kel. Tebet Barat|Tebet Barat|Kelurahan Tebet Barat, Kec. Tebet",
    "3273": "Kota Bandung|Bandung Kota|Kotamadya Bandung",
    "3204": "Kab. Bandung|Kabupaten Bandung|kab bandung",
    "3674": "Tangerang Selatan|Tangsel|Kota Tangsel|Kota Tangerang Selatan",
    "3276": "Kota Depok|Depok, Jawa Barat (3276)",
    "3101": "Kepulauan Seribu|Kep. Seribu",
    "3175": "Jakarta Timur|Jaktim",
    "3471": "Yogyakarta|Kota Jogja",
    "317106": "Menteng|Kec. Menteng|Menteng, Jakarta Pusat|Menteng - Jakarta Pusat|Menteng Jakpus",
    "3171061001": "Kel. Menteng, Kec. Menteng|Menteng, Menteng, Jakarta Pusat|Kel. Menteng",
    "317404": "Pasar Minggu|Pasar Minggu, Jakarta Selatan|Pasar Minggu Jakarta Selatan",
}


def spellings(known: dict[str, str]) -> list[tuple[str, str]]:
    return [(text, meant) for meant, texts in known.items() for text in texts.split("|")]


def test_the_tests_hold_forty_spellings_of_each_column() -> None:
    for known in (VACCINATIONS, SITES, PLACES):
        assert len(spellings(known)) >= 40  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "meant"), spellings(VACCINATIONS))  # type: ignore[arg-type]
def test_a_vaccination_is_read_from_what_people_write(text: str, meant: str) -> None:
    assert read_vaccination(text) == (meant, None)


@pytest.mark.parametrize(("text", "meant"), spellings(SITES))  # type: ignore[arg-type]
def test_a_site_type_is_read_from_what_people_write(text: str, meant: str) -> None:
    assert read_site_type(text) == (meant, None)


@pytest.mark.parametrize(("text", "meant"), spellings(PLACES))
def test_a_place_is_read_from_a_name_that_means_exactly_one(text: str, meant: str) -> None:
    assert read_region(text, REGIONS) == (meant, None)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("sudah", ("dosis1", "dosis2", "booster")),
        ("Sinovac", ("dosis1", "dosis2", "booster")),
        ("belum dosis 2", ("belum", "dosis1")),
        ("belum booster", ("belum", "dosis1", "dosis2")),
        ("1/2", ("dosis1", "dosis2")),
        ("belum bisa vaksin", ("belum", "kontraindikasi")),
        ("mungkin", ()),
        ("hamil", ()),
        ("dosis 7", ()),
    ],
)
def test_a_vaccination_that_may_mean_several_things_is_not_guessed(
    text: str, readings: tuple[str, ...]
) -> None:
    assert read_vaccination(text) == (None, "invalid")
    assert vaccination_readings(text) == readings


@pytest.mark.parametrize(
    "text",
    [
        "WFO",
        "Kantor Cabang",
        "Front Office",
        "Admin RS",
        "gudang & kantor",
        "non produksi",
        "pelayanan/administrasi",
    ],
)
def test_a_site_type_that_may_mean_both_names_both(text: str) -> None:
    assert read_site_type(text) == (None, "invalid")
    assert site_type_readings(text) == ("pelayanan", "administrasi")


@pytest.mark.parametrize(
    "text", ["Jakarta", "dekat rumah", "Kota Tebet", "Tebet, Bandung", "Tebet Bandung", "x"]
)
def test_a_name_that_means_no_place_is_invalid(text: str) -> None:
    assert read_region(text, REGIONS) == (None, "invalid")


def test_a_name_of_two_places_names_both() -> None:
    assert read_region("Bekasi", REGIONS) == (None, "invalid")
    assert REGIONS.named(REGIONS.readings("Bekasi")) == (
        "Kabupaten Bekasi (3216)",
        "Kota Bekasi (3275)",
    )


def test_two_readings_are_told_in_the_readers_language() -> None:
    (problem,) = check_person(status_vaksin="belum dosis 2").problems
    told = problem_detail(problem.code, problem.column, problem.readings)
    assert "belum atau dosis1" in told.id
    assert "belum or dosis1" in told.en


def test_an_optional_column_that_cannot_be_read_leaves_the_row_and_stays_empty() -> None:
    row = check_person(status_vaksin="sudah", telepon="12", kode_wilayah="?")
    assert row.worker is not None
    assert (row.worker.vaccination, row.worker.phone, row.worker.region) == (None, None, None)
    assert {problem.severity for problem in row.problems} == {"warning"}


@given(st.text(max_size=120))
def test_no_text_breaks_the_readers(text: str) -> None:
    for found, code in (
        read_site_type(text), read_vaccination(text), read_region(text, REGIONS)
    ):  # fmt: skip
        assert found is None or code is None


@given(st.sampled_from(["sudah ", "telah ", "", "vaksin ", "Sinovac "]), st.integers(1, 3))
def test_words_that_say_nothing_change_nothing(before: str, doses: int) -> None:
    levels = (Vaccination.FIRST, Vaccination.SECOND, Vaccination.BOOSTER)
    assert read_vaccination(f"{before}dosis {doses}")[0] is levels[doses - 1]
