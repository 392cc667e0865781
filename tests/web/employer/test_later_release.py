"""What a later release has written, as beside it in a rolling upgrade, is read all the same."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

import strp
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR
from strp.usecases.people.api_keys import create_api_key
from strp.usecases.process.stored_values import stored_reader
from tests.web.conftest import Site

PACKAGE = Path(strp.__file__).parent
BANK = Nib(8120001110001)
HR = "hr.later@bank.example"
ROSTER = b"nama;nik;jabatan;jenis_lokasi\r\nBudi Contoh;12;Teller;pelayanan\r\n"
# A field more at the end of each tuple; codes and a column that this release does not know.
LATER = [
    *(3, [[2, "nik", "later-code", [], 1], [2, "later_column", "invalid", [], 1]]),
    *([[3, 4, 1]], ["A"], [["later-note", "A", 1, [2], 1]], [["nama", "nik"]], "daftar.csv", 1),
]


def test_a_receipt_with_more_fields_is_a_page_and_a_document(site: Site) -> None:
    site.sign_in(HR)
    site.send("/employer/claim", nib=str(BANK))
    site.send(f"/employer/{BANK}/claim", code=site.code(f"hr.{BANK}@perusahaan.example"))
    key = site.call(create_api_key, site.system, OPERATOR, BANK, "later")
    number = filed(site, key)["application_id"]
    site.call(_written_later, site.system, int(number))

    again = filed(site, key)
    page = site.get(f"/employer/{BANK}/applications/{number}")

    assert (again["application_id"], again["problems_total"]) == (number, 3)
    assert [each["code"] for each in again["problems"]] == ["later-code", "invalid"]
    assert [each["code"] for each in again["notes"]] == ["later-note"]
    assert page.status_code == 200 and "later_column" in page.text


def filed(site: Site, key: str) -> Any:
    """File the roster; the second time, what was filed the first time answers."""
    told = {"Authorization": f"Bearer {key}", "Content-Type": "text/csv", "Idempotency-Key": "one"}
    answer = site.browser.post(f"/api/v1/applications?nib={BANK}", content=ROSTER, headers=told)
    assert answer.status_code == 202, answer.text
    return answer.json()


async def _written_later(system: Any, number: int) -> None:
    async with system.database.transaction() as conn:
        done = await conn.execute(
            "UPDATE application SET problems = %s WHERE nib = %s AND application_id = %s",
            (msgspec.msgpack.encode(LATER), BANK, number),
        )
        assert done.rowcount == 1


def test_what_is_stored_is_read_by_what_reads_past_later_fields() -> None:
    own = {
        str(path.relative_to(PACKAGE))
        for folder in ("usecases", "store")
        for path in (PACKAGE / folder).rglob("*.py")
        if re.search(r"msgpack\.(decode|Decoder)\b", path.read_text())
    }
    assert own == {"usecases/process/stored_values.py"}


def test_what_reads_past_a_later_field_still_refuses_what_is_wrong() -> None:
    read = stored_reader(tuple[int, str])
    assert read(msgspec.msgpack.encode([1, "a", "later"])) == (1, "a")
    with pytest.raises(msgspec.ValidationError):
        read(msgspec.msgpack.encode(["a", 1, "later"]))
