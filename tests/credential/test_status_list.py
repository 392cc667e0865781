"""Status lists, read by us and by libraries that are not ours."""

import time
import zlib
from datetime import UTC, datetime, timedelta

import cbor2
import cwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from token_status_list import BitArray

from strp.credential.cose import sign1
from strp.credential.signing import SigningKey
from strp.credential.status_list import (
    LIST_BYTES,
    MEDIA_TYPE,
    StatusList,
    pack_statuses,
    read_status_list,
    sign_status_list,
)
from strp.domain.certificates.certificate import STATUS_LIST_ENTRIES, Status
from tests.credential.claim_cases import NOW

KEY = SigningKey.generate()
KEYS = {KEY.kid: KEY.verifying}
URI = "https://strp.example/status-lists/0"
STATUSES = st.dictionaries(
    st.integers(0, STATUS_LIST_ENTRIES - 1),
    st.sampled_from([Status.REVOKED, Status.SUSPENDED]),
    max_size=20,
)


def signed(statuses: dict[int, Status], *, at: datetime = NOW, key: SigningKey = KEY) -> bytes:
    return sign_status_list(
        pack_statuses(statuses.items()),
        uri=URI,
        issued_at=at,
        expires_at=at + timedelta(days=1),
        ttl_s=300,
        key=key,
    )


def read(token: bytes) -> StatusList:
    status_list = read_status_list(token, KEYS)
    assert status_list is not None
    return status_list


@given(STATUSES)
def test_a_list_tells_every_status_that_was_put_in(statuses: dict[int, Status]) -> None:
    entries = read(signed(statuses))
    assert {index: entries.status(index) for index in statuses} == statuses


@given(STATUSES, st.integers(0, STATUS_LIST_ENTRIES - 1))
def test_what_was_not_put_in_is_valid(statuses: dict[int, Status], index: int) -> None:
    assert read(signed(statuses)).status(index) is statuses.get(index, Status.VALID)


@pytest.mark.parametrize("index", [-1, STATUS_LIST_ENTRIES])
def test_a_list_says_nothing_about_what_is_not_in_it(index: int) -> None:
    assert read(signed({})).status(index) is None


def test_a_value_that_strp_never_gives_is_no_status() -> None:
    assert StatusList(URI, NOW, b"\x03").status(0) is None


def test_entries_are_packed_as_in_the_example_of_the_draft() -> None:
    statuses = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]
    assert pack_statuses(enumerate(statuses))[:3] == bytes.fromhex("c944f9")  # type: ignore[arg-type]


def test_a_full_list_with_one_percent_revoked_stays_small() -> None:
    one_percent = dict.fromkeys(range(0, STATUS_LIST_ENTRIES, 97), Status.REVOKED)
    assert len(signed(one_percent)) < 40_000


def test_a_list_of_another_key_is_not_read() -> None:
    assert read_status_list(signed({}, key=SigningKey.generate()), KEYS) is None


def test_a_list_that_was_changed_is_not_read() -> None:
    token = bytearray(signed({}))
    token[-70] ^= 1
    assert read_status_list(bytes(token), KEYS) is None


def test_a_certificate_is_not_a_list() -> None:
    assert read_status_list(sign1(b"\xa0", KEY), KEYS) is None


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {2: URI, 6: 1, 65533: {"bits": 2, "lst": b"not zlib"}},
        {2: URI, 6: 1, 65533: {"bits": 1, "lst": zlib.compress(b"\0")}},
        {2: URI, 6: 1, 65533: {"bits": 2, "lst": zlib.compress(bytes(LIST_BYTES + 1))}},
        {2: URI, 6: 1, 65533: {"bits": 2, "lst": zlib.compress(bytes(LIST_BYTES))[:-4]}},
        {2: URI, 6: 1 << 62, 65533: {"bits": 2, "lst": zlib.compress(b"\0")}},
    ],
    ids=["empty", "not zlib", "one bit", "too long", "cut short", "far future"],
)
def test_a_signed_list_with_odd_content_is_not_read(claims: dict[int, object]) -> None:
    assert read_status_list(sign1(cbor2.dumps(claims), KEY, typ=MEDIA_TYPE), KEYS) is None


@given(st.binary(max_size=400))
def test_random_bytes_are_not_a_list(data: bytes) -> None:
    assert read_status_list(data, KEYS) is None


def independently_read() -> dict[object, object]:
    """A list of now, verified and read by the `cwt` package."""
    key = cwt.COSEKey.from_pem(KEY.to_pem(), kid=KEY.kid)
    now = datetime.fromtimestamp(int(time.time()), UTC)
    claims = cwt.decode(signed({7: Status.REVOKED, 8: Status.SUSPENDED}, at=now), keys=[key])
    assert isinstance(claims, dict)
    return claims


def test_an_independent_cwt_library_verifies_a_list() -> None:
    claims = independently_read()
    assert (claims[2], claims[65534], set(claims)) == (URI, 300, {2, 4, 6, 65533, 65534})


def test_an_independent_status_list_library_reads_the_entries() -> None:
    content = independently_read()[65533]
    assert isinstance(content, dict)
    entries = BitArray(content["bits"], zlib.decompress(content["lst"]))
    assert [entries[index] for index in range(6, 10)] == [0, 1, 2, 0]


def test_the_header_names_the_type_of_the_draft() -> None:
    protected = cbor2.loads(cbor2.loads(signed({})).value[0])
    assert protected == {1: -7, 4: KEY.kid, 16: "application/statuslist+cwt"}
