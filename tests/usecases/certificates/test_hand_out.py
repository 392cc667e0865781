"""Private links for an employer to hand out: who gets them, what stands in them, what is kept."""

import csv
from collections.abc import AsyncIterator
from pathlib import Path

import openpyxl
import pytest

from strp.domain.certificates.handing_out import LISTS_WRITTEN, SLIPS_SHOWN
from strp.domain.certificates.life import Act
from strp.domain.errors import Conflict, Forbidden, NotFound, TooMany
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.outside.spreadsheets.link_list import LinkListForm
from strp.store import audit
from strp.usecases.certificates import hand_out
from strp.usecases.certificates.change import change_certificate
from strp.usecases.certificates.hand_out import (
    show_slips,
    write_links_of_application,
    write_links_of_employer,
)
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.show import certificate_by_link
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.show import show_workers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[3]
BANK, HOSPITAL = Nib(8120001110001), Nib(8120001110003)
OWNER = Actor(kind=ActorKind.ACCOUNT, id=3, role=Role.REPRESENTATIVE, nibs=frozenset({BANK}))
STRANGER = Actor(kind=ActorKind.ACCOUNT, id=4, role=Role.REPRESENTATIVE, nibs=frozenset({HOSPITAL}))
OFFICER = Actor(kind=ActorKind.ACCOUNT, id=1, role=Role.OFFICER)


@pytest.fixture(autouse=True)
async def ready(system: System) -> AsyncIterator[None]:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, ROOT / "samples" / "employers.csv")
    yield


async def file(system: System, *people: dict[str, str]) -> ApplicationId:
    receipt = await file_workers(system, OPERATOR, BANK, list(people), digest=bytes(16))
    while await Issuer(system).issue_some():
        pass
    return receipt.application_id


def lines_of(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text("utf-8-sig").splitlines()))


async def rows(system: System, number: ApplicationId, path: Path) -> list[list[str]]:
    await write_links_of_application(system, OWNER, number, LinkListForm.CSV, path)
    return lines_of(path)


async def test_a_list_has_name_last_digits_phone_and_the_link_that_opens(
    system: System, tmp_path: Path
) -> None:
    one, other = fresh_workers(2)
    one |= {"nama": "Siti, Contoh", "telepon": "0812-3456-7890"}
    heading, *lines = await rows(system, await file(system, one, other), tmp_path / "list")
    assert heading == ["nama", "empat_digit_terakhir", "telepon", "tautan"]
    assert [line[:3] for line in lines] == [
        ["Siti, Contoh", one["nik"][-4:], "6281234567890"],
        [other["nama"], other["nik"][-4:], ""],
    ]
    for line in lines:
        address, _, link = line[3].rpartition("/c/")
        assert address == system.settings.address
        assert (await certificate_by_link(system, link)).claims.identity_tail == line[1]


async def test_the_workbook_keeps_zeros_and_starts_no_formula(
    system: System, tmp_path: Path
) -> None:
    one = fresh_workers(1)[0] | {"telepon": "081234567890"}
    number = await file(system, one)
    await write_links_of_application(system, OWNER, number, LinkListForm.XLSX, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert [cell.data_type for cell in sheet[2]] == ["s"] * 4
    assert [cell.value for cell in sheet[2]][1:3] == [one["nik"][-4:], "6281234567890"]


async def test_all_certificates_of_the_employer_come_in_one_list(
    system: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand_out, "PAGE", 2)
    await file(system, *fresh_workers(3))
    await file(system, *fresh_workers(2))
    path = tmp_path / "list"
    assert await write_links_of_employer(system, OWNER, BANK, LinkListForm.CSV, path) == 5
    assert len({line[3] for line in lines_of(path)[1:]}) == 5


async def test_a_certificate_that_does_not_stand_is_not_handed_out(
    system: System, tmp_path: Path
) -> None:
    number = await file(system, *fresh_workers(2))
    for left, worker in enumerate((await show_workers(system, OPERATOR, number)).workers[::-1]):
        assert len(await rows(system, number, tmp_path / "list")) == 3 - left
        assert worker.serial
        await change_certificate(system, OWNER, worker.serial, Act.END, reason="keluar")
    with pytest.raises(Conflict, match="nothing-to-hand-out"):
        await rows(system, number, tmp_path / "list")
    assert (await show_slips(system, OWNER, number)).links == []


@pytest.mark.parametrize(("actor", "error"), [(OFFICER, Forbidden), (STRANGER, NotFound)])
async def test_nobody_but_the_employer_gets_links(
    system: System, tmp_path: Path, actor: Actor, error: type[Exception]
) -> None:
    number = await file(system, *fresh_workers(1))
    path = tmp_path / "list"
    with pytest.raises(error):
        await write_links_of_application(system, actor, number, LinkListForm.CSV, path)
    with pytest.raises(error):
        await show_slips(system, actor, number)
    with pytest.raises(Forbidden):
        await write_links_of_employer(system, actor, BANK, LinkListForm.CSV, path)


async def test_every_list_is_recorded_and_their_number_bounded(
    system: System, tmp_path: Path
) -> None:
    number = await file(system, *fresh_workers(1))
    path = tmp_path / "list"
    for _ in range(SLIPS_SHOWN.burst):
        await show_slips(system, OWNER, number)
    for _ in range(LISTS_WRITTEN.burst - 1):
        await write_links_of_application(system, OWNER, number, LinkListForm.CSV, path)
    await write_links_of_employer(system, OWNER, BANK, LinkListForm.XLSX, path)
    with pytest.raises(TooMany) as refused:
        await show_slips(system, OWNER, number)
    with pytest.raises(TooMany):
        await write_links_of_employer(system, OWNER, BANK, LinkListForm.CSV, path)
    assert refused.value.retry_after_s
    async with system.database.connection() as conn:
        seen = await audit.events_of(conn, [f"application:{number}", f"employer:{BANK}"])
    told = [(each.subject, each.detail["as"]) for each in seen if each.action == "links-handed-out"]
    assert len(told) == SLIPS_SHOWN.burst + LISTS_WRITTEN.burst
    assert told[-2:] == [(f"application:{number}", "csv"), (f"employer:{BANK}", "xlsx")]


async def test_slips_come_in_pages(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hand_out, "SLIPS", 2)
    number = await file(system, *fresh_workers(3))
    first = await show_slips(system, OWNER, number)
    second = await show_slips(system, OWNER, number, after=first.next_after or 0)
    assert (len(first.links), len(second.links), second.next_after) == (2, 1, None)
