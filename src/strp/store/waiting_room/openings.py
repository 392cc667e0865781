"""Openings: the seed that was promised, and the numbers that took part in the draw."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection

from strp.domain.waiting_room.lanes import WAITING_LANES, Lane
from strp.domain.waiting_room.opening_draw import Draw, shuffle_key

SCHEDULE = """
INSERT INTO waiting_opening (opens_at, commitment, seed_sealed) VALUES (%s, %s, %s)
RETURNING opening_id
"""

# What was given out before is ahead, in its own order.
BEGIN_DRAWS = """
INSERT INTO waiting_draw (opening_id, lane, first)
SELECT %s, lane, issued FROM waiting_lane WHERE lane = ANY(%s)
"""

LATEST = """
SELECT opening_id, opens_at, commitment, seed_sealed, seed, opened_at
FROM waiting_opening ORDER BY opening_id DESC LIMIT 1
"""

DRAWS = "SELECT lane, first, count FROM waiting_draw WHERE opening_id = %s"

CLOSE_DRAWS = """
UPDATE waiting_draw d SET count = l.issued - d.first
FROM waiting_lane l WHERE l.lane = d.lane AND d.opening_id = %s AND d.count IS NULL
"""

OPEN = """
UPDATE waiting_opening SET seed = %s, opened_at = %s WHERE opening_id = %s AND seed IS NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """An opening as stored.

    Args:
        commitment: SHA-256 of the seed.
        seed: 32 bytes, once it is published.
        draws: by lane, the first number and how many took part (None before opening).
    """

    opening_id: int
    opens_at: datetime
    commitment: bytes
    seed_sealed: bytes
    seed: bytes | None
    opened_at: datetime | None
    draws: dict[Lane, tuple[int, int | None]]

    def draw(self, lane: Lane) -> Draw | None:
        """The shuffle of a lane, once the opening was."""
        first, count = self.draws.get(lane, (0, None))
        if self.seed is None or count is None:
            return None
        return Draw(first, count, shuffle_key(self.seed, lane.value, count))


async def schedule(
    conn: AsyncConnection, opens_at: datetime, commitment: bytes, seed_sealed: bytes
) -> int:
    """Store an opening to come; returns its id.

    Args:
        opens_at: aware.
        commitment: digest of the seed; it is published at once.
        seed_sealed: the seed in an envelope; it is published when the doors open.
    """
    row = await (await conn.execute(SCHEDULE, (opens_at, commitment, seed_sealed))).fetchone()
    assert row is not None
    lanes = [lane.value for lane in WAITING_LANES]
    await conn.execute(BEGIN_DRAWS, (row[0], lanes))
    return int(row[0])


async def latest(conn: AsyncConnection) -> Opening | None:
    """The opening that was scheduled last."""
    row = await (await conn.execute(LATEST)).fetchone()
    if row is None:
        return None
    rows = await (await conn.execute(DRAWS, (row[0],))).fetchall()
    return Opening(
        opening_id=row[0],
        opens_at=row[1],
        commitment=bytes(row[2]),
        seed_sealed=bytes(row[3]),
        seed=None if row[4] is None else bytes(row[4]),
        opened_at=row[5],
        draws={Lane(name): (first, count) for name, first, count in rows},
    )


async def open_doors(
    conn: AsyncConnection, opening: Opening, seed: bytes, opened_at: datetime
) -> None:
    """Publish the seed, and close the draws with the numbers given out until now.

    Args:
        opening: whose time has come.
        seed: in clear; its digest is the commitment.
        opened_at: aware.
    """
    await conn.execute(CLOSE_DRAWS, (opening.opening_id,))
    await conn.execute(OPEN, (seed, opened_at, opening.opening_id))
