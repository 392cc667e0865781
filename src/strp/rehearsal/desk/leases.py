"""The desk under officers who all ask at once: does anybody hold what another holds?

Applications wait at the desk of a system of its own. Officers take and decide them side by side;
one in ten crashes with a lease in hand. A quarter of an hour later (by a clock set forward) the
others find what the crashed ones left. Pages are asked for through HTTP, over a full desk.
"""

import asyncio
import contextlib
import dataclasses
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.request import Request, urlopen

from strp.domain.desk.review import LEASE, Decision
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import Role
from strp.domain.people.sign_in import SESSION_COOKIE, SessionToken
from strp.rehearsal.load_run.officers import officer
from strp.rehearsal.load_run.own_system import HOST, OwnSystem, furnish, own_system
from strp.rehearsal.load_run.people import workers
from strp.rehearsal.load_run.plan import FIRST_NIB, DayEmployer
from strp.rehearsal.load_run.run import OpenSystem
from strp.usecases.desk.review import decide_rest, take_next
from strp.usecases.process.system import System
from strp.usecases.rehearsal.desk import (
    FILED_TOGETHER,
    file_many,
    sign_in_as,
    tidy_tables,
)

WORKERS_A_FILING = 3
EMPLOYERS = 50
REVIEWED_KBLI = "41011"
"""A business class that the rules put before an officer."""
CRASHING_SHARE = 0.1
CONNECTIONS = 32
LOOKED_BEHIND = 50
"""Applications besides the crashed ones that others may come upon first."""
PAGES = 60
FIRST_ACCOUNT = 1_000_000
EMAIL = "petugas@latihan.example"
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsReport:
    """What officers got.

    Args:
        claims_per_s: applications taken and decided a second, by all officers together.
        double_claims: applications that two officers held at the same time.
        lost_leases: applications that nobody found again after their officer had crashed.
        page_p50_ms: median of an officer's pages.
    """

    claims_per_s: float
    double_claims: int
    lost_leases: int
    page_p50_ms: float
    claim_p99_ms: float
    recovered: int
    claims: int

    def to_json(self) -> dict[str, object]:
        """The report as the contract has it, and more."""
        return {
            name: round(value, 1) if isinstance(value, float) else value
            for name, value in dataclasses.asdict(self).items()
        }


class _Ledger:
    """Who holds what at this moment, as officers see it."""

    def __init__(self) -> None:
        self.held: dict[ApplicationId, int] = {}
        self.doubles: Counter[ApplicationId] = Counter()
        self.claims = 0
        self.taking_s: list[float] = []

    def take(self, number: ApplicationId, account: int) -> None:
        self.claims += 1
        if self.held.get(number, account) != account:
            self.doubles[number] += 1
        self.held[number] = account

    def done(self, number: ApplicationId) -> None:
        self.held.pop(number, None)


async def run_claims(
    officers: int, pending: int, most: int | None, open_system: OpenSystem, tell: Tell
) -> ClaimsReport:
    """Fill a desk, let officers work on it, and count.

    Args:
        officers: at work side by side.
        pending: applications on the desk.
        most: claims after which they stop; None: when the desk is empty.
        open_system: opens an installation on a database that runs.
        tell: is told the phase, how much is done, and of how much.
    """
    with own_system({"STRP_WAITING_ROOM": "off"}) as own:
        settings = dataclasses.replace(own.settings, database_connections=CONNECTIONS)
        async with open_system(settings, own.url) as system:
            numbers = await _fill(system, own, pending, tell)
            pages_ms = await _pages_ms(system, own, numbers)
            ledger = _Ledger()
            seconds = await _empty(system, officers, ledger, min(pending, most or pending), tell)
            left = dict(ledger.held)
            found = await _find_again(system, left)
            return ClaimsReport(
                claims_per_s=ledger.claims / seconds,
                double_claims=sum(ledger.doubles.values()),
                lost_leases=len(left) - found,
                page_p50_ms=statistics.median(pages_ms),
                claim_p99_ms=1000 * statistics.quantiles(ledger.taking_s, n=100)[98],
                recovered=found,
                claims=ledger.claims,
            )


async def _fill(
    system: System, own: OwnSystem, pending: int, tell: Tell
) -> Sequence[ApplicationId]:
    employers = [
        DayEmployer(Nib(FIRST_NIB + n), REVIEWED_KBLI, 9_000_000) for n in range(EMPLOYERS)
    ]
    await furnish(system, own.folder, employers)
    numbers: list[ApplicationId] = []
    for start in range(0, pending, FILED_TOGETHER):
        tell("filling the desk", start, pending)
        filings = [
            (employers[n % EMPLOYERS].nib, list(workers(n * WORKERS_A_FILING, WORKERS_A_FILING)))
            for n in range(start, min(start + FILED_TOGETHER, pending))
        ]
        numbers += await file_many(system, filings)
    await tidy_tables(system)
    tell("filling the desk", pending, pending)
    return numbers


async def _empty(system: System, officers: int, ledger: _Ledger, most: int, tell: Tell) -> float:
    """Let everybody work until so many are claimed; returns how long it took."""
    crashing = int(officers * CRASHING_SHARE)
    accounts = range(FIRST_ACCOUNT, FIRST_ACCOUNT + officers)
    began = time.monotonic()
    telling = asyncio.create_task(_tell(ledger, most, tell))
    await asyncio.gather(
        *(
            _work(system, account, ledger, most, crashes=n < crashing)
            for n, account in enumerate(accounts)
        )
    )
    telling.cancel()
    tell("claims", min(ledger.claims, most), most)
    return time.monotonic() - began


async def _work(system: System, account: int, ledger: _Ledger, most: int, *, crashes: bool) -> None:
    actor = officer(account)
    while ledger.claims < most:
        began = time.perf_counter()
        lease = await take_next(system, actor)
        if lease is None:
            return
        ledger.taking_s.append(time.perf_counter() - began)
        ledger.take(lease.application_id, account)
        if crashes:
            return
        await decide_rest(system, actor, lease.application_id, Decision.APPROVE)
        ledger.done(lease.application_id)


async def _find_again(system: System, left: dict[ApplicationId, int]) -> int:
    """How many of the crashed officers' applications others find once the leases are over.

    They were the first that were taken, so they are the nearest due: they come before what was
    never claimed.
    """
    later = dataclasses.replace(system, clock=lambda: system.clock() + LEASE + timedelta(seconds=1))
    found: set[ApplicationId] = set()
    for account in range(FIRST_ACCOUNT * 2, FIRST_ACCOUNT * 2 + 2 * len(left) + LOOKED_BEHIND):
        actor = officer(account)
        lease = await take_next(later, actor)
        if lease is None:
            break
        found.add(lease.application_id)
        await decide_rest(later, actor, lease.application_id, Decision.APPROVE)
    return len(found & left.keys())


async def _pages_ms(
    system: System, own: OwnSystem, numbers: Sequence[ApplicationId]
) -> list[float]:
    """How long an officer's pages take, the desk and files in turn."""
    _, token = await sign_in_as(system, Role.OFFICER, EMAIL)
    step = max(1, len(numbers) // PAGES)
    paths = ["/office", *(f"/office/applications/{number}" for number in numbers[::step][:PAGES])]
    for path in paths[:4]:
        await asyncio.to_thread(page_ms, own.port, path, token)
    return [await asyncio.to_thread(page_ms, own.port, path, token) for path in paths * 2]


def page_ms(port: int, path: str, token: SessionToken) -> float:
    """Milliseconds until a page is there.

    Args:
        port: of 127.0.0.1.
        path: address with its query.
        token: of the session that asks.

    Raises:
        OSError: nobody answered within 60 s, or not with a page.
    """
    request = Request(
        f"http://{HOST}:{port}{path}", headers={"Cookie": f"{SESSION_COOKIE}={token}"}
    )
    began = time.perf_counter()
    with urlopen(request, timeout=60) as answer:
        answer.read()
    return (time.perf_counter() - began) * 1000


async def _tell(ledger: _Ledger, most: int, tell: Tell) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            tell("claims", min(ledger.claims, most), most)
            await asyncio.sleep(0.5)
