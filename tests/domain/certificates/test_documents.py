"""The size of a file of certificates, as it is told before the download begins."""

import pytest

from strp.domain.certificates.documents import DocumentForm, expected_bytes


@pytest.mark.parametrize(("certificates", "measured"), [(1, 55_191), (20, 128_660), (100, 492_504)])
def test_what_is_foretold_of_a_pdf_is_within_a_tenth_of_what_was_measured(
    certificates: int, measured: int
) -> None:
    assert abs(expected_bytes(DocumentForm.PDF, certificates) - measured) < measured / 10


def test_a_zip_grows_by_each_of_its_files() -> None:
    assert expected_bytes(DocumentForm.ZIP, 2_000) == 136_000_000
