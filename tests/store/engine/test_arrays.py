"""Packed arrays arrive in PostgreSQL as the arrays that they stand for."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strp.store.engine.arrays import (
    bigints,
    byteas,
    integers,
    same_size_byteas,
    smallints,
    texts,
    times,
)
from strp.store.engine.database import Database

pytestmark = pytest.mark.anyio
SHARED = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
moments = st.datetimes(
    datetime(2000, 1, 1),
    datetime(2100, 1, 1),
    timezones=st.just(UTC),
)


async def returned(database: Database, packed: object, kind: str) -> object:
    async with database.connection() as conn:
        cursor = await conn.execute(f"SELECT %s::{kind}[]", (packed,), binary=True)
        row = await cursor.fetchone()
    assert row is not None
    return row[0]


@SHARED
@given(numbers=st.lists(st.integers(-(2**63), 2**63 - 1)))
async def test_bigints_arrive_whole(database: Database, numbers: list[int]) -> None:
    assert await returned(database, bigints(numbers), "bigint") == numbers


@SHARED
@given(numbers=st.lists(st.integers(-(2**31), 2**31 - 1)))
async def test_integers_arrive_whole(database: Database, numbers: list[int]) -> None:
    assert await returned(database, integers(numbers), "int") == numbers


@SHARED
@given(numbers=st.lists(st.integers(-(2**15), 2**15 - 1)))
async def test_smallints_arrive_whole(database: Database, numbers: list[int]) -> None:
    assert await returned(database, smallints(numbers), "smallint") == numbers


@SHARED
@given(
    values=st.lists(
        st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
    )
)
async def test_texts_arrive_whole(database: Database, values: list[str | None]) -> None:
    assert await returned(database, texts(values), "text") == values


@SHARED
@given(values=st.lists(st.none() | st.binary()))
async def test_byteas_arrive_whole(database: Database, values: list[bytes | None]) -> None:
    assert await returned(database, byteas(values), "bytea") == values


@SHARED
@given(values=st.lists(st.binary(min_size=16, max_size=16)))
async def test_byteas_of_one_size_arrive_whole(database: Database, values: list[bytes]) -> None:
    assert await returned(database, same_size_byteas(values), "bytea") == values


@SHARED
@given(values=st.lists(st.none() | moments))
async def test_times_arrive_to_the_microsecond(
    database: Database, values: list[datetime | None]
) -> None:
    assert await returned(database, times(values), "timestamptz") == values
