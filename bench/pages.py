"""Pages of employer and officer: how long they take as the tables grow.

    python -m bench.pages [--workers 100000 2000000] [--through-nginx]

Fills a system of its own with a day's filings, in steps, certificates issued and desk full, and
asks for pages through HTTP one at a time. Target (issue 2): median under 50 ms, and no slower
at the second step than at the first.
"""

import argparse
import asyncio
import statistics
from collections.abc import Mapping, Sequence
from itertools import chain

from bench.stage import add_way_in, document
from strp.domain.desk.waiting_filter import WaitingFilter
from strp.domain.identifiers import Nib, format_nib
from strp.domain.people.account import (
    OPERATOR,
    AccountId,
    Actor,
    ActorKind,
    RepresentationState,
    Role,
)
from strp.domain.people.sign_in import SessionToken
from strp.domain.text import Language
from strp.rehearsal.desk.leases import page_ms
from strp.rehearsal.load_run.own_system import HOST, OwnSystem, furnish, helper, own_system
from strp.rehearsal.load_run.plan import DayEmployer, DayPlan
from strp.rehearsal.load_run.spool import read_answers, write_requests
from strp.store.certificates.issued import count_issue_tasks
from strp.store.desk.waiting_list import list_waiting
from strp.store.filing.applications import list_applications
from strp.usecases.employers.claim import ask_officer, claim_employer
from strp.usecases.employers.decide_claim import decide_claim
from strp.usecases.process.system import System
from strp.usecases.rehearsal.desk import sign_in_as, tidy_tables
from strp.wiring import build_system, running

CONNECTIONS = "48"
EMPLOYERS_SEEN = 5
ROUNDS = 6
LOOK_EVERY_S = 0.5
Medians = Mapping[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[100_000, 2_000_000])
    add_way_in(parser)
    options = parser.parse_args()
    environment = {"STRP_WAITING_ROOM": "off", "STRP_WORKER_PROCESSES": "2"}
    with own_system(environment, through_nginx=options.through_nginx) as own:
        print(document(options, asyncio.run(run(own, sorted(options.workers)))))


async def run(own: OwnSystem, steps: Sequence[int]) -> dict[str, Medians]:
    """Median milliseconds of each page at each step."""
    found: dict[str, Medians] = {}
    employers = DayPlan(steps[-1]).employers()
    async with running(build_system(own.settings, own.url)) as system:
        keys = await furnish(system, own.folder, employers)
        _, officer = await sign_in_as(system, Role.OFFICER, "petugas@latihan.example")
        seen = employers[:: max(1, len(employers) // EMPLOYERS_SEEN)][:EMPLOYERS_SEEN]
        representative = await represent(system, [employer.nib for employer in seen])
        filled = 0
        for step in steps:
            await fill(own, system, DayPlan(step - filled, first=filled), employers, keys)
            filled = step
            found[str(step)] = await medians(own, system, seen, representative, officer)
    return found


async def fill(
    own: OwnSystem,
    system: System,
    plan: DayPlan,
    employers: Sequence[DayEmployer],
    keys: Mapping[int, str],
) -> None:
    """File what a plan brings, and wait for its certificates."""
    platforms = list(plan.platform_filings(employers))
    filings = chain(platforms, plan.filings(employers))
    await asyncio.to_thread(write_requests, own.folder, filings, keys, plan.seed)
    sending = (str(own.folder), HOST, str(own.port), str(len(platforms)), CONNECTIONS)
    async with helper("strp.rehearsal.load_run.sender", *sending) as load:
        assert load.stdout is not None
        await load.stdout.read()
        assert await load.wait() == 0 and all(a.status == 202 for a in read_answers(own.folder))
    while not await _all_issued(system):  # noqa: ASYNC110 (another process issues)
        await asyncio.sleep(LOOK_EVERY_S)
    await tidy_tables(system)


async def _all_issued(system: System) -> bool:
    async with system.database.connection() as conn:
        return sum(await count_issue_tasks(conn)) == 0


async def represent(system: System, nibs: Sequence[Nib]) -> SessionToken:
    """Sign somebody in who acts for all of these employers."""
    account, token = await sign_in_as(system, Role.REPRESENTATIVE, "hr@latihan.example")
    actor = Actor(kind=ActorKind.ACCOUNT, id=AccountId(account), role=Role.REPRESENTATIVE)
    for nib in nibs:
        claim = await claim_employer(system, actor, nib, client_block="bench", language=Language.ID)
        if claim.state is RepresentationState.PENDING_CODE:
            await ask_officer(system, actor, nib)
        await decide_claim(system, OPERATOR, nib, account, approve=True)
    return token


async def medians(
    own: OwnSystem,
    system: System,
    seen: Sequence[DayEmployer],
    representative: SessionToken,
    officer: SessionToken,
) -> Medians:
    """Median milliseconds of each kind of page."""
    paths: dict[str, tuple[SessionToken, list[str]]] = {
        "employer": (representative, []),
        "filing": (representative, []),
        "desk": (officer, ["/office"] * EMPLOYERS_SEEN),
        "file": (officer, []),
    }
    async with system.database.connection() as conn:
        for employer in seen:
            page = f"/employer/{format_nib(employer.nib)}"
            paths["employer"][1].append(page)
            for filed in await list_applications(conn, employer.nib, before=None, limit=3):
                paths["filing"][1].append(f"{page}/applications/{filed.application_id}")
        listed = await list_waiting(
            conn, WaitingFilter(), now=system.clock(), limit=3 * EMPLOYERS_SEEN
        )
        for waiting in listed.lines:
            paths["file"][1].append(f"/office/applications/{waiting.application_id}")
    found = {}
    for name, (token, pages) in paths.items():
        await asyncio.to_thread(page_ms, own.port, pages[0], token)
        taken = [await asyncio.to_thread(page_ms, own.port, page, token) for page in pages * ROUNDS]
        found[name] = round(statistics.median(taken), 1)
    return found


if __name__ == "__main__":
    main()
