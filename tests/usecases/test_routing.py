"""The hot path asks only the nodes that hold what it is about, were the database distributed.

What is sent is collected from a run: rosters in, certificates out, states read.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from inspect import getsource
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import psycopg
import pytest

import strp.store
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Actor, ActorKind
from strp.store.certificates import issued
from strp.store.desk import decisions, leases
from strp.store.filing import applications
from strp.usecases.certificates.issue import Issuer
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import body_digest, file_roster, file_workers
from strp.usecases.filing.show import show_application, show_workers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import ROSTERS, SAMPLES, fresh_workers
from tests.store.routing import Route, Routed, route

pytestmark = pytest.mark.anyio
BANK, FACTORY, LOGISTICS = Nib(8120001110001), Nib(8120001110002), Nib(8120001110004)
CARRIER = Nib(8120001110013)  # large enough for large rosters
BANKS_PROGRAM = Actor(kind=ActorKind.API_KEY, id=1, nibs=frozenset({BANK}))

# What no parameter pins, and why that is borne; see docs/decisions/several-machines.md.
UNPINNED = {
    # The queue is on the coordinator, as SKIP LOCKED asks; whose tasks come next is known only when
    # they are taken. Then each is one look-up by key on its node.
    issued.TAKE_TASKS: Route.QUEUE,
    # An officer, or whoever holds a receipt, knows a number and not the employer: every node looks
    # into its index by number. Employers and their programs are asked by employer.
    applications.BY_ID: Route.ALL,
}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Every statement that goes to the database from now on."""
    found: set[str] = set()
    execute, copy = psycopg.AsyncCursor.execute, psycopg.AsyncCursor.copy

    async def executing(self: Any, query: Any, *args: Any, **given: Any) -> Any:
        found.add(_text(query))
        return await execute(self, query, *args, **given)

    def copying(self: Any, statement: Any, *args: Any, **given: Any) -> Any:
        found.add(_text(statement))
        return copy(self, statement, *args, **given)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", executing)
    monkeypatch.setattr(psycopg.AsyncCursor, "copy", copying)
    yield found


@pytest.fixture
async def hot(system: System, sent: set[str], tmp_path: Path) -> AsyncIterator[set[str]]:
    """What filing, issuing and asking for the state of an application send."""
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    sent.clear()
    filed = await asyncio.gather(
        *(
            file_workers(system, OPERATOR, nib, people, digest=bytes(16), idempotency_key="a")
            for nib, people in ((BANK, fresh_workers(3)), (FACTORY, fresh_workers(2)))
        )
    )
    for nib, path in ((LOGISTICS, ROSTERS / "logistik-galat.csv"), (CARRIER, _large(tmp_path))):
        digest = body_digest(path.read_bytes())
        await file_roster(system, OPERATOR, nib, path, digest=digest)
    issuer = Issuer(system)
    while await issuer.issue_some():
        pass
    for actor in (BANKS_PROGRAM, OPERATOR):
        await show_application(system, actor, filed[0].application_id)
        await show_workers(system, actor, filed[0].application_id)
    yield sent


async def test_the_hot_path_asks_only_the_nodes_it_is_about(hot: set[str]) -> None:
    pinned = {Route.COORDINATOR, Route.ONE, Route.BATCH}
    stray = {_name(each): route(each).route for each in hot if route(each).route not in pinned}
    assert stray == {_name(each): where for each, where in UNPINNED.items()}


async def test_the_hot_path_sends_nothing_that_citus_refuses(hot: set[str]) -> None:
    refused = {_name(each): route(each).refused for each in hot}
    assert {name: why for name, why in refused.items() if why} == {}


async def test_the_run_sends_what_the_hot_path_is_made_of(hot: set[str]) -> None:
    expected = {
        "filing.applications.OF_EMPLOYERS_BY_ID",
        "certificates.issued.COPY_CERTIFICATES",
        "certificates.issued.FINISH_TASKS",
        "certificates.issued.TAKE_TASKS",
        "filing.intake.COPY_WORKERS",
        "filing.intake.ENGAGED",
        "filing.intake.ENGAGE_CHUNK",
        "filing.intake.FILED_BEFORE",
        "filing.intake.QUOTA_USED",
        "filing.intake.SAVE_APPLICATIONS",
        "filing.intake.SAVE_CORRECTIONS",
        "filing.workers.PAGE_OF_ALL",
        "filing.workers.TO_ISSUE",
        "filing.workers.TO_ISSUE_OF_LARGE",
    }
    assert expected - {_name(each) for each in hot} == set()


@pytest.mark.parametrize(
    "statement",
    [
        leases.CLAIM_NEXT,
        leases.CLAIM_ONE,
        decisions.APPROVE_PENDING,
        decisions.APPROVE_CHOSEN,
        decisions.REFUSE_PENDING,
        decisions.DECIDE_CHOSEN,
        decisions.WITHDRAW,
    ],
    ids=lambda statement: _name(statement),
)
def test_an_officer_sends_nothing_that_citus_refuses(statement: str) -> None:
    assert route(statement).refused == ()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("SELECT FROM desk WHERE officer_id = %s", Routed(Route.COORDINATOR)),
        ("SELECT FROM worker WHERE nib = %s", Routed(Route.ONE)),
        ("SELECT FROM worker WHERE nib = %s FOR UPDATE", Routed(Route.ONE)),
        ("SELECT FROM worker WHERE nib = ANY(%s)", Routed(Route.BATCH)),
        ("SELECT FROM worker WHERE nib = %s OR row_no = 1", Routed(Route.ALL)),
        ("SELECT FROM worker WHERE row_no = %s", Routed(Route.ALL)),
        ("DELETE FROM engagement WHERE nib = %s", Routed(Route.ALL)),
        ("DELETE FROM engagement WHERE nik_index = %s", Routed(Route.ONE)),
        (
            "UPDATE worker w SET row_no = 1 FROM unnest(%s) t (n) WHERE w.nib = t.n",
            Routed(Route.BATCH),
        ),
        (
            "SELECT FROM application a JOIN certificate c USING (nib) WHERE a.nib = %s",
            Routed(Route.ONE),
        ),
        ("SELECT FROM application a, certificate c WHERE a.nib = %s", Routed(Route.ALL)),
        ("SELECT FROM desk d JOIN worker w USING (nib)", Routed(Route.QUEUE)),
        ("SELECT FROM worker FOR UPDATE", Routed(Route.ALL, ("a lock on rows",))),
        (
            "WITH held AS (SELECT pg_advisory_xact_lock(nib) FROM desk)"
            " UPDATE worker SET row_no = 1 FROM held",
            Routed(Route.ALL),
        ),
        (
            "WITH held AS (SELECT nib FROM desk),"
            " locked AS (SELECT pg_advisory_xact_lock(nib) FROM held)"
            " UPDATE worker SET row_no = 1 FROM locked",
            Routed(Route.ALL, ("an advisory lock on a node",)),
        ),
        (
            "SELECT FROM unnest(%s) t (n),"
            " LATERAL (SELECT FROM worker w WHERE w.nib = t.n OFFSET 0) x",
            Routed(Route.BATCH, ("OFFSET or LIMIT in a look-up",)),
        ),
    ],
)
def test_where_a_statement_goes_is_read_from_its_conditions(statement: str, found: Routed) -> None:
    assert route(statement) == found


def _large(folder: Path) -> Path:
    """A roster of several chunks, which streams through a transaction of its own."""
    people = fresh_workers(4_500)
    lines = [",".join(people[0]), *(",".join(each.values()) for each in people)]
    path = folder / "large.csv"
    path.write_text("\n".join(lines))
    return path


def _text(query: Any) -> str:
    return query.decode() if isinstance(query, bytes) else str(query)


def _name(statement: str) -> str:
    """The constant of the store that holds a statement, or its first words."""
    for module in walk_packages(strp.store.__path__, "strp.store."):
        if ".migrations" in module.name:
            continue
        found = import_module(module.name)
        for name, value in vars(found).items():
            is_same = isinstance(value, str) and value == statement
            if is_same and f"\n{name} = " in getsource(found):  # and not only imported
                return f"{module.name.removeprefix('strp.store.')}.{name}"
    return " ".join(statement.split())[:60]
