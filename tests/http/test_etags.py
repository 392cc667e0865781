"""Whether a reader has something already."""

import pytest

from strp.http.etags import etag_of, is_known


@pytest.mark.parametrize(
    ("sent", "known"),
    [
        ("", False),
        ('"a"', True),
        ('W/"a"', True),
        ('"b", W/"a"', True),
        ("*", True),
        ('"ab"', False),
        ("a", False),
    ],
)
@pytest.mark.parametrize("etag", ['"a"', 'W/"a"'])
def test_a_reader_has_what_bears_one_of_its_tags(etag: str, sent: str, known: bool) -> None:
    assert is_known(etag, sent) is known


def test_other_bytes_bear_another_tag() -> None:
    assert len({etag_of(b"a"), etag_of(b"b"), etag_of(b"a", weak=True)}) == 3
