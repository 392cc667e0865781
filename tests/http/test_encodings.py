"""Who takes gzip, and who refuses it."""

import pytest

from strp.http.encodings import accepts_gzip


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("*", True),
        ("GZIP", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, br", False),
        ("*;q=0", False),
        ("*, gzip;q=0", False),
        ("br", False),
        ("", False),
    ],
)
def test_gzip_goes_only_to_who_takes_it(accepted: str, takes: bool) -> None:
    assert accepts_gzip(accepted) is takes
