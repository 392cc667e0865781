"""What an employer or an official sees of hostings: who names whose site, how many wait."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from strp.domain.civil_time import civil_day
from strp.domain.employers.caps import QuotaUse
from strp.domain.identifiers import Nib
from strp.domain.people.account import Actor, may_file, may_review, not_your_employer, not_your_task
from strp.domain.screening.hosting import Hosting, HostingState, hosting_unknown
from strp.store.employers import hostings as store
from strp.store.employers.hostings import Site
from strp.store.engine.database import Connection
from strp.store.filing import engagements
from strp.usecases.process.system import System
from strp.usecases.rules.current import policy_today

A_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHosting:
    """A hosting with the names of both employers in the registry, and who waits, as numbers.

    Args:
        is_over: whether the last day of its confirmation is past.
    """

    hosting: Hosting
    employer_name: str | None
    host_name: str | None
    waiting: QuotaUse
    is_over: bool

    @property
    def status(self) -> str:
        """`asked`, `confirmed`, `declined`, `withdrawn`, or `ended` past its last day."""
        is_ended = self.is_over and self.hosting.state == HostingState.CONFIRMED
        return "ended" if is_ended else self.hosting.state


@dataclass(frozen=True, slots=True, kw_only=True)
class HostingsPage:
    """Some hostings; `next_after` is the NIB to go on after, or None at the end."""

    items: Sequence[ShownHosting]
    next_after: int | None


async def hostings_of_host(system: System, actor: Actor, host: Nib, after: int = 0) -> HostingsPage:
    """Employers that name a host's site, a page at a time.

    Args:
        actor: who acts for the host, or an official.
        host: the employer whose site it is.
        after: NIB of the last one on the page before; 0: the first page.

    Raises:
        Forbidden: the host is not the actor's.
    """
    _permit(actor, host)
    policy = await policy_today(system)
    async with system.database.connection() as conn:
        found = await store.hostings_of_host(conn, host, policy.period.number, after, A_PAGE + 1)
        return await _page(system, conn, found, lambda each: each.nib)


async def hostings_of_employer(
    system: System, actor: Actor, nib: Nib, after: int = 0
) -> HostingsPage:
    """Hosts whose sites an employer names, a page at a time.

    Args:
        actor: who acts for the employer, or an official.
        nib: the employer whose workers go there.
        after: NIB of the last host on the page before; 0: the first page.

    Raises:
        Forbidden: the employer is not the actor's.
    """
    _permit(actor, nib)
    policy = await policy_today(system)
    async with system.database.connection() as conn:
        found = await store.hostings_of_employer(conn, nib, policy.period.number, after, A_PAGE + 1)
        return await _page(system, conn, found, lambda each: each.host_nib)


async def hostings_that_wait(
    system: System, actor: Actor, page: int = 0
) -> tuple[Sequence[ShownHosting], int | None]:
    """Hostings that nobody has answered, the earliest first, and the number of the next page.

    Args:
        actor: an official.
        page: from 0.

    Raises:
        Forbidden: the actor does not review.
    """
    if not may_review(actor):
        raise not_your_task()
    policy, offset = await policy_today(system), max(0, min(page, 1000)) * A_PAGE
    async with system.database.connection() as conn:
        found = await store.hostings_asked(conn, policy.period.number, A_PAGE + 1, offset)
        shown = await _shown(system, conn, found[:A_PAGE])
    return shown, page + 1 if len(found) > A_PAGE else None


async def show_hosting(system: System, actor: Actor, host: Nib, nib: Nib) -> ShownHosting:
    """One hosting, to who acts for the host, or an official.

    Args:
        actor: who acts for the host, or an official.
        host: the employer whose site it is.
        nib: the employer whose workers go there.

    Raises:
        Forbidden: the host is not the actor's.
        NotFound: the employer has not named this host.
    """
    _permit(actor, host)
    policy = await policy_today(system)
    async with system.database.connection() as conn:
        found = await store.hostings_at(conn, nib, policy.period.number, [host])
        if host not in found:
            raise hosting_unknown()
        return (await _shown(system, conn, [found[host]]))[0]


def _permit(actor: Actor, nib: Nib) -> None:
    if not (may_file(actor, nib) or may_review(actor)):
        raise not_your_employer(nib)


async def _page(
    system: System, conn: Connection, found: Sequence[Hosting], key: Callable[[Hosting], Nib]
) -> HostingsPage:
    shown = await _shown(system, conn, found[:A_PAGE])
    last = key(found[A_PAGE - 1]) if len(found) > A_PAGE else None
    return HostingsPage(items=shown, next_after=last)


async def _shown(system: System, conn: Connection, found: Sequence[Hosting]) -> list[ShownHosting]:
    nibs = {each.nib for each in found} | {each.host_nib for each in found}
    names = await engagements.employer_names(conn, nibs) if nibs else {}
    today = civil_day(system.clock())
    return [
        ShownHosting(
            hosting=each,
            employer_name=names.get(each.nib),
            host_name=names.get(each.host_nib),
            waiting=await store.waiting_workers(
                conn, Site(each.nib, each.host_nib, each.period_id)
            ),
            is_over=each.until_on is not None and each.until_on < today,
        )
        for each in found
    ]
