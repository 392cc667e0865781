"""Bodies that arrive in pieces."""

from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest

from strp.domain.errors import TooSoon
from strp.front.bodies import FREE_PIECES, LEAST_PIECE_BYTES, ArrivedBody
from strp.front.leaving import Leaving
from strp.front.responses import Message
from strp.front.server import DRAIN_BYTES, DRAIN_PIECES, AsgiExchange

pytestmark = pytest.mark.anyio


def pieces(count: int, size: int) -> ArrivedBody:
    """A stranger's body of so many pieces."""
    left = count

    async def receive() -> Message:
        nonlocal left
        left -= 1
        return {"type": "http.request", "body": b"a" * size, "more_body": left > 0}

    return ArrivedBody(receive, least_piece=LEAST_PIECE_BYTES)


@pytest.mark.parametrize(("count", "size"), [(FREE_PIECES, 1), (2 * FREE_PIECES, 64)])
async def test_a_body_may_come_in_small_pieces(count: int, size: int) -> None:
    body = pieces(count, size)
    await body.arrive(1 << 20)
    assert not body.is_cut
    await body.close()


async def test_a_long_body_in_one_byte_pieces_is_ended() -> None:
    body = pieces(1 << 20, 1)
    with pytest.raises(TooSoon):
        await body.arrive(1 << 21)
    await body.close()


class Sending:
    """The other end of a connection that sends without end, in pieces of one size."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.pieces = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            self.pieces += 1
            yield b"a" * self._size


@pytest.mark.parametrize(
    ("size", "most"), [(1, DRAIN_PIECES), (1 << 16, DRAIN_BYTES >> 16)], ids=["small", "large"]
)
async def test_of_a_refused_body_a_little_is_taken_however_it_is_cut(size: int, most: int) -> None:
    other = Sending(size)
    scope = SimpleNamespace(headers={"content-length": str(1 << 30)})
    await AsgiExchange(scope, other, Leaving()).drain(frozenset())
    assert other.pieces == most
