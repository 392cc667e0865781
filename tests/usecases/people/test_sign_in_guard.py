"""Sign-in while strangers ask for letters and guess codes in other people's names."""

from dataclasses import replace

import pytest
from altcha import Challenge, Payload, solve_challenge

from strp.domain.errors import InvalidInput, NotFound, TooSoon
from strp.domain.people.account import OPERATOR, Role
from strp.domain.people.guessing import (
    SIGN_IN_LETTERS_PER_BLOCK,
    WRONG_CODES_IN_ALL,
    WRONG_CODES_PER_BLOCK,
    LetterKind,
    mailbox_of,
)
from strp.domain.people.sign_in import CODE_ATTEMPTS, SessionToken
from strp.domain.text import Language
from strp.store.engine.database import Database
from strp.usecases.people import sign_in_guard
from strp.usecases.people.accounts import add_account
from strp.usecases.people.authenticate import authenticate_session
from strp.usecases.people.begin_session import Entry
from strp.usecases.people.sign_in import (
    find_link,
    new_attempt,
    request_sign_in_code,
    sign_in,
    sign_in_by_link,
)
from strp.usecases.people.sign_in_guard import count_wrong, proof_challenge, scopes_of
from strp.usecases.process.system import System
from tests.usecases.stage import Clock, Post

pytestmark = pytest.mark.anyio
ANI = "ani@contoh.example"
HERE, ELSEWHERE = "203.0.113.0/24", "198.51.100.0/24"


class Browser:
    """A browser at the sign-in page."""

    def __init__(self, system: System, block: str = HERE, email: str = ANI) -> None:
        self.system, self.block, self.email = system, block, email
        self.attempt = new_attempt()
        self.letters = Post(system)

    async def ask(self, proof: str = "") -> LetterKind:
        return await request_sign_in_code(
            self.system,
            self.email,
            attempt=self.attempt,
            client_block=self.block,
            language=Language.ID,
            proof=proof,
        )

    async def type_in(self, code: str) -> Entry:
        return await sign_in(
            self.system,
            self.email,
            code,
            attempt=self.attempt,
            client_block=self.block,
            language=Language.ID,
        )

    async def read(self) -> str:
        """The code, or the secret of the link, in the last letter."""
        return (await self.letters.code(self.email)).rpartition("/")[2]

    async def press(self) -> Entry:
        return await sign_in_by_link(self.system, await self.read(), language=Language.ID)

    async def guess(self) -> None:
        """Fail every try of the code in the last letter."""
        code = await self.read()
        for number in range(1, CODE_ATTEMPTS + 1):
            with pytest.raises(InvalidInput):
                await self.type_in(f"{(int(code) + number) % 1_000_000:06d}")

    async def come_in(self) -> Entry:
        """What an owner does: ask, read the letter, type the code or press the button."""
        kind = await self.ask()
        return await (self.press() if kind is LetterKind.LINK else self.type_in(await self.read()))


async def wrong(system: System, times: int, email: str = ANI, block: str = ELSEWHERE) -> None:
    """Wrong codes, as if so many letters had brought their codes."""
    async with system.database.transaction() as conn:
        for _ in range(times):
            await count_wrong(conn, system, scopes_of(system, mailbox_of(email), block))


def solved(challenge: dict[str, object]) -> str:
    read = Challenge.from_dict(challenge)
    solution = solve_challenge(read)
    assert solution is not None
    return str(Payload(challenge=read, solution=solution).to_base64())


async def test_what_another_browser_asks_and_fails_spends_nothing_of_the_owners(
    system: System,
) -> None:
    owner = Browser(system)
    await owner.ask()
    code = await owner.read()
    for _ in range(5):
        stranger = Browser(system, ELSEWHERE)
        await stranger.ask()
        await stranger.guess()
    assert (await owner.type_in(code)).token


async def test_a_code_is_worth_nothing_in_another_browser(system: System) -> None:
    await Browser(system).ask()
    stranger = Browser(system, ELSEWHERE)
    with pytest.raises(InvalidInput):
        await stranger.type_in(await stranger.read())


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ADMINISTRATOR])
async def test_who_is_attacked_all_day_signs_in_each_hour(
    system: System, clock: Clock, role: Role
) -> None:
    await add_account(system, OPERATOR, role, ANI)
    for _ in range(24):
        for number in range(30):
            stranger = Browser(system, f"198.51.{number}.0/24")
            if await stranger.ask() is LetterKind.CODE:
                await stranger.guess()
        assert (await Browser(system).come_in()).role is role
        clock.pass_(hours=1)


async def test_past_a_thousand_wrong_codes_a_link_takes_the_codes_place(
    system: System, clock: Clock
) -> None:
    for number in range(4):
        await wrong(system, 249, block=f"192.0.{number}.0/24")
        clock.pass_(hours=2)
    owner, stranger = Browser(system), Browser(system, ELSEWHERE)
    assert await stranger.ask() is LetterKind.CODE
    code = await stranger.read()
    await wrong(system, 4)
    with pytest.raises(InvalidInput) as raised:
        await stranger.type_in(code)
    assert raised.value.code == "codes-replaced"
    assert await owner.ask() is LetterKind.LINK
    assert await authenticate_session(system, (await owner.press()).token) is not None


async def test_letters_for_one_mailbox_are_thirty_an_hour_and_the_owner_comes_in(
    system: System, post: Post
) -> None:
    for number in range(40):
        await Browser(system, ELSEWHERE, f"ani+{number}@contoh.example").ask()
    for _ in range(40):
        await Browser(system, ELSEWHERE).ask()
    assert len(await post.letters()) <= 30
    assert (await Browser(system).come_in()).token


async def test_spellings_of_one_mailbox_share_its_letters_and_no_account(system: System) -> None:
    first = await Browser(system, email="ani+1@contoh.example").come_in()
    second = await Browser(system, email="ani+2@contoh.example").come_in()
    actors = [await authenticate_session(system, each.token) for each in (first, second)]
    assert None not in actors and actors[0] != actors[1]
    kinds = [await Browser(system, email=f"ani+{n}@contoh.example").ask() for n in range(30)]
    assert kinds.count(LetterKind.CODE) == 20


async def test_an_account_under_a_tag_gets_its_own_link(system: System) -> None:
    email = "ani+strp@contoh.example"
    await Browser(system, email=email).come_in()
    for number in range(40):
        await Browser(system, ELSEWHERE, f"ani+{number}@contoh.example").ask()
    owner = Browser(system, email=email)
    assert await owner.ask() is LetterKind.LINK
    assert (await owner.press()).token


async def test_a_link_that_was_sent_stays_good_though_others_are_asked_for(
    system: System, clock: Clock
) -> None:
    await wrong(system, 1000)
    owner = Browser(system)
    await owner.ask()
    secret = await owner.read()
    for _ in range(3):
        clock.pass_(minutes=9)
        await Browser(system, ELSEWHERE).ask()
    assert (await sign_in_by_link(system, secret, language=Language.ID)).token


async def test_a_link_signs_in_once_and_looking_at_it_spends_nothing(system: System) -> None:
    await wrong(system, 1000)
    owner = Browser(system)
    await owner.ask()
    secret = await owner.read()
    assert [await find_link(system, secret) for _ in range(3)] == ["a•••@contoh.example"] * 3
    await owner.press()
    with pytest.raises(NotFound):
        await owner.press()
    with pytest.raises(NotFound):
        await find_link(system, secret)


async def test_a_link_is_too_old_after_half_an_hour(system: System, clock: Clock) -> None:
    await wrong(system, 1000)
    owner = Browser(system)
    await owner.ask()
    clock.pass_(minutes=30)
    with pytest.raises(NotFound):
        await owner.press()


async def test_no_link_and_no_address_is_stored_in_clear(system: System) -> None:
    await wrong(system, 1000)
    owner = Browser(system)
    await owner.ask()
    async with system.database.connection() as conn:
        [row] = await (await conn.execute("SELECT t::text FROM sign_in_link t")).fetchall()
    for secret in (await owner.read(), ANI):
        assert secret not in row[0] and secret.encode().hex() not in row[0]


async def test_a_network_that_guesses_is_sent_links_and_others_codes(system: System) -> None:
    for number in range(WRONG_CODES_PER_BLOCK.most // CODE_ATTEMPTS):
        guesser = Browser(system, ELSEWHERE, f"korban{number}@contoh.example")
        await guesser.ask()
        await guesser.guess()
    assert await Browser(system, ELSEWHERE, "budi@contoh.example").ask() is LetterKind.LINK
    assert await Browser(system, HERE, "budi@contoh.example").ask() is LetterKind.CODE


async def test_processes_count_together(system: System, database_url: str, clock: Clock) -> None:
    async with Database(database_url, connections=2) as database:
        other = replace(system, database=database)
        for number in range(WRONG_CODES_PER_BLOCK.most // CODE_ATTEMPTS):
            on = (system, other)[number % 2]
            guesser = Browser(on, ELSEWHERE, f"korban{number}@contoh.example")
            await guesser.ask()
            await guesser.guess()
        asked = [await Browser(on, ELSEWHERE, "b@contoh.example").ask() for on in (system, other)]
    assert asked == [LetterKind.LINK, LetterKind.LINK]


async def test_a_botnet_of_many_networks_turns_codes_off_for_all_and_keeps_nobody_out(
    system: System, clock: Clock
) -> None:
    for number in range(WRONG_CODES_IN_ALL.most):
        await wrong(system, 1, f"{number}@contoh.example", f"198.51.{number}.0/24")
    assert await Browser(system).ask() is LetterKind.LINK
    assert (await Browser(system).press()).token
    clock.pass_(hours=1)
    assert await Browser(system).ask() is LetterKind.CODE


async def test_twenty_people_of_one_network_sign_in_whatever_strangers_do_there(
    system: System, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in_guard, "PROOF_TRIES", 20)
    for number in range(SIGN_IN_LETTERS_PER_BLOCK.burst):
        stranger = Browser(system, email=f"korban{number}@contoh.example")
        await stranger.ask()
        if number < WRONG_CODES_PER_BLOCK.most // CODE_ATTEMPTS:
            await stranger.guess()
    for number in range(20):
        person = Browser(system, email=f"pegawai{number}@perusahaan.example")
        with pytest.raises(TooSoon) as raised:
            await person.ask()
        assert raised.value.code == "letters-need-proof"
        assert await person.ask(solved(proof_challenge(system))) is LetterKind.LINK
        assert await authenticate_session(system, (await person.press()).token) is not None


async def test_a_proof_brings_one_letter(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in_guard, "PROOF_TRIES", 20)
    for number in range(SIGN_IN_LETTERS_PER_BLOCK.burst):
        await Browser(system, email=f"korban{number}@contoh.example").ask()
    proof = solved(proof_challenge(system))
    await Browser(system, email="satu@contoh.example").ask(proof)
    for bad in (proof, "made-up"):
        with pytest.raises(TooSoon):
            await Browser(system, email="dua@contoh.example").ask(bad)


async def test_a_made_up_link_opens_nothing(system: System) -> None:
    for secret in ("", "x" * 32, str(SessionToken("y"))):
        with pytest.raises(NotFound):
            await sign_in_by_link(system, secret, language=Language.ID)
