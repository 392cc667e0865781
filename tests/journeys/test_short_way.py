"""The short way of small JSON filings says what the long way says, whatever is sent.

Two employers that differ in nothing but their number send the same requests: one to the address
that the short way takes, the other to the same address with a slash at its end, which only the
long way knows.
"""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.front.test_nginx import running_nginx
from tests.journeys.running import Installation, installation

SHORT, LONG = "8129990000001", "8129990000002"
PATHS = {SHORT: "/api/v1/applications", LONG: "/api/v1/applications/"}
MEANT = ("content-type", "location", "cache-control", "www-authenticate", "retry-after", "allow")
TIMES = re.compile(r'"(due|submitted)_at":"[^"]*"')
NUMBERS = re.compile(r'"(receipt|application_id|status_url)":"[^"]*"|/api/v1/applications/\d+')


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An installation with two employers that differ in nothing but their number."""
    folder = tmp_path_factory.mktemp("twins")
    registry = folder / "twins.csv"
    header = "nib,name,kbli,kbli_edition,kind,region,staff_service,staff_administration,email\n"
    line = "{},Kembar Contoh,10799,2020,private,3171,90000,90000,\n"
    registry.write_text(header + "".join(line.format(nib) for nib in PATHS))
    with installation(folder) as running:
        done = running.run("registry", "import", "employers", str(registry), "--yes")
        assert done.returncode == 0, done.stderr
        yield running


def workers() -> st.SearchStrategy[list[Any]]:
    """Rows of a roster, few of them sound; `{n}` is a digit that tells the twins' people apart."""
    text = st.sampled_from(["", "Siti", "=1+1", "x" * 101, "Ayu\u0000", "é"]) | st.text(max_size=6)
    nik = st.sampled_from(["3174{n}50101850001", "3174{n}50101850002", "3174{n}501018500", "x", ""])
    row = st.fixed_dictionaries(
        {"nama": text, "nik": nik, "jabatan": text},
        optional={
            "jenis_lokasi": st.sampled_from(["pelayanan", "administrasi", "service", "?"]),
            "kode_wilayah": st.sampled_from(["3171", "317101", "Menteng", "9999"]),
            "status_vaksin": st.sampled_from(["dosis2", "booster", "?"]),
            "telepon": st.sampled_from(["081234567890", "1"]),
            "nip": st.sampled_from(["198501012010011001", "12"]),
            "name": text,
            "unknown": st.none() | st.booleans() | st.integers(),
        },
    )
    sound = st.just(
        {
            "nama": "Siti Contoh",
            "nik": "3174{n}50101850003",
            "jabatan": "Teller",
            "jenis_lokasi": "pelayanan",
        }
    )
    return st.lists(sound | row | st.none() | st.integers(), max_size=4)


def bodies() -> st.SearchStrategy[bytes]:
    """Bodies: rosters, rosters with something odd, and what is no roster."""
    staff = st.none() | st.just({"service": 10, "administration": 10}) | st.integers()
    roster = st.fixed_dictionaries(
        {"workers": workers()},
        optional={
            "nib": st.sampled_from(["{nib}", "8120001110001", "81299900000", "", None]),
            "staff": staff,
            "more": st.integers(),
        },
    )
    written = roster.map(lambda document: json.dumps(document).encode())
    broken = st.sampled_from(
        [b"", b"{", b"[]", b"null", b'{"workers":{}}', b"nik,nama\n1,2", b"\xff"]
    )
    marked = written.map(lambda text: b"\xef\xbb\xbf" + text)
    return st.one_of(written, written, marked, written.map(lambda text: text[:-1]), broken)


REQUESTS = st.fixed_dictionaries(
    {
        "query": st.sampled_from(
            [
                *("", "?nib={nib}", "?nib={nib}&lang=en", "?lang=en", "?nib=8120001110001"),
                *("?{nib}", "?nib=", "?nib=x", "?nib=%38{tail}", "?nib={nib}&nib={nib}"),
                "?NIB={nib}",
            ]
        ),
        "authorization": st.sampled_from(
            ["Bearer {key}"] * 6 + ["bearer {key}", "Bearer  {key}", "Bearer x", "Basic {key}", ""]
        ),
        "content-type": st.sampled_from(
            ["application/json"] * 4 + ["application/json; charset=utf-8", "text/csv", ""]
        ),
        "accept-language": st.sampled_from(["", "en", "id", "id,en;q=0.5", "en-GB,en", "fr", "*"]),
        "idempotency-key": st.sampled_from(["", "", "one", "two", "three", "x" * 256, "ké"]),
        "content-encoding": st.sampled_from(["", "", "", "identity", "gzip", "br"]),
        "accept": st.sampled_from(["*/*", "text/html", "application/json"]),
        "cookie": st.sampled_from(["", "", "lang=en", "strp_session=x"]),
        "origin": st.sampled_from(["", "", "https://elsewhere.example"]),
        "x-forwarded-for": st.sampled_from(["", "203.0.113.7", "x, 127.0.0.1"]),
        "body": bodies(),
    }
)
PLAIN = {
    **{"query": "", "authorization": "Bearer {key}", "content-type": "application/json"},
    **{"accept-language": "", "idempotency-key": "", "content-encoding": "", "accept": "*/*"},
    **{"cookie": "", "origin": "", "x-forwarded-for": ""},
    "body": b'{"nib":"{nib}","workers":[]}',
}


def told(city: Installation, client: httpx.Client, nib: str, asked: dict[str, Any]) -> Any:
    """Status, headers that matter and body, without what tells the twins apart."""
    digit = "0" if nib == SHORT else "1"

    gaps = {"{nib}": nib, "{tail}": nib[1:], "{n}": digit, "{key}": city.key(nib)}

    def own(text: str) -> str:
        return re.sub(r"{[a-z]+}", lambda gap: gaps[gap[0]], text)

    headers = [(name, own(value)) for name, value in asked.items() if name not in {"query", "body"}]
    content = asked["body"].replace(b"{nib}", nib.encode()).replace(b"{n}", digit.encode())
    answer = client.post(
        f"{PATHS[nib]}{own(asked['query'])}",
        content=content,
        headers=[(name.encode(), value.encode("latin-1")) for name, value in headers if value],
    )
    body = NUMBERS.sub("-", TIMES.sub("-", answer.text.replace(nib, "-")))
    kept = {name: answer.headers.get(name, "") for name in MEANT}
    return answer.status_code, {**kept, "location": NUMBERS.sub("-", kept["location"])}, body


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(asked=REQUESTS)
@example(asked=PLAIN)
@example(asked=PLAIN | {"query": "?{nib}", "body": b'{"workers":[]}'})
@example(asked=PLAIN | {"content-encoding": "br"})
def test_both_ways_say_the_same(twins: Installation, asked: dict[str, Any]) -> None:
    with httpx.Client(base_url=twins.url, timeout=60) as client:
        assert told(twins, client, SHORT, asked) == told(twins, client, LONG, asked)


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_a_filing_through_nginx_is_one_like_any_other(twins: Installation, tmp_path: Path) -> None:
    front = twins.folder / "data" / "front"
    with (
        running_nginx(front, tmp_path, twins.port) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        through = [told(twins, client, nib, PLAIN) for nib in PATHS]
    with httpx.Client(base_url=twins.url, timeout=60) as client:
        direct = told(twins, client, LONG, PLAIN)
    assert through == [direct, direct]
