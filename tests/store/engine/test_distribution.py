"""The plan of `strp db distribute` against the catalog of a migrated database.

What Citus asks of a distributed table is in its documentation ("Citus Utility Functions",
"SQL Support and Workarounds"); that it is so was tried on a cluster, see
`docs/decisions/several-machines.md`.
"""

from typing import Any

import psycopg
import pytest

from strp.domain.errors import Conflict
from strp.store.engine.distribution import PLACEMENTS, Kind, Placement, compare, statements

TABLES = """
SELECT relname FROM pg_class
WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace
"""

# Of a key over expressions there is no column.
UNIQUE = """
SELECT c.relname, i.indexrelid::regclass::text, a.attname
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
WHERE i.indisunique AND c.relnamespace = current_schema()::regnamespace
"""

WITH_PRIMARY_KEY = "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'p'"

FOREIGN_KEYS = """
SELECT conrelid::regclass::text, confrelid::regclass::text,
       ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY k (number, place)
             JOIN pg_attribute ON attrelid = conrelid AND attnum = k.number ORDER BY place),
       ARRAY(SELECT attname::text FROM unnest(confkey) WITH ORDINALITY k (number, place)
             JOIN pg_attribute ON attrelid = confrelid AND attnum = k.number ORDER BY place)
FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
"""

COLUMNS = """
SELECT attrelid::regclass::text, attname, atttypid::regtype::text, attnotnull,
       attidentity <> '' OR pg_get_serial_sequence(attrelid::regclass::text, attname) IS NOT NULL
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
WHERE attnum > 0 AND NOT attisdropped AND relkind = 'r'
  AND relnamespace = current_schema()::regnamespace
"""

TRIGGERS = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"

EXCLUSIONS = "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'x'"

DISTRIBUTED = {
    name: place.column for name, place in PLACEMENTS.items() if place.kind is Kind.DISTRIBUTED
}
MOVED = {name for name, place in PLACEMENTS.items() if place.kind is not Kind.LOCAL}


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as conn:
        return conn.execute(query.encode()).fetchall()


def test_every_table_of_the_schema_has_its_place(database_url: str) -> None:
    assert sorted(name for (name,) in ask(database_url, TABLES)) == sorted(PLACEMENTS)


def test_every_unique_key_of_a_distributed_table_begins_with_its_column(database_url: str) -> None:
    wrong = [
        (table, index, first)
        for table, index, first in ask(database_url, UNIQUE)
        if table in DISTRIBUTED and first != DISTRIBUTED[table]
    ]
    assert wrong == []


def test_every_distributed_table_has_a_primary_key(database_url: str) -> None:
    keyed = {name for (name,) in ask(database_url, WITH_PRIMARY_KEY)}
    assert sorted(DISTRIBUTED.keys() - keyed) == []


def test_tables_that_are_together_are_split_by_columns_of_one_type(database_url: str) -> None:
    columns = {
        (table, name): (kind, full) for table, name, kind, full, _ in ask(database_url, COLUMNS)
    }
    found = {(column, *columns[table, column]) for table, column in DISTRIBUTED.items()}
    assert found == {("nib", "bigint", True), ("nik_index", "bytea", True)}


def test_foreign_keys_stay_on_one_node(database_url: str) -> None:
    wrong = [key for key in ask(database_url, FOREIGN_KEYS) if not stays_on_one_node(*key)]
    assert wrong == []


def stays_on_one_node(table: str, other: str, columns: list[str], of_other: list[str]) -> bool:
    """Whether Citus lets a foreign key be: the same employer on both sides, or a copied table."""
    kinds = PLACEMENTS[table].kind, PLACEMENTS[other].kind
    if kinds == (Kind.DISTRIBUTED, Kind.DISTRIBUTED):
        pairs = list(zip(columns, of_other, strict=True))
        together = PLACEMENTS[table] == PLACEMENTS[other]
        return together and (DISTRIBUTED[table], DISTRIBUTED[other]) in pairs
    return kinds[1] is Kind.REFERENCE or kinds == (Kind.LOCAL, Kind.LOCAL)


@pytest.mark.parametrize(
    ("table", "other", "columns", "of_other"),
    [
        ("certificate", "application", ["application_id"], ["application_id"]),
        ("certificate", "application", ["nib", "row_no"], ["application_id", "nib"]),
        ("engagement", "worker", ["nik_index"], ["nik_index"]),
        ("application", "account", ["nib"], ["account_id"]),
        ("desk", "application", ["nib"], ["nib"]),
    ],
)
def test_a_foreign_key_that_leaves_its_node_is_noticed(
    table: str, other: str, columns: list[str], of_other: list[str]
) -> None:
    assert not stays_on_one_node(table, other, columns, of_other)


def test_no_table_on_the_nodes_counts_its_own_numbers(database_url: str) -> None:
    counted = [(table, name) for table, name, _, _, own in ask(database_url, COLUMNS) if own]
    assert [each for each in counted if each[0] in MOVED] == []


@pytest.mark.parametrize("query", [TRIGGERS, EXCLUSIONS], ids=["trigger", "exclusion"])
def test_no_table_on_the_nodes_has_a(database_url: str, query: str) -> None:
    assert [name for (name,) in ask(database_url, query) if name in MOVED] == []


def test_a_plan_names_each_table_once_and_copies_the_registry_first() -> None:
    planned = statements(compare({}).waiting)
    assert planned[:5] == [
        "SELECT create_reference_table('region')",
        "SELECT create_reference_table('policy')",
        "SELECT create_reference_table('period')",
        "SELECT create_reference_table('employer')",
        "SELECT create_distributed_table('application', 'nib', colocate_with => 'none')",
    ]
    assert [sum(f"('{name}'" in each for each in planned) for name in MOVED] == [2] * len(MOVED)


def test_tables_of_one_employer_are_put_beside_the_application() -> None:
    planned = statements(compare({}).waiting)
    assert (
        "SELECT create_distributed_table('worker', 'nib', colocate_with => 'application')"
        in planned
    )


def test_what_is_found_by_person_is_put_beside_nothing() -> None:
    planned = statements(compare({}).waiting)
    assert (
        "SELECT create_distributed_table('engagement', 'nik_index', colocate_with => 'none')"
        in planned
    )


def test_where_all_is_placed_nothing_is_left_to_do() -> None:
    placed = {name: PLACEMENTS[name] for name in MOVED}
    assert statements(compare(placed).waiting) == []


def test_a_table_of_a_newer_release_is_placed_alone() -> None:
    placed = {name: PLACEMENTS[name] for name in MOVED - {"sample"}}
    assert list(compare(placed).waiting) == ["sample"]


@pytest.mark.parametrize(
    ("table", "place"),
    [
        ("worker", Placement(Kind.DISTRIBUTED, "application_id")),
        ("worker", Placement(Kind.REFERENCE)),
        ("session", Placement(Kind.REFERENCE)),
    ],
)
def test_a_table_that_somebody_placed_otherwise_is_refused(table: str, place: Placement) -> None:
    with pytest.raises(Conflict) as refused:
        compare({table: place})
    assert refused.value.code == "distributed-otherwise"
