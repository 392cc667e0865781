"""Whose number exempts a row: that of who serves the state, and no company's own."""

import pytest

from strp.domain.roster.columns import read_header
from strp.domain.roster.service_number import read_nip, takes_nrp


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
