"""Rosters at the JSON door, sent as a program outside would send them."""

import gzip
from collections import Counter

import httpx
import pytest

from tests.journeys.running import (
    BANK,
    EXPECTED,
    FACTORY,
    LOGISTICS,
    ROSTERS,
    Installation,
    all_workers,
    file_roster,
    fresh_workers,
    post_workers,
)
from tests.journeys.written import MEDIA_TYPES, Sheet, read_back, sample_sheet, written

COLUMNS = ("accepted", "unchanged", "duplicate", "exempt", "rejected")
# In CSV nothing tells that a number has lost its last digit.
KINDS = [
    (name, kind)
    for name in EXPECTED
    for kind in MEDIA_TYPES
    if not (name == "rumah-sakit-excel.xlsx" and kind == "csv")
    and name not in ("gabung.xlsx", "dua-lembar.xlsx")  # other kinds lack these
]


@pytest.mark.parametrize("name", EXPECTED)
def test_each_sample_roster_is_accounted_for_as_expected(city: Installation, name: str) -> None:
    expected = EXPECTED[name]
    with city.client(expected["nib"]) as client:
        answer = file_roster(client, expected["nib"], name)

    assert answer.status_code == 202
    filed = answer.json()
    assert filed["ledger"]["rows"] == expected["rows"]
    assert filed["ledger"]["accepted"] + filed["ledger"]["unchanged"] == expected["accepted"]
    for severity, key in (("error", "problems"), ("warning", "warnings")):
        told = [one for one in filed["problems"] if one["severity"] == severity]
        assert [[one["row"], one["column"], one["code"]] for one in told] == expected.get(key, [])


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_a_roster_says_the_same_in_every_kind_of_file(
    city: Installation, name: str, kind: str
) -> None:
    expected = EXPECTED[name]
    with city.client(expected["nib"]) as client:
        filed = send(client, kind, sample_sheet(name), expected["nib"]).json()

    assert filed["ledger"]["rows"] == expected["rows"]
    found = Counter((one["column"], one["code"]) for one in filed["problems"])
    told = [*expected["problems"], *expected.get("warnings", [])]
    assert found == Counter((column, code) for _, column, code in told)


@pytest.mark.parametrize("name", EXPECTED)
def test_every_ledger_balances(city: Installation, name: str) -> None:
    nib = EXPECTED[name]["nib"]
    with city.client(nib) as client:
        ledger = file_roster(client, nib, name).json()["ledger"]

    assert ledger["rows"] == sum(ledger[column] for column in COLUMNS)


def test_filing_a_roster_again_changes_nothing(city: Installation) -> None:
    with city.client(BANK) as client:
        file_roster(client, BANK, "bank-20.xlsx")
        again = file_roster(client, BANK, "bank-20.xlsx").json()["ledger"]

    assert (again["accepted"], again["unchanged"]) == (0, 20)


def test_the_same_idempotency_key_gives_the_same_answer(city: Installation) -> None:
    headers = {"Idempotency-Key": "senin pagi"}
    with city.client(LOGISTICS) as client:
        first = file_roster(client, LOGISTICS, "logistik-galat.csv", **headers)
        again = file_roster(client, LOGISTICS, "logistik-galat.csv", **headers)

    assert again.json() == first.json()


def test_an_idempotency_key_is_not_for_two_filings(city: Installation) -> None:
    headers = {"Idempotency-Key": "selasa pagi"}
    with city.client(LOGISTICS) as client:
        file_roster(client, LOGISTICS, "logistik-galat.csv", **headers)
        other = file_roster(client, LOGISTICS, "bank-20.xlsx", **headers)

    assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")


def test_the_state_of_an_application_adds_up(city: Installation) -> None:
    with city.client(FACTORY) as client:
        filed = file_roster(client, FACTORY, "pabrik-2000.csv").json()
        shown = client.get(filed["status_url"]).json()

    assert shown["ledger"] == filed["ledger"]
    assert shown["receipt"] == filed["receipt"]
    assert sum(shown["counts"].values()) == filed["ledger"]["accepted"]


def test_workers_come_in_pages_that_miss_none(city: Installation) -> None:
    with city.client(BANK) as client:
        number = filed_anew(client, 20)
        pages, after = [], 0
        while after is not None:
            page = client.get(
                f"/api/v1/applications/{number}/workers", params={"after": after, "limit": 7}
            ).json()
            pages.append([worker["row"] for worker in page["items"]])
            after = page["next"]

    assert pages == [list(range(1, 8)), list(range(8, 15)), list(range(15, 21))]


def test_workers_are_found_by_their_state(city: Installation) -> None:
    with city.client(BANK) as client:
        number = filed_anew(client, 3)
        counts = client.get(f"/api/v1/applications/{number}").json()["counts"]
        by_state = {state: len(all_workers(client, number, state=state)) for state in counts}

    assert by_state == counts


def test_a_worker_is_shown_without_the_whole_nik(city: Installation) -> None:
    people = fresh_workers(5)
    with city.client(BANK) as client:
        number = post_workers(client, BANK, people).json()["application_id"]
        shown = client.get(f"/api/v1/applications/{number}/workers")

    assert not [one["nik"] for one in people if one["nik"] in shown.text]
    masked = [worker["nik_masked"].lstrip("•") for worker in shown.json()["items"]]
    assert masked == [one["nik"][-4:] for one in people]


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_corrections_come_in_the_format_that_came_in(city: Installation, kind: str) -> None:
    content, media_type = corrections(city, kind)

    assert media_type == MEDIA_TYPES[kind]
    header, *rows = read_back(kind, content)
    assert list(header[-2:]) == ["masalah", "cara_memperbaiki"]
    assert len([row for row in rows if any(cell != "" for cell in row)]) == 4


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_no_cell_of_the_corrections_starts_a_formula(city: Installation, kind: str) -> None:
    content, _ = corrections(city, kind)

    cells = [str(cell) for row in read_back(kind, content)[1:] for cell in row]
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r")]


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_the_corrections_mended_and_filed_again_are_accepted(city: Installation, kind: str) -> None:
    people = [{**one, "jenis_lokasi": "entah"} for one in fresh_workers(3)]
    sheet = [list(people[0]), *(list(one.values()) for one in people)]
    with city.client(BANK) as client:
        filed = send(client, kind, sheet, BANK).json()
        assert filed["ledger"]["rejected"] == 3
        url = f"/api/v1/applications/{filed['application_id']}/corrections"
        to_mend = read_back(kind, client.get(url).content)
        mended = [["pelayanan" if cell == "entah" else cell for cell in row] for row in to_mend]
        again = send(client, kind, mended, BANK).json()

    assert again["ledger"] == {**dict.fromkeys(COLUMNS, 0), "rows": 3, "accepted": 3}


def test_where_nothing_is_to_mend_there_are_no_corrections(city: Installation) -> None:
    with city.client(BANK) as client:
        answer = client.get(f"/api/v1/applications/{filed_anew(client, 1)}/corrections")

    assert (answer.status_code, answer.json()["code"]) == (404, "nothing-to-mend")


def test_an_application_of_another_employer_is_not_there(city: Installation) -> None:
    with city.client(BANK) as client, city.client(LOGISTICS) as other:
        answer = other.get(f"/api/v1/applications/{filed_anew(client, 1)}")

    assert (answer.status_code, answer.json()["code"]) == (404, "application-unknown")


def filed_anew(client: httpx.Client, count: int) -> str:
    """An application of workers whom nobody has filed before."""
    return str(post_workers(client, BANK, fresh_workers(count)).json()["application_id"])


def send(client: httpx.Client, kind: str, sheet: Sheet, nib: str) -> httpx.Response:
    """File a sheet as a file of one kind."""
    return client.post(
        "/api/v1/applications",
        params={"nib": nib},
        content=written(kind, sheet),
        headers={"Content-Type": MEDIA_TYPES[kind]},
    )


def corrections(city: Installation, kind: str) -> tuple[bytes, str]:
    """The corrections file of a sample, and its media type."""
    with city.client(LOGISTICS) as client:
        filed = send(client, kind, sample_sheet("logistik-galat.csv"), LOGISTICS).json()
        answer = client.get(f"/api/v1/applications/{filed['application_id']}/corrections")
    assert answer.status_code == 200
    return answer.content, answer.headers["content-type"].split(";")[0]


def test_a_small_body_of_a_shape_that_takes_long_is_filed_all_the_same(city: Installation) -> None:
    with city.client(BANK) as client:
        ledger = post_workers(client, BANK, [*fresh_workers(1), *[[]] * 60_000]).json()["ledger"]

    assert (ledger["rows"], ledger["accepted"], ledger["rejected"]) == (60_001, 1, 60_000)


@pytest.mark.parametrize("name", ["bank-20.xlsx", "pabrik-2000.csv"])
def test_a_body_packed_with_gzip_is_read(city: Installation, name: str) -> None:
    expected = EXPECTED[name]
    with city.client(expected["nib"]) as client:
        answer = client.post(
            "/api/v1/applications",
            params={"nib": expected["nib"]},
            content=gzip.compress((ROSTERS / name).read_bytes()),
            headers={"Content-Encoding": "gzip", "Content-Type": "application/json"},
        )
    assert answer.status_code == 202, answer.text
    assert answer.json()["ledger"]["rows"] == expected["rows"]


def test_a_body_packed_otherwise_is_told_what_is_read(city: Installation) -> None:
    with city.client(BANK) as client:
        answer = client.post(
            "/api/v1/applications",
            params={"nib": BANK},
            content=b"x",
            headers={"Content-Encoding": "br"},
        )
    assert (answer.status_code, answer.json()["code"]) == (415, "encoding-unsupported")


def test_sheets_that_were_read_and_not_read_are_told(city: Installation) -> None:
    nib = EXPECTED["dua-lembar.xlsx"]["nib"]
    with city.client(nib) as client:
        filed = file_roster(client, nib, "dua-lembar.xlsx").json()
        workers = client.get(f"{filed['status_url']}/workers").json()["items"]
    assert [(note["code"], note["sheet"]) for note in filed["notes"]] == [
        ("sheet-without-list", "Rekap")
    ]
    assert {(each["sheet"], each["row"]) for each in workers} <= {
        (sheet, row) for sheet in ("Karyawan A", "Karyawan B") for row in (2, 3, 4)
    }
