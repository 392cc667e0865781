"""Who sends is found out first: proof gives priority, a made-up credential gives nothing."""

import asyncio

import pytest

from strp.domain.account import OPERATOR, Role
from strp.domain.identifiers import Nib
from strp.domain.shedding import Priority, proven
from strp.front.crowd import DEAR_WORK, WORK, Crowd
from strp.front.limits import REQUESTS_PER_SEAT
from strp.front.senders import LOOK_UPS_PER_BLOCK
from strp.usecases.api_keys import list_api_keys, withdraw_api_key
from strp.usecases.authenticate import FOUND_FOR
from strp.usecases.known_keys import KEPT_FOR
from tests.front.asking import Front

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
    assert (refused.status, refused.header("location")) == (303, "/sign-in?next=")
    assert KEPT_FOR > FOUND_FOR


async def test_a_made_up_key_does_not_lift_the_limit_of_an_admission(front: Front) -> None:
    leave = (await front.ask("GET", "/employer")).cookie("strp_admission")
    statuses = [
        (await front.ask("GET", "/employer", cookie=leave, authorization=f"Bearer {n}")).status
        for n in range(2 * REQUESTS_PER_SEAT.burst)
    ]
    assert statuses.count(200) <= REQUESTS_PER_SEAT.burst


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
