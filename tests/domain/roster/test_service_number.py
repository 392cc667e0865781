"""Whose number exempts a row: that of who serves the state, and no company's own."""

import pytest

from strp.domain.roster.cells import squeeze
from strp.domain.roster.columns import read_header
from strp.domain.roster.service_number import read_nip, takes_nrp
from tests.shipped_rules import policy


@pytest.mark.parametrize("heading", ["NIP", "nip", "NRP", "No. NRP", "NIP/NRP", "civil_servant_id"])
def test_eight_digits_below_a_heading_of_the_state_are_an_nrp(heading: str) -> None:
    header = read_header(["Nama", "NIK", "Jabatan", heading])
    assert header is not None
    assert takes_nrp(header)
    assert read_nip("85061234", with_nrp=True) == ("85061234", None)


@pytest.mark.parametrize("heading", ["Nomor Induk Pegawai", "No. Induk Pegawai"])
def test_eight_digits_of_a_staff_number_exempt_nobody(heading: str) -> None:
    header = read_header(["Nama", "NIK", "Jabatan", heading])
    assert header is not None
    assert not takes_nrp(header)
    assert read_nip("20210701", with_nrp=False) == (None, "invalid")


@pytest.mark.parametrize(
    "said", ["PPNPN", "nakes", "Tenaga Kesehatan", "tenaga honorer", "Diplomat", "Peti Jenazah"]
)
def test_who_has_no_number_names_the_group_as_the_policy_calls_it(said: str) -> None:
    words = {squeeze(word) for word in policy("inmendagri-18-2021").roster_words}
    assert read_nip(said, groups=words)[1] is None
    assert read_nip(said, groups=words)[0]
    assert read_nip(said) == (None, "invalid")
    assert read_nip(said, with_nrp=False, groups=words) == (None, "invalid")


def test_a_word_of_no_group_exempts_nobody() -> None:
    words = {squeeze(word) for word in policy("inmendagri-18-2021").roster_words}
    assert read_nip("kontrak", groups=words) == (None, "invalid")
    assert read_nip("swasta", groups=words) == (None, None)
