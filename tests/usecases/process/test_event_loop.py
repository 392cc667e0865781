"""The event loop is never held for long: not by the largest that each door takes at once.

What counts is the processor time of one callback: the wall clock of a machine that does other work
at the same time says nothing.
"""

import asyncio
import contextlib
import csv
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from strp.domain.certificates.certificate import STATUS_LIST_BITS
from strp.domain.errors import StrpError
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR
from strp.domain.text import Language
from strp.outside.spreadsheets.form import SMALL_JSON_BYTES
from strp.outside.spreadsheets.json_reader import is_light, read_json
from strp.store.certificates.issued import SERIAL_BLOCK
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.print import print_one
from strp.usecases.certificates.show import certificates_of
from strp.usecases.certificates.trust import trust_bundle, verify
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.corrections import read_corrections
from strp.usecases.filing.file import file_roster, file_workers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[3] / "samples" / "employers.csv"
BANK = Nib(8120001110001)
LONGEST_S = 0.050
LISTS = 3
BLOCKS = (LISTS << STATUS_LIST_BITS) // SERIAL_BLOCK - 1
# A sixteenth of each list, in an order that does not compress.
REVOKE_AT_RANDOM = f"""
WITH revoked AS (
    INSERT INTO revocation (serial_no, status, reason, actor, revoked_at)
    SELECT DISTINCT list_no << {STATUS_LIST_BITS} | (n::bigint * 7919 * n %% 1048573),
           1, 'x', 'x', now()
    FROM generate_series(0, %s - 1) AS list_no, generate_series(1, %s) AS n
)
INSERT INTO status_list SELECT n, 1, now() FROM generate_series(0, {LISTS} - 1) AS n
ON CONFLICT DO NOTHING
"""


class Longest:
    """The longest time on the processor that one callback of the event loop took, in seconds."""

    def __init__(self) -> None:
        self.busy_s = 0.0
        self.what = ""

    def note(self, busy_s: float, what: object) -> None:
        if busy_s > self.busy_s:
            self.busy_s, self.what = busy_s, repr(what)


@contextlib.contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Longest]:
    """Measure each callback of the event loop by the processor time of its thread."""
    longest, run = Longest(), asyncio.Handle._run

    def measured(handle: Any) -> None:
        begun_s = time.thread_time()
        run(handle)
        longest.note(time.thread_time() - begun_s, handle)

    with monkeypatch.context() as patched:
        patched.setattr(asyncio.Handle, "_run", measured)
        yield longest


@pytest.fixture
async def opened(system: System) -> AsyncIterator[System]:
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    await file_workers(system, OPERATOR, BANK, fresh_workers(2), digest=bytes(16))
    await Issuer(system).issue_some()
    yield system


def largest_body() -> bytes:
    """As many workers as a small JSON roster holds."""
    people = fresh_workers(12_000)
    while (
        len(body := msgspec.json.encode({"nib": str(BANK), "workers": people})) > SMALL_JSON_BYTES
    ):
        people = people[: int(len(people) * SMALL_JSON_BYTES / len(body)) - 1]
    return body


async def test_the_largest_small_json_holds_the_loop_for_a_moment(
    opened: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = largest_body()
    with watched(monkeypatch) as longest:
        roster = read_json(body)
        receipt = await file_workers(
            opened, OPERATOR, BANK, roster.workers, digest=bytes(16), size_bytes=len(body)
        )
    assert receipt.ledger.accepted > 3000
    assert longest.busy_s < LONGEST_S, longest.what


HALF = b'"\\ud800"'  # of an emoji: the strict decoder refuses it, and the lenient one is slower
SHAPES = {
    "empty lists": (b"[],", b""),
    "objects in objects": (b'{"a":{}},', b""),
    "objects and lists in cells": (b'{"a":[],"b":{}},', b'{"a":%s},' % HALF),
    "fields of one worker": (b'"%x":0,', b'{"nama":%s,' % HALF),
    "strings": (b'"a",', b'{"a":%s},' % HALF),
    "numbers": (b"1,", b""),
    "fields of many workers": (
        b'{"nama":%s%s},' % (HALF, b"".join(b',"%x":0' % n for n in range(120))),
        b"",
    ),
    "long names of fields": (b'{"%s":%s},' % (b"\xc3\xa9" * 2000, HALF), b""),
    "one long list in a cell": (b"1,", b'{"nama":%s,"nik":[' % HALF),
    "workers of nothing": (b'{"nik":0,"a":%s},' % HALF, b""),
    "numbers that are none": (b"NaN,", b""),
    "characters that are none": (b"\xff", b'{"nama":"'),
    "halves of pairs": (b"\\ud800", b'{"nama":"'),
}
ENDS = {b'{"nama":"': b'"}]}', b'{"nama":%s,' % HALF: b'"z":0}]}'}
ENDS[b'{"nama":%s,"nik":[' % HALF] = b"0]}]}"


def heaviest_body(shape: str) -> bytes:
    """As much of one shape as is still decoded where others wait."""
    piece, before = SHAPES[shape]
    end = ENDS.get(before, b"{}]}")
    begin = b'{"nib":"%d","workers":[{"nik":1},%s' % (BANK, before)

    def made(times: int) -> bytes:
        pieces = (piece % n for n in range(times)) if b"%x" in piece else (piece,) * times
        return begin + b"".join(pieces) + end

    low, high = 1, SMALL_JSON_BYTES
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_light(made(middle)) else (low, middle)
    return made(low)


@pytest.mark.parametrize("shape", SHAPES)
async def test_the_heaviest_of_any_shape_holds_the_loop_for_a_moment(
    opened: System, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    body = heaviest_body(shape)
    with watched(monkeypatch) as longest:
        with contextlib.suppress(StrpError):
            workers = read_json(body).workers
            await file_workers(
                opened, OPERATOR, BANK, workers, digest=bytes(16), size_bytes=len(body)
            )
        await asyncio.sleep(0)
    assert longest.busy_s < LONGEST_S, longest.what


async def test_a_full_roster_of_workers_is_decoded_at_once() -> None:
    assert is_light(largest_body())


def large_roster(path: Path, rows: int) -> Path:
    """A CSV of so many workers, none of whom has a position."""
    people = [person | {"jabatan": ""} for person in fresh_workers(rows)]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, people[0])
        writer.writeheader()
        writer.writerows(people)
    return path


async def test_a_large_roster_and_its_corrections_hold_the_loop_for_a_moment(
    opened: System, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without threads of their own the filing holds it for 0.1 s, and the way back for longer."""
    path, mended = large_roster(tmp_path / "a.csv", 20_000), tmp_path / "mended.csv"
    with watched(monkeypatch) as longest:
        receipt = await file_roster(opened, OPERATOR, BANK, path, digest=bytes(16))
        number = receipt.application_id
        await read_corrections(opened, OPERATOR, number, language=Language.EN, path=mended)
    assert receipt.ledger.rejected == 20_000
    assert mended.stat().st_size > 20_000 * 100
    assert longest.busy_s < LONGEST_S, longest.what


async def test_packing_and_signing_all_lists_holds_the_loop_for_a_moment(
    opened: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened.database.transaction() as conn:
        await conn.execute("SELECT setval('serial_block', %s)", (BLOCKS,))
        await conn.execute(REVOKE_AT_RANDOM, (LISTS, (1 << STATUS_LIST_BITS) // 16))
    with watched(monkeypatch) as longest:
        assert await trust_bundle(opened, inline=True)
    assert len(opened.trust.lists) == LISTS
    assert longest.busy_s < LONGEST_S, longest.what


async def test_verifying_and_printing_hold_the_loop_for_a_moment(
    opened: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened.database.connection() as conn:
        row = await (await conn.execute("SELECT max(application_id) FROM certificate")).fetchone()
    assert row is not None
    with watched(monkeypatch) as longest:
        async for certificate in certificates_of(opened, OPERATOR, row[0]):
            await verify(opened, certificate.text)
            await print_one(opened, certificate)
    assert longest.busy_s < LONGEST_S, longest.what
