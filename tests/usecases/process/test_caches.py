"""What a process keeps of many is bounded; one more costs the oldest its place, and no other."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import pytest

from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process import api_key_cache
from strp.usecases.process.api_key_cache import ApiKeyCache
from strp.usecases.process.session_cache import SessionCache
from strp.usecases.process.system import MOST_EMPLOYERS_KEPT, System
from strp.usecases.rules.current import classification_today, employer_facts
from tests.usecases.stage import Clock, Register

pytestmark = pytest.mark.anyio
KNOWN, NEW = Nib(8120001110001), Nib(8120001110002)


@pytest.fixture
async def ready(system: System, register: Register) -> System:
    """An installation with two employers, one of whom was asked for."""
    await load_reference(system, OPERATOR)
    for nib in (KNOWN, NEW):
        await register(nib)
    await classification_today(system, KNOWN)
    return system


def fill(kept: MutableMapping[Nib, Any]) -> None:
    """Let a cache of employers hold as many as it may, the known one longest."""
    for number in range(1, MOST_EMPLOYERS_KEPT):
        kept[Nib(number)] = kept[KNOWN] if number == 1 else kept[Nib(1)]
    assert len(kept) == MOST_EMPLOYERS_KEPT


@pytest.mark.parametrize(
    ("cache", "ask"),
    [("employers", employer_facts), ("classifications", classification_today)],
)
async def test_one_employer_more_than_a_process_keeps_costs_the_oldest_its_place_alone(
    ready: System, cache: str, ask: Callable[[System, Nib], Awaitable[object]]
) -> None:
    kept = getattr(ready.reference, cache)
    fill(kept)
    oldest = next(iter(kept))
    await ask(ready, NEW)
    assert len(kept) == MOST_EMPLOYERS_KEPT
    assert (oldest in kept, NEW in kept) == (False, True)


@pytest.mark.parametrize("cache_of", [ApiKeyCache, SessionCache])
async def test_one_key_or_session_more_than_a_process_keeps_costs_the_oldest_its_place_alone(
    cache_of: Callable[[], ApiKeyCache | SessionCache], clock: Clock
) -> None:
    cache, most = cache_of(), api_key_cache.MOST_KEPT
    for number in range(most + 1):
        cache.keep(number.to_bytes(4), OPERATOR, clock.now)
    known = [cache.was_found(number.to_bytes(4)) for number in range(most + 1)]
    assert known == [False] + [True] * most
