"""Where each table lives once the database is spread over the nodes of a Citus cluster.

What grows with the workers is distributed by the employer, so that all rows of a filing are on one
node. What these are read together with, and only an operator changes, is copied to every node. All
else stays on the coordinator, where it was.

Source: Citus documentation, "Table Types", "Distributed Data Modeling".
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from strp.domain.errors import Conflict, Unavailable
from strp.domain.text import Text
from strp.store.engine.database import Connection


class Kind(StrEnum):
    """How a table is placed."""

    DISTRIBUTED = "distributed"
    REFERENCE = "reference"
    LOCAL = "local"


class Placement(NamedTuple):
    """Where a table lives.

    Args:
        column: that a distributed table is split by.
    """

    kind: Kind
    column: str | None = None


class Split(NamedTuple):
    """What is to be done, and what is done already.

    Args:
        waiting: tables that are to be placed, by name.
        placed: number of those that are.
    """

    waiting: Mapping[str, Placement]
    placed: int


_LOCAL = Placement(Kind.LOCAL)
_REFERENCE = Placement(Kind.REFERENCE)
_BY_EMPLOYER = Placement(Kind.DISTRIBUTED, "nib")

PLACEMENTS: Mapping[str, Placement] = {
    "application": _BY_EMPLOYER,
    "worker": _BY_EMPLOYER,
    "certificate": _BY_EMPLOYER,
    "correction": _BY_EMPLOYER,
    "sample": _BY_EMPLOYER,
    "proposal": _BY_EMPLOYER,
    "quota_use": _BY_EMPLOYER,
    # Asked for by person over all employers: by employer, each question would go to every node.
    "engagement": Placement(Kind.DISTRIBUTED, "nik_index"),
    # Rules and the registry: read with the tables above; changed by an operator's command.
    "region": _REFERENCE,
    "policy": _REFERENCE,
    "period": _REFERENCE,
    "employer": _REFERENCE,
    # Read and written by an operator's command alone.
    "policy_change": _LOCAL,
    # Queues: rows are taken over all employers with SKIP LOCKED, which Citus does only on one node.
    # A row leaves when its work is done, so they stay small.
    "issue_task": _LOCAL,
    "desk": _LOCAL,
    "refusal_event": _LOCAL,
    "refusal_count": _LOCAL,
    "handover": _LOCAL,
    "handover_chunk": _LOCAL,
    "bulk_decision": _LOCAL,
    "bulk_application": _LOCAL,
    "desk_event": _LOCAL,
    "desk_step": _LOCAL,
    "desk_presence": _LOCAL,
    "desk_forecast": _LOCAL,
    "figure_event": _LOCAL,
    "figure_hour": _LOCAL,
    "hit_hour": _LOCAL,
    "hit_log": _LOCAL,
    "brief_sent": _LOCAL,
    "mail": _LOCAL,
    # What officers decided, a row a worker: few beside the workers, and written with the desk.
    "decision": _LOCAL,
    "notice": _LOCAL,
    "digest_line": _LOCAL,
    "letter_choice": _LOCAL,
    "letters_of_day": _LOCAL,
    "procrastinate_jobs": _LOCAL,
    "procrastinate_events": _LOCAL,
    "procrastinate_periodic_defers": _LOCAL,
    "procrastinate_workers": _LOCAL,
    # Who acts: written at each sign-in. A copied table is written on all nodes at once, and not at
    # all while one of them is away.
    "account": _LOCAL,
    "representation": _LOCAL,
    "api_key": _LOCAL,
    "session": _LOCAL,
    "authenticator": _LOCAL,
    "recovery_code": _LOCAL,
    "passkey": _LOCAL,
    "sign_in_step": _LOCAL,
    "one_time_code": _LOCAL,
    "rate_limit": _LOCAL,
    # Asked by every statement that files, decides or issues; few rows.
    "closure": _LOCAL,
    "ruling": _LOCAL,
    "objection": _LOCAL,
    "staff_declaration": _LOCAL,
    "hosting": _LOCAL,
    "rescreen_task": _LOCAL,
    "rescreening": _LOCAL,
    "standing_task": _LOCAL,
    # Joined with these; its pages go with it, and their time ends by an index over all of them.
    "evidence": _LOCAL,
    "evidence_chunk": _LOCAL,
    "evidence_attempt": _LOCAL,
    "wrong_code": _LOCAL,
    "mailbox_letters": _LOCAL,
    "sign_in_link": _LOCAL,
    # Found by serial alone, and read whole by every process; small beside the certificates.
    "revocation": _LOCAL,
    "group_act": _LOCAL,
    "former_certificate": _LOCAL,
    "leaving": _LOCAL,
    "status_list": _LOCAL,
    "status_change": _LOCAL,
    "list_period": _LOCAL,
    "epoch": _LOCAL,
    "installation": _LOCAL,
    "key_print": _LOCAL,
    # Made again where they are lost; few, and read by whoever asked.
    "document": _LOCAL,
    "document_chunk": _LOCAL,
    # One line, in the order of its numbers, whoever stands in it.
    "waiting_room": _LOCAL,
    "waiting_lane": _LOCAL,
    "waiting_process": _LOCAL,
    "waiting_served": _LOCAL,
    "waiting_admission": _LOCAL,
    "waiting_repeat": _LOCAL,
    "process_loop": _LOCAL,
    "waiting_seat": _LOCAL,
    "waiting_opening": _LOCAL,
    "waiting_draw": _LOCAL,
    # Added to, never changed: a trigger holds that, and Citus runs none on distributed tables.
    "audit_event": _LOCAL,
    "employer_import": _LOCAL,
    "schema_migration": _LOCAL,
}

_HAS_CITUS = "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')"

_LEADS_NODES = """
SELECT citus_is_coordinator() AND EXISTS (
    SELECT FROM pg_dist_node WHERE groupid <> 0 AND isactive AND noderole = 'primary')
"""

# partmethod h: by hash of a column; repmodel t: a copy on every node.
_PLACED = """
SELECT c.relname, p.partmethod = 'h', p.repmodel = 't',
       CASE WHEN p.partmethod = 'h' THEN column_to_column_name(p.logicalrelid, p.partkey) END
FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid
WHERE c.relnamespace = current_schema()::regnamespace
"""

# One connection to each node: what one statement has placed, the next one sees.
_IN_TURN = """
SET LOCAL citus.multi_shard_modify_mode TO 'sequential';
SET LOCAL statement_timeout = 0;
SET LOCAL lock_timeout = '10s'
"""


def compare(placed: Mapping[str, Placement]) -> Split:
    """What is to be done where some tables are placed already.

    Args:
        placed: tables that Citus knows as distributed or copied to every node, by name.

    Raises:
        Conflict: `distributed-otherwise`; one is placed where this release would not put it.
    """
    wanted = {name: place for name, place in PLACEMENTS.items() if place.kind is not Kind.LOCAL}
    other = sorted(name for name, place in placed.items() if wanted.get(name) != place)
    if other:
        raise _otherwise(other)
    waiting = {name: place for name, place in wanted.items() if name not in placed}
    return Split(waiting, len(placed))


def statements(waiting: Mapping[str, Placement]) -> list[str]:
    """What to run to place tables, in order: copied ones first, then those that join them.

    Args:
        waiting: tables to place, from `compare`.
    """
    return [
        *(_place(name, place) for name, place in sorted(waiting.items(), key=_copied_first)),
        # Rows that were here before are on the nodes now; what stays behind would be seen by no
        # query and by no erasure.
        *(f"SELECT truncate_local_data_after_distributing_table('{name}')" for name in waiting),
    ]


def _place(name: str, place: Placement) -> str:
    if place.kind is Kind.REFERENCE:
        return f"SELECT create_reference_table('{name}')"
    first = next(table for table, other in PLACEMENTS.items() if other == place)
    beside = "none" if name == first else first
    by = f"'{name}', '{place.column}', colocate_with => '{beside}'"
    return f"SELECT create_distributed_table({by})"


def _copied_first(item: tuple[str, Placement]) -> bool:
    return item[1].kind is not Kind.REFERENCE


async def require_coordinator(conn: Connection) -> None:
    """Go on only on the coordinator of a Citus cluster that has nodes.

    Raises:
        Unavailable: `citus-missing` or `citus-not-coordinator`.
    """
    if not await _one(conn, _HAS_CITUS):
        raise Unavailable("citus-missing", _MISSING)
    if not await _one(conn, _LEADS_NODES):
        raise Unavailable("citus-not-coordinator", _NOT_COORDINATOR)


async def placed_tables(conn: Connection) -> dict[str, Placement]:
    """Tables that Citus knows as distributed or copied to every node, by name."""
    rows = await (await conn.execute(_PLACED)).fetchall()
    return {
        name: Placement(Kind.DISTRIBUTED, column) if by_hash else _REFERENCE
        for name, by_hash, copied, column in rows
        if by_hash or copied
    }


async def place_tables(conn: Connection, waiting: Mapping[str, Placement]) -> None:
    """Place tables with what is in them: all of them or none.

    Args:
        conn: open transaction.
        waiting: from `compare`.
    """
    await conn.execute(_IN_TURN)
    for statement in statements(waiting):
        await conn.execute(statement.encode())


async def _one(conn: Connection, query: str) -> bool:
    row = await (await conn.execute(query.encode())).fetchone()
    return bool(row and row[0])


def _otherwise(tables: list[str]) -> Conflict:
    names = ", ".join(tables)
    return Conflict(
        "distributed-otherwise",
        Text(
            f"Tabel ini sudah tersebar dengan cara lain: {names}. Kembalikan dengan "
            "undistribute_table, lalu jalankan lagi.",
            f"These tables are distributed in another way: {names}. Take that back with "
            "undistribute_table, then run this again.",
        ),
    )


_MISSING = Text(
    "PostgreSQL ini tidak punya ekstensi Citus. Pasang Citus di setiap server, jalankan CREATE "
    "EXTENSION citus, lalu ulangi; tanpa Citus, STRP tetap bekerja pada satu PostgreSQL.",
    "This PostgreSQL has no Citus extension. Install Citus on every server and run CREATE "
    "EXTENSION citus, then try again; without it, STRP goes on working on one PostgreSQL.",
)
_NOT_COORDINATOR = Text(
    "Server ini bukan koordinator Citus yang punya simpul. Arahkan STRP_DATABASE_URL ke "
    "koordinator, dan tambahkan simpul dengan citus_add_node.",
    "This server is not the coordinator of a Citus cluster with nodes. Let STRP_DATABASE_URL name "
    "the coordinator, and add nodes with citus_add_node.",
)
