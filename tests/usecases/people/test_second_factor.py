"""Officials sign in with a second factor: set up, asked for, lost, taken away."""

import asyncio
import base64
import re
from dataclasses import dataclass, replace

import pytest

from strp.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from strp.domain.people.account import OPERATOR, Actor, ActorKind, Role
from strp.domain.people.second_factor import (
    RECOVERY_CODES,
    STEP_LIFE,
    STEP_TRIES,
    WRONG_CODES_PER_ACCOUNT,
    StepToken,
    time_step,
)
from strp.domain.people.sign_in import SessionToken
from strp.domain.text import Language
from strp.outside.authenticator_app import code_at
from strp.usecases.people.accounts import add_account, close_account, list_accounts
from strp.usecases.people.authenticate import authenticate_session
from strp.usecases.people.begin_session import FirstFactor, SignedIn
from strp.usecases.people.own_security import (
    add_app,
    remove_app,
    renew_recovery_codes,
    reset_second_factor,
    set_up_app,
    show_security,
)
from strp.usecases.people.second_factor import (
    begin_app,
    enrol_app_at_sign_in,
    find_second_step,
    pass_second_factor,
)
from strp.usecases.people.sign_in import give_link, sign_in_by_link
from strp.usecases.process.system import System
from tests.usecases.people.test_sign_in import begin, stored_text
from tests.usecases.stage import Clock, Post

pytestmark = pytest.mark.anyio
SITI = "siti@kota.example"


@dataclass
class Official:
    """An official with a mailbox, a phone with an app, and a sheet of recovery codes."""

    system: System
    post: Post
    email: str = SITI
    secret: bytes = b""
    recovery_codes: tuple[str, ...] = ()

    async def begin(self) -> StepToken:
        """Sign in with the mail code."""
        first = await begin(self.system, self.post, self.email)
        assert isinstance(first, FirstFactor)
        return first.token

    async def enrol(self) -> SignedIn:
        """Set up the app at the first sign-in."""
        step = await self.begin()
        setup = begin_app(self.system, (await find_second_step(self.system, step)).account)
        self.secret = self._read(setup.spelled)
        done = await enrol_app_at_sign_in(self.system, step, setup.sealed, self.shown())
        self.recovery_codes = tuple(done.recovery_codes)
        return done.signed_in

    def shown(self) -> str:
        """The code that the app shows now."""
        return code_at(self.secret, time_step(self.system.clock()))

    async def come(self) -> tuple[Actor, SessionToken]:
        """Sign in with both factors, a while after the last time."""
        self.system.clock.pass_(seconds=60)  # type: ignore[attr-defined]
        entered = await pass_second_factor(self.system, await self.begin(), self.shown())
        return await self.behind(entered.token), entered.token

    async def behind(self, token: SessionToken) -> Actor:
        actor = await authenticate_session(self.system, token)
        assert actor is not None
        return actor

    @staticmethod
    def _read(spelled: str) -> bytes:
        return base64.b32decode(spelled.replace(" ", ""))


@pytest.fixture
def real(system: System) -> System:
    """An installation that is no exercise."""
    return replace(system, settings=replace(system.settings, exercise=False))


@pytest.fixture
async def official(real: System) -> Official:
    await add_account(real, OPERATOR, Role.OFFICER, SITI)
    return Official(real, Post(real))


async def test_a_mail_code_alone_lets_no_official_in(official: Official) -> None:
    step = await official.begin()
    assert await authenticate_session(official.system, SessionToken(step)) is None


async def test_the_operators_link_alone_lets_no_official_in(official: Official) -> None:
    link = await give_link(official.system, OPERATOR, SITI)
    secret = link.rpartition("/")[2]
    entry = await sign_in_by_link(official.system, secret, language=Language.ID)
    assert isinstance(entry, FirstFactor)


async def test_a_representative_needs_no_second_factor(real: System, post: Post) -> None:
    assert isinstance(await begin(real, post, "ani@bank.example"), SignedIn)


async def test_an_exercise_asks_officials_for_none(system: System, post: Post) -> None:
    await add_account(system, OPERATOR, Role.OFFICER, SITI)
    assert isinstance(await begin(system, post, SITI), SignedIn)


async def test_the_first_sign_in_sets_the_app_up_and_lets_in(official: Official) -> None:
    entered = await official.enrol()
    assert (await official.behind(entered.token)).role is Role.OFFICER
    assert len(set(official.recovery_codes)) == RECOVERY_CODES


async def test_both_factors_let_in(official: Official) -> None:
    await official.enrol()
    actor, _ = await official.come()
    assert actor.role is Role.OFFICER


async def test_who_has_set_one_up_in_an_exercise_is_asked_for_it(
    system: System, post: Post, clock: Clock
) -> None:
    await add_account(system, OPERATOR, Role.OFFICER, SITI)
    entered = await begin(system, post, SITI)
    assert isinstance(entered, SignedIn)
    actor = await authenticate_session(system, entered.token)
    assert actor is not None
    setup = await set_up_app(system, actor, entered.token)
    shown = code_at(Official._read(setup.spelled), time_step(clock()))
    assert len(await add_app(system, actor, entered.token, setup.sealed, shown)) == RECOVERY_CODES
    assert isinstance(await begin(system, post, SITI), FirstFactor)


async def test_the_code_that_set_the_app_up_is_used_by_that(official: Official) -> None:
    await official.enrol()
    with pytest.raises(InvalidInput, match="wrong-factor"):
        await pass_second_factor(official.system, await official.begin(), official.shown())


async def test_a_code_lets_in_once(official: Official, clock: Clock) -> None:
    await official.enrol()
    await official.come()
    with pytest.raises(InvalidInput, match="wrong-factor"):
        await pass_second_factor(official.system, await official.begin(), official.shown())


async def test_one_code_at_two_browsers_at_once_lets_one_in(
    official: Official, clock: Clock
) -> None:
    await official.enrol()
    clock.pass_(seconds=60)
    steps = [await official.begin() for _ in range(2)]
    shown = official.shown()
    answers = await asyncio.gather(
        *(pass_second_factor(official.system, step, shown) for step in steps),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, SignedIn) for answer in answers) == 1


async def test_a_form_that_is_sent_twice_begins_one_session(
    official: Official, clock: Clock
) -> None:
    await official.enrol()
    clock.pass_(seconds=60)
    step, shown = await official.begin(), official.shown()
    first = await pass_second_factor(official.system, step, shown)
    again = await pass_second_factor(official.system, step, shown)
    assert first.token == again.token
    with pytest.raises(InvalidInput, match="sign-in-step-over"):
        await pass_second_factor(official.system, step, "000000")


async def test_a_recovery_code_lets_in_once_and_its_owner_is_told(official: Official) -> None:
    await official.enrol()
    code = official.recovery_codes[3]
    entered = await pass_second_factor(official.system, await official.begin(), code.lower())
    assert (await official.behind(entered.token)).role is Role.OFFICER
    assert "kode pemulihan" in (await official.post.letters(SITI))[-1].body
    with pytest.raises(InvalidInput, match="wrong-factor"):
        await pass_second_factor(official.system, await official.begin(), code)


async def test_new_recovery_codes_take_the_place_of_the_old(official: Official) -> None:
    await official.enrol()
    actor, token = await official.come()
    codes = await renew_recovery_codes(official.system, actor, token)
    with pytest.raises(InvalidInput, match="wrong-factor"):
        await pass_second_factor(
            official.system, await official.begin(), official.recovery_codes[0]
        )
    assert await pass_second_factor(official.system, await official.begin(), codes[0])


async def test_nobody_uses_another_ones_recovery_code(official: Official) -> None:
    await official.enrol()
    await add_account(official.system, OPERATOR, Role.OFFICER, "budi@kota.example")
    budi = Official(official.system, official.post, "budi@kota.example")
    await budi.enrol()
    with pytest.raises(InvalidInput, match="wrong-factor"):
        await pass_second_factor(official.system, await budi.begin(), official.recovery_codes[0])


async def test_a_step_takes_five_tries_also_at_once(official: Official) -> None:
    await official.enrol()
    step = await official.begin()
    tries = [pass_second_factor(official.system, step, f"{n:06}") for n in range(STEP_TRIES + 3)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    judged = [each for each in answers if re.search("wrong-factor", str(each))]
    assert len(judged) <= STEP_TRIES
    with pytest.raises(InvalidInput, match="sign-in-step-over"):
        await pass_second_factor(official.system, step, official.recovery_codes[0])


async def test_who_reads_the_mail_and_guesses_turns_the_apps_codes_off_and_no_more(
    official: Official, clock: Clock
) -> None:
    await official.enrol()
    clock.pass_(seconds=60)
    wrong = f"{(int(official.shown()) + 1) % 10**6:06}"
    for number in range(WRONG_CODES_PER_ACCOUNT.most):
        if number % STEP_TRIES == 0:
            clock.pass_(minutes=10)
            step = await official.begin()
        with pytest.raises(InvalidInput, match="wrong-factor"):
            await pass_second_factor(official.system, step, wrong)
    told = (await official.post.letters(SITI))[-1].body
    assert "menebak-nebak" in told
    with pytest.raises(InvalidInput, match="app-codes-off"):
        await pass_second_factor(official.system, await official.begin(), official.shown())
    assert await pass_second_factor(
        official.system, await official.begin(), official.recovery_codes[0]
    )
    clock.pass_(days=2)
    assert await official.come()


async def test_a_step_waits_for_a_quarter_of_an_hour(official: Official, clock: Clock) -> None:
    await official.enrol()
    step = await official.begin()
    clock.now += STEP_LIFE
    with pytest.raises(InvalidInput, match="sign-in-step-over"):
        await pass_second_factor(official.system, step, official.shown())


async def test_a_clock_that_steps_back_a_day_keeps_nobody_out(
    official: Official, clock: Clock
) -> None:
    await official.enrol()
    clock.pass_(days=1)
    await official.come()
    clock.pass_(days=-1)
    assert await official.come()


async def test_a_mail_code_alone_adds_no_second_app(official: Official) -> None:
    await official.enrol()
    step = await official.begin()
    account = (await find_second_step(official.system, step)).account
    setup = begin_app(official.system, account)
    shown = code_at(Official._read(setup.spelled), time_step(official.system.clock()))
    with pytest.raises(Conflict, match="factor-there"):
        await enrol_app_at_sign_in(official.system, step, setup.sealed, shown)


async def test_a_session_left_open_changes_nothing(official: Official, clock: Clock) -> None:
    entered = await official.enrol()
    actor = await official.behind(entered.token)
    clock.pass_(minutes=16)
    assert not (await show_security(official.system, actor, entered.token)).may_change
    with pytest.raises(Forbidden, match="sign-in-again"):
        await set_up_app(official.system, actor, entered.token)
    with pytest.raises(Forbidden, match="sign-in-again"):
        await renew_recovery_codes(official.system, actor, entered.token)


async def test_a_new_app_ends_the_other_sessions_that_the_old_one_began(official: Official) -> None:
    lost = (await official.enrol()).token
    actor, token = await official.come()
    setup = await set_up_app(official.system, actor, token)
    official.secret = Official._read(setup.spelled)
    await add_app(official.system, actor, token, setup.sealed, official.shown())
    assert await authenticate_session(official.system, lost) is None
    assert await authenticate_session(official.system, token) is not None


async def test_codes_are_hashed_for_nobody_who_may_not_have_them(
    official: Official, real: System
) -> None:
    entered = await official.enrol()
    idle = replace(real, slow_hashes=None)  # who came as far as the work would fail at it
    stranger = Actor(kind=ActorKind.ACCOUNT, id=7, role=Role.REPRESENTATIVE)
    with pytest.raises(Forbidden, match="not-your-task"):
        await renew_recovery_codes(idle, stranger, entered.token)


async def test_the_only_factor_is_not_removed(official: Official) -> None:
    entered = await official.enrol()
    actor = await official.behind(entered.token)
    with pytest.raises(Conflict, match="last-factor"):
        await remove_app(official.system, actor, entered.token)
    assert (await show_security(official.system, actor, entered.token)).enrolled.has_app


async def test_an_administrator_helps_who_has_lost_the_phone(official: Official) -> None:
    entered = await official.enrol()
    step = await official.begin()
    await add_account(official.system, OPERATOR, Role.ADMINISTRATOR, "adi@kota.example")
    adi = Official(official.system, official.post, "adi@kota.example")
    admin = await adi.behind((await adi.enrol()).token)
    await reset_second_factor(official.system, admin, SITI)
    assert await authenticate_session(official.system, entered.token) is None
    with pytest.raises(InvalidInput, match="sign-in-step-over"):
        await find_second_step(official.system, step)
    assert "menghapus faktor kedua" in (await official.post.letters(SITI))[-1].body
    assert await official.enrol()


async def test_an_administrator_does_not_reset_their_own_factor(official: Official) -> None:
    await add_account(official.system, OPERATOR, Role.ADMINISTRATOR, "adi@kota.example")
    adi = Official(official.system, official.post, "adi@kota.example")
    admin = await adi.behind((await adi.enrol()).token)
    with pytest.raises(Forbidden):
        await reset_second_factor(official.system, admin, "adi@kota.example")
    await reset_second_factor(official.system, OPERATOR, "adi@kota.example")
    assert await adi.enrol()


async def test_nobody_else_resets_a_factor(official: Official) -> None:
    entered = await official.enrol()
    actor = await official.behind(entered.token)
    with pytest.raises(Forbidden):
        await reset_second_factor(official.system, actor, SITI)
    with pytest.raises(NotFound):
        await reset_second_factor(official.system, OPERATOR, "tidak.ada@kota.example")


async def test_the_last_administrator_stays(official: Official) -> None:
    await add_account(official.system, OPERATOR, Role.ADMINISTRATOR, "adi@kota.example")
    adi = Official(official.system, official.post, "adi@kota.example")
    admin = await adi.behind((await adi.enrol()).token)
    with pytest.raises(Conflict, match="last-administrator"):
        await close_account(official.system, admin, "adi@kota.example")
    await add_account(official.system, OPERATOR, Role.ADMINISTRATOR, "ayu@kota.example")
    assert await close_account(official.system, admin, "adi@kota.example")


async def test_a_reopened_account_begins_without_a_factor(official: Official) -> None:
    await official.enrol()
    await close_account(official.system, OPERATOR, SITI)
    await add_account(official.system, OPERATOR, Role.OFFICER, SITI)
    [listed] = await list_accounts(official.system, OPERATOR)
    assert not listed.has_second_factor


async def test_a_session_of_before_the_second_factor_opens_nothing(
    system: System, real: System, post: Post
) -> None:
    await add_account(system, OPERATOR, Role.OFFICER, SITI)
    entered = await begin(system, post, SITI)
    assert isinstance(entered, SignedIn)
    assert await authenticate_session(real, entered.token) is None


async def test_no_secret_and_no_code_stands_in_the_database(official: Official) -> None:
    await official.enrol()
    _, token = await official.come()
    with pytest.raises(InvalidInput, match="wrong-factor"):
        await pass_second_factor(official.system, await official.begin(), "000000")
    await pass_second_factor(official.system, await official.begin(), official.recovery_codes[0])
    stored = await stored_text(official.system)
    async with official.system.database.connection() as conn:
        for table in ("authenticator", "recovery_code", "sign_in_step"):
            rows = await (await conn.execute(f"SELECT t::text FROM {table} t")).fetchall()  # type: ignore[arg-type]
            assert rows, table
            stored += str(rows)
    secrets = [official.secret.hex(), token, *official.recovery_codes]
    secrets += [code.replace("-", "") for code in official.recovery_codes]
    assert [each for each in secrets if each in stored] == []
