"""An address that cannot be opened hides itself alone, and keeps no account open."""

import pytest

from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Role
from strp.usecases.employers.claim import ask_officer
from strp.usecases.employers.decide_claim import claims_to_decide, decide_claim
from strp.usecases.employers.dispute_claim import colleagues
from strp.usecases.people.accounts import add_account, close_account, list_accounts
from strp.usecases.people.api_keys import create_api_key
from strp.usecases.people.authenticate import authenticate_key, authenticate_session
from strp.usecases.people.official_list import import_official_list, preview_official_list
from strp.usecases.process.system import System
from tests.usecases.stage import People, Post, Register

pytestmark = pytest.mark.anyio
NIB = Nib(8120001110001)
REGISTERED = "hrd@perusahaan.example"
ANI, BUDI, ADMIN = "ani@contoh.example", "budi@contoh.example", "admin@strp.example"


@pytest.fixture
async def people(system: System, post: Post, register: Register) -> People:
    return People(system, post, await register(NIB, REGISTERED), REGISTERED)


async def damage(system: System, account_id: int | None) -> None:
    """Turn the last byte of an account's sealed address."""
    async with system.database.transaction() as conn:
        await conn.execute(
            "UPDATE account SET email_sealed = set_byte(email_sealed, length(email_sealed) - 1,"
            " 255 - get_byte(email_sealed, length(email_sealed) - 1)) WHERE account_id = %s",
            [account_id],
        )


async def test_the_list_of_officials_shows_all_others(system: System) -> None:
    first = await add_account(system, OPERATOR, Role.OFFICER, "petugas@strp.example")
    await add_account(system, OPERATOR, Role.AUDITOR, "auditor@strp.example")
    await damage(system, first.account_id)

    listed = await list_accounts(system, OPERATOR)

    assert [each.email for each in listed] == ["…", "auditor@strp.example"]


async def test_the_file_of_officials_names_and_ends_who_is_missing(system: System) -> None:
    both = f"email,role\n{ADMIN},administrator\npetugas@strp.example,officer"
    await import_official_list(system, OPERATOR, both.encode())
    officer = (await list_accounts(system, OPERATOR))[1].account_id
    await damage(system, officer)

    one = f"email,role\n{ADMIN},administrator".encode()
    found = await preview_official_list(system, OPERATOR, one)
    assert [each.email for each in found.missing] == ["…"]
    await import_official_list(system, OPERATOR, one, end=[officer])

    assert [each.closed_at is None for each in await list_accounts(system, OPERATOR)] == [
        True,
        False,
    ]


async def test_the_account_is_closed_all_the_same_with_all_that_it_held(
    system: System, people: People
) -> None:
    ani = await people.represent(ANI)
    key = await create_api_key(system, ani, NIB, "gaji")
    token = await people.sign_in(ANI)
    await damage(system, ani.account_id)

    await close_account(system, OPERATOR, ANI)

    assert await authenticate_session(system, token) is None
    assert await authenticate_key(system, key) is None


async def test_officers_see_and_decide_claims_and_colleagues_see_each_other(
    system: System, people: People
) -> None:
    ani, budi = await people.represent(ANI), await people.come(BUDI)
    await people.claim(budi)
    await ask_officer(system, budi, NIB)
    officer = await people.officer()
    await damage(system, budi.account_id)

    shown = await claims_to_decide(system, officer)
    assert [each.email for each in shown.claims] == ["…"]
    assert budi.account_id is not None
    await decide_claim(system, officer, NIB, budi.account_id, approve=True)
    assert [each.email_masked for each in await colleagues(system, ani, NIB)] == ["…"]


async def test_a_newcomer_is_told_to_everybody_else(
    system: System, people: People, post: Post
) -> None:
    ani, _ = await people.represent(ANI), await people.represent(BUDI)
    await damage(system, ani.account_id)

    await people.represent("citra@contoh.example")

    assert "c•••@contoh.example" in (await post.letters(BUDI))[-1].body
