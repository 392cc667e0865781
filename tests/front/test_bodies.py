"""Bodies that arrive in pieces."""

import pytest

from strp.domain.errors import TooSoon
from strp.front.answers import Message
from strp.front.bodies import FREE_PIECES, LEAST_PIECE_BYTES, ArrivedBody

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
