"""Who sends is found out first: proof gives priority, a made-up credential gives nothing."""

import asyncio
import secrets

import pytest

from strp.domain.identifiers import Nib
from strp.domain.overload import Priority, proven
from strp.domain.people.account import OPERATOR, Role
from strp.front import senders
from strp.front.crowd import DEAR_WORK, WORK, Crowd
from strp.front.rate_limits import REQUESTS_PER_ACCOUNT, REQUESTS_PER_SEAT
from strp.front.senders import LOOK_UPS_PER_BLOCK, Shown
from strp.usecases.people.api_keys import list_api_keys, withdraw_api_key
from strp.usecases.people.authenticate import FOUND_FOR, token_hash
from strp.usecases.process.api_key_cache import KEPT_FOR
from tests.front.asking import Front, Reply

pytestmark = pytest.mark.anyio
ROSTER = "/api/v1/applications"


async def test_a_key_may_send_a_body_and_a_stranger_may_not(front: Front) -> None:
    key = await front.key()
    await front.ask("POST", ROSTER, body=b"{}", authorization=key)
    refused = await front.ask("POST", ROSTER, body=b"{}")
    assert (refused.status, refused.json["code"]) == (401, "not-signed-in")
    assert front.inner.asked == [f"POST {ROSTER} 203.0.113.9"]


async def test_a_withdrawn_key_sends_no_body_once_it_is_forgotten(front: Front) -> None:
    key = await front.key()
    await front.ask("POST", ROSTER, body=b"{}", authorization=key)
    (shown,) = await list_api_keys(front.system, OPERATOR, Nib(8_120_001_110_001))
    await withdraw_api_key(front.system, OPERATOR, Nib(8_120_001_110_001), shown.api_key_id)
    refused = await front.ask("POST", ROSTER, body=b"{}", authorization=key)
    assert (refused.status, refused.json["code"]) == (401, "key-unknown")


async def test_an_ended_session_seems_known_for_a_few_seconds_at_most(front: Front) -> None:
    cookie = await front.session(Role.OFFICER)
    await front.ask("POST", "/office/next", cookie=cookie)
    async with front.system.database.transaction() as conn:
        await conn.execute("DELETE FROM session")
    front.system.clock.pass_(seconds=KEPT_FOR.total_seconds())  # type: ignore[attr-defined]
    refused = await front.ask("POST", "/office/next", cookie=cookie)
    assert (refused.status, refused.header("location")) == (303, "/sign-in?unsent=1&next=")
    assert KEPT_FOR > FOUND_FOR


async def test_a_made_up_key_does_not_lift_the_limit_of_an_admission(front: Front) -> None:
    leave = (await front.ask("GET", "/employer")).cookie("strp_admission")
    statuses = [
        (await front.ask("GET", "/employer", cookie=leave, authorization=f"Bearer {n}")).status
        for n in range(2 * REQUESTS_PER_SEAT.burst)
    ]
    assert statuses.count(200) <= REQUESTS_PER_SEAT.burst


async def test_an_account_takes_its_share_of_requests_and_another_has_its_own(front: Front) -> None:
    one, other = [await front.session(Role.OFFICER) for _ in range(2)]
    statuses = [
        (await front.ask("GET", "/office", cookie=one)).status
        for _ in range(REQUESTS_PER_ACCOUNT.burst + 20)
    ]
    assert statuses.count(429) == 20
    assert (await front.ask("GET", "/office", cookie=other)).status == 200


async def test_look_ups_of_unknown_keys_are_bounded_by_block_and_known_keys_go_on(
    front: Front,
) -> None:
    key = await front.key()
    assert (await front.ask("GET", ROSTER, authorization=key)).status == 200
    for _ in range(LOOK_UPS_PER_BLOCK.burst):
        front.door._senders._look_ups.retry_after_s("203.0.113.0/24", front.system.clock())
    unknown = await front.ask("POST", "/office/next", cookie="strp_session=" + "x" * 43)
    assert unknown.status == 429
    front.system.clock.pass_(seconds=6)  # type: ignore[attr-defined]
    for _ in range(LOOK_UPS_PER_BLOCK.burst):
        front.door._senders._look_ups.retry_after_s("203.0.113.0/24", front.system.clock())
    assert (await front.ask("GET", ROSTER, authorization=key)).status == 200


async def test_a_made_up_session_is_looked_up_nowhere(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_database(_system: object, _token: object) -> object:
        raise AssertionError("looked up")

    monkeypatch.setattr(senders, "authenticate_session", no_database)
    tagged = "strp_session=" + "x" * 54
    assert (await front.ask("POST", "/office/next", cookie=tagged)).status == 303
    assert (await front.ask("GET", "/healthz", cookie="strp_session=" + "x" * 43)).status == 200


async def flood(front: Front, blocks: int, each: int) -> list[asyncio.Task[Reply]]:
    """Requests with made-up sessions of the earlier shape, which wait for their look-ups."""
    made_up = (
        front.ask(
            "POST",
            "/office/next",
            client=f"100.64.{block}.7",
            cookie=f"strp_session={secrets.token_urlsafe(32)}",
        )
        for block in range(blocks)
        for _ in range(each)
    )
    tasks = [asyncio.create_task(one) for one in made_up]
    await asyncio.sleep(0)
    return tasks


@pytest.mark.parametrize("is_tagged", [True, False])
async def test_a_session_gets_in_past_a_flood_of_made_up_ones(
    front: Front, *, is_tagged: bool
) -> None:
    cookie = await front.session(Role.OFFICER, is_tagged=is_tagged)
    tasks = await flood(front, blocks=100, each=10)
    async with asyncio.timeout(0.5 if is_tagged else 4):
        assert (await front.ask("POST", "/office/next", cookie=cookie)).status == 200
    assert not all(task.done() for task in tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_unknown_credentials_of_all_blocks_share_one_rate_of_look_ups(front: Front) -> None:
    front.door._senders._unknown = Crowd(20, calm=1)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.gather(*await flood(front, blocks=20, each=1))
    assert loop.time() - began > 0.5


async def test_a_session_that_ended_is_no_longer_looked_up_ahead_of_others(front: Front) -> None:
    token = (await front.session(Role.OFFICER)).partition("=")[2]
    shown = Shown(token, token_hash(token), is_key=False)
    assert not front.door._senders._is_doubtful(shown)
    async with front.system.database.transaction() as conn:
        await conn.execute("DELETE FROM session")
    await front.ask("POST", "/office/next", cookie=f"strp_session={token}")
    assert front.door._senders._is_doubtful(shown)


async def test_a_flood_from_their_own_block_turns_no_key_away(front: Front) -> None:
    key = await front.key()
    for _ in range(2000):
        front.door._blocks.retry_after_s("203.0.113.0/24", front.system.clock())
    assert (await front.ask("GET", ROSTER)).status == 429
    assert (await front.ask("GET", ROSTER, authorization=key)).status == 200


@pytest.mark.parametrize(
    ("declared", "stranger", "known"),
    [
        (Priority.ACKNOWLEDGED, Priority.PEOPLE, Priority.ACKNOWLEDGED),
        (Priority.FILING, Priority.PEOPLE, Priority.FILING),
        (Priority.CHECK, Priority.CHECK, Priority.CHECK),
        (Priority.PEOPLE, Priority.PEOPLE, Priority.ACKNOWLEDGED),
        (Priority.LOOK_UP, Priority.LOOK_UP, Priority.ACKNOWLEDGED),
        (Priority.EXPORT, Priority.EXPORT, Priority.EXPORT),
    ],
)
def test_proof_gives_priority(declared: Priority, stranger: Priority, known: Priority) -> None:
    assert proven(declared, is_known=False) is stranger
    assert proven(declared, is_known=True) is known


async def posted_in_s(front: Front, times: int, **headers: str) -> float:
    """Seconds that so many forms take at once."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    asked = (front.ask("POST", "/employer/claim", body=b"", **headers) for _ in range(times))
    await asyncio.gather(*asked)
    return loop.time() - began


async def test_accounts_that_file_for_nobody_share_turns_by_block(front: Front) -> None:
    """Accounts are free: forty of them must not take forty times what one may."""
    strangers = front.door.strangers
    strangers._free = Crowd(10 * DEAR_WORK)
    strangers.inside()
    free, official = await front.session(), await front.session(Role.OFFICER)
    assert await posted_in_s(front, 6, cookie=free) > 0.3
    assert await posted_in_s(front, 6, cookie=official) < 0.3


async def test_an_admission_that_cost_nothing_passes_no_turns(front: Front) -> None:
    leave = (await front.ask("GET", "/employer")).cookie("strp_admission")
    strangers = front.door.strangers
    strangers.crowd = Crowd(10 * WORK)
    loop = asyncio.get_running_loop()
    strangers.inside()
    began = loop.time()
    await asyncio.gather(*(front.ask("GET", "/employer/claim", cookie=leave) for _ in range(6)))
    assert loop.time() - began > 0.3


WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'session'::regclass"


async def test_what_is_kept_waits_for_no_database_that_hangs(front: Front) -> None:
    cookie = await front.session(Role.OFFICER)
    async with front.system.database.transaction() as conn:
        await conn.execute("LOCK TABLE session IN ACCESS EXCLUSIVE MODE")
        assert (await front.ask("GET", "/healthz", cookie=cookie)).status == 200
        assert await (await conn.execute(WAITS)).fetchone() == (1,)
