"""The waiting room's rows: lanes, leases of numbers, what processes measured, who came in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from psycopg import AsyncConnection

from strp.domain.waiting_room.lanes import Lane, LaneState

# Any number that no other program uses in this database; held for one tick.
_LEADER = 5_072_022
REPEATS_KEPT = timedelta(days=1)

TRY_LEAD = "SELECT pg_try_advisory_xact_lock(%s)"

# The database's clock, so that machines whose clocks differ share one.
READ_ROOM = """
SELECT mode, active, controller, extract(epoch FROM clock_timestamp() - ticked_at)::float8
FROM waiting_room
"""

SAVE_ROOM = """
UPDATE waiting_room SET active = %s, controller = %s, ticked_at = clock_timestamp()
"""

SET_MODE = "UPDATE waiting_room SET mode = %s"

READ_LANES = "SELECT lane, issued, serving, credit, rate FROM waiting_lane"

# Whoever leases numbers meanwhile only raises `issued`, so what is served stays below it.
SAVE_LANE = """
UPDATE waiting_lane SET serving = greatest(serving, %s), credit = %s, rate = %s WHERE lane = %s
"""

LEASE = """
UPDATE waiting_lane SET issued = greatest(issued, %s) + %s WHERE lane = %s RETURNING issued
"""

REPORT = """
INSERT INTO waiting_process (process_id, at, delay_s, shed, finished, inside, admitted,
                             at_door)
VALUES (%s, clock_timestamp(), %s, %s, %s, %s, %s, %s)
ON CONFLICT (process_id) DO UPDATE SET at = excluded.at, delay_s = excluded.delay_s,
    shed = excluded.shed, finished = excluded.finished, inside = excluded.inside,
    admitted = excluded.admitted, at_door = excluded.at_door
"""

# The delay of the slowest process counts: a queue there is a queue for its visitors.
SUM_REPORTS = """
SELECT coalesce(max(delay_s), 0), coalesce(sum(shed), 0)::int, coalesce(sum(finished), 0)::int,
       coalesce(sum(inside), 0)::int, coalesce(sum(admitted), 0)::int,
       coalesce(sum(at_door), 0)::int
FROM waiting_process WHERE at > statement_timestamp() - interval '3 s'
"""

# The first ticket under a key stays; whoever comes with the same key gets it.
REPEAT = """
INSERT INTO waiting_repeat (key_hash, ticket, at)
SELECT key_hash, ticket, %s FROM unnest(%s::bytea[], %s::text[]) AS asked (key_hash, ticket)
ORDER BY key_hash
ON CONFLICT (key_hash) DO UPDATE SET key_hash = excluded.key_hash
RETURNING key_hash, ticket
"""

MARK = """
INSERT INTO waiting_served (lane, minute, serving, issued)
SELECT lane, date_trunc('minute', clock_timestamp()), serving, issued FROM waiting_lane
ON CONFLICT (lane, minute) DO UPDATE SET serving = excluded.serving, issued = excluded.issued
"""

# The time of the statement, which an index is asked with; the clock itself would be asked for each
# row. What is served only rises, so the newest row that is old enough says how far it was.
LAPSED = """
SELECT l.lane, served_then FROM waiting_lane l CROSS JOIN LATERAL (
    SELECT s.serving FROM waiting_served s
    WHERE s.lane = l.lane AND s.minute <= statement_timestamp() - make_interval(secs => %s)
    ORDER BY s.minute DESC LIMIT 1) s (served_then)
"""

PACE = """
SELECT lane, min(served) / 60.0, max(served) / 60.0 FROM (
    SELECT lane, serving - lag(serving) OVER (PARTITION BY lane ORDER BY minute) AS served,
           minute
    FROM waiting_served WHERE minute >= statement_timestamp() - interval '12 min'
) AS minutes
WHERE served > 0 AND minute < date_trunc('minute', statement_timestamp())
GROUP BY lane
"""

# Rows of one statement never meet each other twice: a seat that comes twice in it is kept once.
# Whoever comes in with a number while no line stands brings what is served up to it.
BRING_UP = """
UPDATE waiting_lane SET serving = %(place)s, issued = greatest(issued, %(place)s)
WHERE lane = %(lane)s AND serving < %(place)s
"""

# Processes learn what is served at different moments. The order says what was served when its line
# was written: nobody serves more numbers between that look and the line, so it never goes back.
ADMIT = """
WITH now_served AS MATERIALIZED (
    SELECT lane, serving FROM waiting_lane WHERE lane = ANY(%s::text[]) FOR SHARE
), admitted AS (
    INSERT INTO waiting_admission (seat, lane, place, serving, admitted_at)
    SELECT e.seat, e.lane, e.place, l.serving, e.admitted_at
    FROM unnest(%s::bytea[], %s::text[], %s::bigint[], %s::timestamptz[])
         AS e (seat, lane, place, admitted_at)
    JOIN now_served l USING (lane)
    ON CONFLICT (seat) DO NOTHING
    RETURNING seat, admitted_at
), figures AS (
    INSERT INTO figure_event (at, let_in)
    SELECT date_trunc('hour', admitted_at, 'UTC'), count(*) FROM admitted GROUP BY 1
)
SELECT seat FROM admitted
"""

FIND_ADMISSIONS = "SELECT seat, admitted_at FROM waiting_admission WHERE seat = ANY(%s)"

ORDER = """
SELECT entry_no, place, serving, admitted_at FROM waiting_admission
WHERE lane = %s AND entry_no > %s ORDER BY entry_no LIMIT %s
"""

LAST_ENTRY = "SELECT coalesce(max(entry_no), 0) FROM waiting_admission WHERE lane = %s"

# What officers keep up with, shown beside what is let in; has an index of its own.
DECIDED = "SELECT count(*) FROM audit_event WHERE action = 'application-decided' AND at >= %s"

KEEP_SEAT = """
INSERT INTO waiting_seat (account_id, lane, place, ticket, kept_at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (account_id, lane) DO UPDATE SET
    place = excluded.place, ticket = excluded.ticket, kept_at = excluded.kept_at
"""

FIND_SEAT = "SELECT ticket FROM waiting_seat WHERE account_id = %s AND lane = %s"

DROP_SEAT = "DELETE FROM waiting_seat WHERE account_id = %s AND lane = %s"

DROP_SEATS = "DELETE FROM waiting_seat WHERE account_id = %s"


class RoomRow(NamedTuple):
    """The room as stored.

    Args:
        mode: auto, on or off.
        active: whether it stands before the door.
        controller: state of admission control, JSON.
        age_s: seconds since the last tick.
    """

    mode: str
    active: bool
    controller: str
    age_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a process measured since its last report; see `domain.admission.Measured`."""

    delay_s: float = 0.0
    shed: int = 0
    finished: int = 0
    inside: int = 0
    admitted: int = 0
    at_door: int = 0


class Entry(NamedTuple):
    """One who came in; at once, where no line stood."""

    seat: bytes
    lane: Lane
    place: int
    at_once: bool
    admitted_at: datetime


class OrderLine(NamedTuple):
    """A line of the published order."""

    entry_no: int
    place: int
    serving: int
    admitted_at: datetime


async def try_lead(conn: AsyncConnection) -> bool:
    """Whether this transaction is the one that ticks; the lock goes with it."""
    row = await (await conn.execute(TRY_LEAD, (_LEADER,))).fetchone()
    return bool(row and row[0])


async def read_room(conn: AsyncConnection) -> RoomRow:
    """The room as it stands."""
    row = await (await conn.execute(READ_ROOM)).fetchone()
    assert row is not None
    return RoomRow(*row)


async def save_room(conn: AsyncConnection, *, active: bool, controller: str) -> None:
    """Store the outcome of a tick.

    Args:
        active: whether visitors wait.
        controller: state of the admission control, as JSON.
    """
    await conn.execute(SAVE_ROOM, (active, controller))


async def set_mode(conn: AsyncConnection, mode: str) -> None:
    """Store what the operator wants: auto, on or off."""
    await conn.execute(SET_MODE, (mode,))


async def read_lanes(conn: AsyncConnection) -> dict[Lane, LaneState]:
    """How far each lane is."""
    rows = await (await conn.execute(READ_LANES)).fetchall()
    return {
        Lane(name): LaneState(issued=issued, serving=serving, credit=credit, rate=rate)
        for name, issued, serving, credit, rate in rows
    }


async def save_lanes(conn: AsyncConnection, lanes: Mapping[Lane, LaneState]) -> None:
    """Store how far each lane is served."""
    for name, lane in lanes.items():
        await conn.execute(SAVE_LANE, (lane.serving, lane.credit, lane.rate, name.value))


async def lease_numbers(
    conn: AsyncConnection, lane: Lane, size: int, used_up_to: int
) -> tuple[int, int]:
    """Numbers that no other process will give out.

    Args:
        conn: open connection.
        lane: which line.
        size: how many.
        used_up_to: the highest number that this process gave out, perhaps without a lease.

    Returns:
        First and last.
    """
    row = await (await conn.execute(LEASE, (used_up_to, size, lane.value))).fetchone()
    assert row is not None
    last: int = row[0]
    return last - size + 1, last


async def report(conn: AsyncConnection, process_id: UUID, measured: Report) -> None:
    """Store what a process measured.

    Args:
        process_id: of the process.
        measured: since its last report.
    """
    values = (measured.delay_s, measured.shed, measured.finished, measured.inside)
    await conn.execute(REPORT, (process_id, *values, measured.admitted, measured.at_door))


async def sum_reports(conn: AsyncConnection) -> Report:
    """What all living processes measured in the last second."""
    row = await (await conn.execute(SUM_REPORTS)).fetchone()
    assert row is not None
    return Report(**dict(zip(Report.__slots__, row, strict=True)))


async def mark_minute(conn: AsyncConnection) -> None:
    """Note how far the lanes are in this minute."""
    await conn.execute(MARK)


async def lapsed_places(conn: AsyncConnection, within_s: int) -> dict[Lane, int]:
    """By lane, the place up to which all were served longer ago than this."""
    rows = await (await conn.execute(LAPSED, (within_s,))).fetchall()
    return {Lane(name): serving for name, serving in rows}


async def pace(conn: AsyncConnection) -> dict[Lane, tuple[float, float]]:
    """By lane, visitors a second in the slowest and the fastest of the last ten minutes."""
    rows = await (await conn.execute(PACE)).fetchall()
    return {Lane(name): (float(slowest), float(fastest)) for name, slowest, fastest in rows}


async def admit(conn: AsyncConnection, entries: Sequence[Entry]) -> Mapping[bytes, datetime]:
    """Let in those whose seat was not used before.

    Returns:
        By seat, when those that had been used before came in; the others are new.
    """
    seats = [entry.seat for entry in entries]
    for lane in sorted({entry.lane.value for entry in entries if entry.at_once}):
        highest = max(entry.place for entry in entries if entry.at_once and entry.lane == lane)
        await conn.execute(BRING_UP, {"place": highest, "lane": lane})
    lanes = [entry.lane.value for entry in entries]
    columns = (
        sorted(set(lanes)),
        seats,
        lanes,
        [entry.place for entry in entries],
        [entry.admitted_at for entry in entries],
    )
    new = {bytes(row[0]) for row in await (await conn.execute(ADMIT, columns)).fetchall()}
    before = [seat for seat in seats if seat not in new]
    return await find_admissions(conn, before) if before else {}


async def find_admissions(
    conn: AsyncConnection, seats: Sequence[bytes]
) -> Mapping[bytes, datetime]:
    """By seat, when those that were used came in."""
    rows = await (await conn.execute(FIND_ADMISSIONS, (seats,))).fetchall()
    return {bytes(seat): at for seat, at in rows}


async def read_order(conn: AsyncConnection, lane: Lane, after: int, limit: int) -> list[OrderLine]:
    """Who came in, in order, without saying who.

    Args:
        lane: of the line.
        after: number of the last line of the page before; 0 for the first page.
        limit: most lines.
    """
    rows = await (await conn.execute(ORDER, (lane.value, after, limit))).fetchall()
    return [OrderLine(*row) for row in rows]


async def repeat_tickets(
    conn: AsyncConnection, tickets: Mapping[bytes, str], now: datetime
) -> Mapping[bytes, str]:
    """The tickets that were given out first under keys: these, where none was.

    Args:
        conn: a connection; many keys share one statement.
        tickets: by hash of the key.
        now: aware time.
    """
    asked = (now, list(tickets), list(tickets.values()))
    rows = await (await conn.execute(REPEAT, asked)).fetchall()
    return {bytes(key_hash): str(ticket) for key_hash, ticket in rows}


async def save_place(
    conn: AsyncConnection, account_id: int, lane: Lane, place: int, ticket: str, now: datetime
) -> None:
    """Keep this ticket for an account, and no other of the lane.

    Args:
        account_id: whose.
        lane: of the line.
        place: number in it.
        ticket: as its holder carries it.
        now: aware.
    """
    await conn.execute(KEEP_SEAT, (account_id, lane.value, place, ticket, now))


async def find_seat(conn: AsyncConnection, account_id: int, lane: Lane) -> str | None:
    """The ticket that an account keeps.

    Args:
        account_id: whose.
        lane: of the line.
    """
    row = await (await conn.execute(FIND_SEAT, (account_id, lane.value))).fetchone()
    return None if row is None else str(row[0])


async def drop_seat(conn: AsyncConnection, account_id: int, lane: Lane) -> None:
    """Forget the ticket that an account keeps.

    Args:
        account_id: whose.
        lane: of the line.
    """
    await conn.execute(DROP_SEAT, (account_id, lane.value))


async def drop_seats_of(conn: AsyncConnection, account_id: int) -> None:
    """Forget the tickets that an account keeps, of all lanes."""
    await conn.execute(DROP_SEATS, (account_id,))


async def last_entry(conn: AsyncConnection, lane: Lane) -> int:
    """The number of the last entry of a lane, 0 where there is none."""
    row = await (await conn.execute(LAST_ENTRY, (lane.value,))).fetchone()
    return int(row[0]) if row else 0


async def decided_since(conn: AsyncConnection, since: datetime) -> int:
    """Applications that officers decided since then."""
    row = await (await conn.execute(DECIDED, (since,))).fetchone()
    return int(row[0]) if row else 0
