"""The page of the compliance list: supervisors read and hand over, auditors read, others do not."""

import hashlib
import json
import re

import pytest

from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Role
from strp.usecases.filing.file import file_workers
from strp.usecases.people.accounts import add_account
from tests.journeys.running import fresh_workers
from tests.web.conftest import Site

SUPERVISOR, OFFICER, AUDITOR, ADMIN, INSPECTOR = (
    f"{name}.patuh@kota.example"
    for name in ("penyelia", "petugas", "auditor", "admin", "pemeriksa")
)
PAGE = "/office/compliance"
LAW = Nib(8120001119191)


@pytest.fixture(scope="module")
def people(site: Site) -> Site:
    """Officials, and an employer that no sector names with a filing of three."""
    for role, email in (
        (Role.SUPERVISOR, SUPERVISOR),
        (Role.OFFICER, OFFICER),
        (Role.AUDITOR, AUDITOR),
        (Role.ADMINISTRATOR, ADMIN),
        (Role.INSPECTOR, INSPECTOR),
    ):
        site.call(add_account, site.system, OPERATOR, role, email)
    site.call(_register, site)
    site.call(_file, site)
    return site


async def _register(site: Site) -> None:
    async with site.system.database.transaction() as conn:
        await conn.execute(
            "INSERT INTO employer VALUES (%s, 'PT <b>Hukum</b>, Tbk', '{69100}', 2020, 'private',"
            " '3171', 10, 10, NULL, 1, now())",
            (LAW,),
        )


async def _file(site: Site) -> None:
    await file_workers(site.system, OPERATOR, LAW, fresh_workers(3), digest=bytes(16))


def total(page: str, name: str) -> str:
    [found] = re.findall(rf'data-total="{name}">([\d.]+)<', page)
    return str(found)


def test_a_supervisor_reads_who_is_on_the_list_and_that_it_is_a_suspicion(people: Site) -> None:
    people.sign_in(SUPERVISOR)
    page = people.get(PAGE).text
    assert [total(page, name) for name in ("employers", "attempts", "workers")] == ["1", "1", "3"]
    assert "PT &lt;b&gt;Hukum&lt;/b&gt;, Tbk" in page and f"{LAW:013d}" in page
    assert "dugaan, bukan bukti pelanggaran" in page and "LATIHAN – EXERCISE" in page


@pytest.mark.parametrize("email", [OFFICER, ADMIN, INSPECTOR])
def test_other_officials_read_neither_the_list_nor_its_files(people: Site, email: str) -> None:
    people.sign_in(email)
    for path in (PAGE, f"{PAGE}/file?form=csv&from=2021-07-05&until=2021-07-05"):
        assert people.get(path).status_code == 403
    assert people.get(f"{PAGE}/handovers").status_code == 403


def test_an_auditor_reads_and_hands_nothing_over(people: Site) -> None:
    people.sign_in(AUDITOR)
    page = people.get(PAGE)
    assert page.status_code == 200 and "Serahkan daftar ini" not in page.text
    assert people.get("/office").url.path == "/office/record"  # not the desk
    assert people.send(f"{PAGE}/handovers", recipient="a", purpose="b").status_code == 403


def test_search_and_filter_narrow_the_list_and_its_sums(people: Site) -> None:
    people.sign_in(SUPERVISOR)
    assert total(people.get(f"{PAGE}?q=hukum&size=medium&sector=N").text, "workers") == "3"
    nothing = people.get(f"{PAGE}?q=tidak-ada").text
    assert total(nothing, "workers") == "0" and "data-nothing" in nothing


@pytest.mark.parametrize(
    "query",
    [
        "from=2999-01-01&until=2999-01-02",
        "from=2021-07-06&until=2021-07-05",
        "from=kemarin",
    ],
)
def test_days_that_cannot_be_are_said_at_the_field(people: Site, query: str) -> None:
    people.sign_in(SUPERVISOR)
    page = people.get(f"{PAGE}?{query}")
    assert page.status_code == 422 and "govuk-error-summary" in page.text


def test_the_files_are_the_same_list(people: Site) -> None:
    people.sign_in(SUPERVISOR)
    today = re.findall(r"file\?from=([\d-]+)&", people.get(PAGE).text)[0]
    for form, begins in (("csv", b"nib,name"), ("xlsx", b"PK"), ("pdf", b"%PDF"), ("json", b"{")):
        file = people.get(f"{PAGE}/file?form={form}&from={today}&until={today}")
        assert file.status_code == 200 and file.content.startswith(begins)
        assert f"latihan-kepatuhan-{today}" in file.headers["content-disposition"]
    document = json.loads(file.content)
    assert [(each["nib"], each["workers"]) for each in document["employers"]] == [
        (f"{LAW:013d}", 3)
    ]


def test_what_was_handed_over_is_found_again_and_is_what_its_digest_says(people: Site) -> None:
    people.sign_in(SUPERVISOR)
    today = re.findall(r"file\?from=([\d-]+)&", people.get(PAGE).text)[0]
    sent = people.send(
        f"{PAGE}/handovers",
        **{"from": today, "until": today, "form": "csv"},
        recipient="Sudin Nakertrans Jakarta Pusat",
        purpose="Surat 12/2021",
    )
    assert "Sudin Nakertrans Jakarta Pusat" in sent.text and "Surat 12/2021" in sent.text
    number = re.findall(r'data-handover="(\d+)"', sent.text)[0]

    copy = people.get(f"{PAGE}/handovers/{number}/file").content

    digest = hashlib.sha256(copy).hexdigest()
    assert digest in sent.text
    assert f'data-handover="{number}"' in people.get(f"{PAGE}/handovers?sha256={digest}").text
    other = hashlib.sha256(b"another").hexdigest()
    assert "data-nothing" in people.get(f"{PAGE}/handovers?sha256={other}").text
    assert people.get(f"{PAGE}/handovers?sha256=abc").status_code == 422


def test_a_handover_without_recipient_or_purpose_is_refused_and_none_is_made(
    people: Site,
) -> None:
    people.sign_in(SUPERVISOR)
    before = people.get(f"{PAGE}/handovers").text.count("data-handover=")
    today = re.findall(r"file\?from=([\d-]+)&", people.get(PAGE).text)[0]
    days = {"from": today, "until": today}
    refused = people.send(f"{PAGE}/handovers", **days, recipient=" ", purpose="")
    assert refused.status_code == 422 and 'href="#recipient"' in refused.text
    assert people.get(f"{PAGE}/handovers").text.count("data-handover=") == before
