"""Officials in bulk, and their end by the same file."""

import pytest

from strp.domain.errors import Conflict, Forbidden
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, AccountId, Actor, ActorKind, Role
from strp.domain.people.official_list import ListChange
from strp.usecases.people.accounts import add_account, close_account, list_accounts
from strp.usecases.people.authenticate import authenticate_session
from strp.usecases.people.official_list import import_official_list, preview_official_list
from strp.usecases.process.system import System
from tests.usecases.stage import People, Post

pytestmark = pytest.mark.anyio


@pytest.fixture
def people(system: System, post: Post) -> People:
    return People(system, post, Nib(0), "")


def file_of(*names: str, role: str = "officer", unit: str = "Gambir") -> bytes:
    lines = [f"{name}@kota.example,{role},{unit}" for name in names]
    return "\n".join(["email,role,unit", *lines]).encode()


async def open_emails(system: System) -> list[str]:
    return [each.email for each in await list_accounts(system, OPERATOR) if not each.closed_at]


async def test_a_file_adds_officials_and_each_gets_a_letter(system: System, post: Post) -> None:
    names = [f"kelurahan{number}" for number in range(267)]
    done = await import_official_list(system, OPERATOR, file_of(*names))
    assert done.changes[ListChange.ADDED] == 267
    assert len(await open_emails(system)) == 267
    letters = await post.letters()
    assert sorted(each.to for each in letters) == sorted(f"{name}@kota.example" for name in names)
    assert "petugas pemeriksa" in letters[0].body and "Gambir" in letters[0].body


async def test_looking_changes_nothing(system: System, post: Post) -> None:
    shown = await preview_official_list(system, OPERATOR, file_of("ani", "budi"))
    assert shown.changes[ListChange.ADDED] == 2
    assert await open_emails(system) == [] and await post.letters() == []


async def test_the_same_file_again_changes_nothing(system: System, post: Post) -> None:
    await import_official_list(system, OPERATOR, file_of("ani", "budi"))
    again = await import_official_list(system, OPERATOR, file_of("ani", "budi"))
    assert again.changes[ListChange.UNCHANGED] == 2
    assert len(await post.letters()) == 2
    moved = await import_official_list(system, OPERATOR, file_of("ani", "budi", unit="Menteng"))
    assert moved.changes[ListChange.MOVED] == 2


async def test_who_is_missing_is_shown_and_ended_only_where_confirmed(
    system: System, people: People
) -> None:
    await import_official_list(system, OPERATOR, file_of("ani", "budi", "cici"))
    token = await people.sign_in("budi@kota.example")
    kept = await import_official_list(system, OPERATOR, file_of("ani"))
    assert [each.email for each in kept.missing] == ["budi@kota.example", "cici@kota.example"]
    assert kept.ended == 0 and len(await open_emails(system)) == 3
    end = [each.account_id for each in kept.missing if each.email.startswith("budi")]
    done = await import_official_list(system, OPERATOR, file_of("ani"), end=end)
    assert done.ended == 1
    assert await open_emails(system) == ["ani@kota.example", "cici@kota.example"]
    assert await authenticate_session(system, token) is None


async def test_who_was_added_by_hand_is_never_missing(system: System) -> None:
    await add_account(system, OPERATOR, Role.ADMINISTRATOR, "adi@kota.example")
    await import_official_list(system, OPERATOR, file_of("ani"))
    shown = await preview_official_list(system, OPERATOR, file_of("budi"))
    assert [each.email for each in shown.missing] == ["ani@kota.example"]


async def test_nobody_is_ended_by_a_file_with_bad_lines(system: System) -> None:
    await import_official_list(system, OPERATOR, file_of("ani", "budi"))
    faulty = file_of("ani") + b"\nbudi@@kota.example,officer,Gambir"
    shown = await preview_official_list(system, OPERATOR, faulty)
    with pytest.raises(Conflict, match="officials-faulty"):
        await import_official_list(
            system, OPERATOR, faulty, end=[each.account_id for each in shown.missing]
        )
    assert len(await open_emails(system)) == 2


async def test_who_was_named_since_the_look_is_left_alone(system: System) -> None:
    await import_official_list(system, OPERATOR, file_of("ani", "budi"))
    shown = await preview_official_list(system, OPERATOR, file_of("ani"))
    end = [each.account_id for each in shown.missing]
    done = await import_official_list(system, OPERATOR, file_of("ani", "budi"), end=end)
    assert done.ended == 0


async def test_a_closed_official_is_opened_again_and_told(system: System, post: Post) -> None:
    await import_official_list(system, OPERATOR, file_of("ani"))
    await close_account(system, OPERATOR, "ani@kota.example")
    done = await import_official_list(system, OPERATOR, file_of("ani"))
    assert done.changes[ListChange.REOPENED] == 1
    assert await open_emails(system) == ["ani@kota.example"]
    assert len(await post.letters("ani@kota.example")) == 2


async def test_a_file_changes_no_role_and_makes_no_representative_an_official(
    system: System, people: People
) -> None:
    await people.sign_in("hrd@kota.example")
    await add_account(system, OPERATOR, Role.AUDITOR, "cici@kota.example")
    done = await import_official_list(system, OPERATOR, file_of("hrd", "cici", "ani"))
    assert [each.code for each in done.problems] == ["other-role", "other-role"]
    assert done.changes[ListChange.ADDED] == 1
    roles = {each.email: each.role for each in await list_accounts(system, OPERATOR)}
    assert roles == {"cici@kota.example": Role.AUDITOR, "ani@kota.example": Role.OFFICER}


async def test_an_administrator_does_not_end_themselves_by_a_file(
    system: System, people: People
) -> None:
    await import_official_list(system, OPERATOR, file_of("adi", role="administrator"))
    admin = await people.come("adi@kota.example")
    done = await import_official_list(system, admin, file_of("ani"), end=[AccountId(admin.id)])
    assert done.ended == 0 and "adi@kota.example" in await open_emails(system)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
async def test_only_administrators_bring_a_file(system: System, role: Role) -> None:
    actor = Actor(kind=ActorKind.ACCOUNT, id=1, role=role)
    for verb in (preview_official_list, import_official_list):
        with pytest.raises(Forbidden):
            await verb(system, actor, file_of("ani"))


async def test_each_change_is_recorded(system: System) -> None:
    await import_official_list(system, OPERATOR, file_of("ani", "budi"))
    shown = await preview_official_list(system, OPERATOR, file_of("ani"))
    await import_official_list(
        system, OPERATOR, file_of("ani"), end=[each.account_id for each in shown.missing]
    )
    async with system.database.connection() as conn:
        rows = await (await conn.execute("SELECT action FROM audit_event ORDER BY 1")).fetchall()
    assert [row[0] for row in rows] == [
        "account-added",
        "account-added",
        "account-closed",
        "officials-file-seen",
        "officials-imported",
        "officials-imported",
    ]


async def test_ten_thousand_officials_come_in_one_file(system: System) -> None:
    names = [f"a{number}" for number in range(10_000)]
    done = await import_official_list(system, OPERATOR, file_of(*names))
    assert done.changes[ListChange.ADDED] == 10_000
