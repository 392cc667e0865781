"""The word on an employer at a host's site: the host's representative says it, or an officer.

A confirmation screens again, under their old receipts, who waits for the site and who was refused
because it was declined. A decline refuses who waits. A withdrawal, or the end of a confirmation,
suspends the certificates for that site as long as it lasts (`closed_places`).
"""

from typing import NamedTuple

from strp.domain.civil_time import civil_day
from strp.domain.employers.caps import Caps, quota_limit
from strp.domain.identifiers import ApplicationId, Nib, format_nib
from strp.domain.notices.notice import NoticeKind
from strp.domain.overload import too_many_requests
from strp.domain.people.account import Actor, may_file, may_review, not_your_employer
from strp.domain.rules.policy import FourEyes, Policy
from strp.domain.screening.hosting import (
    WORDS_ON_ONE,
    Hosting,
    HostingState,
    HostingWord,
    check_places,
    check_word,
    hosting_not_confirmed,
    hosting_unknown,
)
from strp.domain.screening.ruling import same_account
from strp.domain.screening.screen import classify_sector
from strp.domain.service_hours import due_at
from strp.store import audit
from strp.store.desk import reopening
from strp.store.employers import hostings as store
from strp.store.employers.hostings import Site
from strp.store.employers.lock import lock_employers
from strp.store.engine.database import Connection
from strp.usecases.desk.reopen import Reopening, reopen_refused
from strp.usecases.filing.rescreen import Rescreened, forget_employer, rescreen_one
from strp.usecases.notices.tell_employer import tell_employer
from strp.usecases.process.shared_limits import count
from strp.usecases.process.system import System
from strp.usecases.rules.current import facts_under_lock, policy_today

DECLINED = "host-declined"
NO_CAPS = Caps(0, 0)
"""Of a host whose sector nobody knows: its representative confirms nobody."""


class Answered(NamedTuple):
    """What a word did: nothing yet, where a second official must confirm it."""

    state: HostingState
    proposed: bool
    rescreened: Rescreened


async def answer_for_host(
    system: System, actor: Actor, host: Nib, nib: Nib, word: HostingWord
) -> Answered:
    """Confirm, decline or withdraw an employer's workers at a host's site.

    Args:
        system: the installation.
        actor: who acts for the host, or an officer.
        host: employer whose site it is.
        nib: employer that sends people.
        word: what is said.

    Raises:
        Forbidden: the host is not the actor's, and the actor does not review.
        InvalidInput: something is missing or wrong; `hosting-no-room`.
        NotFound: `hosting-unknown`: the employer has not named this host.
        Conflict: `hosting-state`; `four-eyes-same-account`.
        TooMany: the host changed its word on this employer over and over.
        Unavailable: `employer-busy`; no policy in force.
    """
    official = may_review(actor)
    if not (official or may_file(actor, host)):
        raise not_your_employer(host)
    policy, now = await policy_today(system), system.clock()
    check_word(word, civil_day(now))
    site = Site(nib, host, policy.period.number)
    async with system.database.transaction() as conn:
        await lock_employers(conn, [nib, host])
        known = await store.lock_hosting(conn, site)
        if known is None:
            raise hosting_unknown()
        if _is_said(known, word):
            return Answered(word.state, False, Rescreened())
        if not official:
            await _charge(system, conn, site)
        if word.state is HostingState.CONFIRMED:
            await _check_room(system, conn, site, word, policy, official=official)
            if official and not await _second_official(
                system, conn, actor, site, known, policy, word
            ):
                return Answered(word.state, True, Rescreened())
        elif (word.state is HostingState.WITHDRAWN) != (known.state == HostingState.CONFIRMED):
            raise hosting_not_confirmed()
        await store.save_word(conn, site, word, actor=actor.label, at=now)
        done = await _apply(system, conn, site, known, policy)
        await _tell(system, conn, site, word)
        await _record(system, conn, actor, f"hosting-{word.state}", site, done)
    forget_employer(system, nib)
    forget_employer(system, host)
    system.trust.read_at = None
    if done.approved:
        system.bell.notify()
    return Answered(word.state, False, done)


async def _charge(system: System, conn: Connection, site: Site) -> None:
    retry_after_s = await count(conn, system, WORDS_ON_ONE, f"host {site.host_nib} on {site.nib}")
    if retry_after_s:
        raise too_many_requests(retry_after_s)


def _is_said(known: Hosting, word: HostingWord) -> bool:
    """Whether the same was said before; saying it again changes nothing."""
    if known.state != word.state:
        return False
    places = (known.service, known.administration, known.until_on)
    asked = (word.service, word.administration, word.until_on)
    return word.state is not HostingState.CONFIRMED or places == asked


async def _check_room(
    system: System,
    conn: Connection,
    site: Site,
    word: HostingWord,
    policy: Policy,
    *,
    official: bool,
) -> None:
    """Hold confirmed places against the host's caps and staff; nothing holds where it is unknown.

    A host outside the registry has neither: its workers stay referred whatever is confirmed.
    """
    host = await facts_under_lock(system, conn, site.host_nib, policy)
    found = classify_sector(policy, host)
    if found.sector is None and official:
        return
    limit = quota_limit(
        host.counted_staff,
        found.sector.caps if found.sector else NO_CAPS,
        found.rounding,
    )
    period = site.period_id
    check_places(
        word,
        policy.outsourced,
        staff=host.counted_staff,
        limit=limit,
        used=await reopening.quota_used(conn, site.host_nib, period),
        granted=await store.granted_to_others(conn, site, civil_day(system.clock())),
        by_official=official,
    )


async def _second_official(
    system: System,
    conn: Connection,
    actor: Actor,
    site: Site,
    known: Hosting,
    policy: Policy,
    word: HostingWord,
) -> bool:
    """Whether an official's confirmation counts now; the first of two is kept as a proposal.

    Raises:
        Conflict: `four-eyes-same-account`.
    """
    if FourEyes.RULINGS not in policy.four_eyes:
        return True
    same = known.proposed_by is not None and await store.proposed_word(conn, site) == word
    if same and known.proposed_by == actor.label:
        raise same_account()
    if same:
        return True
    await store.propose(conn, site, word, actor=actor.label, at=system.clock())
    await _record(system, conn, actor, "hosting-proposed", site, Rescreened())
    return False


async def _apply(
    system: System,
    conn: Connection,
    site: Site,
    before: Hosting,
    policy: Policy,
) -> Rescreened:
    """Screen again who waits, and who was refused because of an earlier decline."""
    current = await facts_under_lock(system, conn, site.nib, policy)
    done = await rescreen_one(system, conn, current)
    if before.state != HostingState.DECLINED:
        return done
    due = due_at(system.clock(), policy.sla_hours, policy.company_hours)
    by = Reopening(current, policy, None, (DECLINED,), due)
    for number in await store.declined_filings(conn, site):
        reopened = (await reopen_refused(system, conn, by, ApplicationId(number))).let_in
        done = _with_reopened(done, reopened)
    return done


def _with_reopened(done: Rescreened, reopened: int) -> Rescreened:
    """Add workers who were let in again to those who were screened."""
    return done._replace(
        applications=done.applications + bool(reopened), approved=done.approved + reopened
    )


async def _tell(system: System, conn: Connection, site: Site, word: HostingWord) -> None:
    await tell_employer(
        conn,
        NoticeKind.HOSTING,
        site.nib,
        at=system.clock(),
        count=max(word.service + word.administration, 1),
        outcome=word.state,
        other_nib=site.host_nib,
        period_id=site.period_id,
    )


async def _record(
    system: System, conn: Connection, actor: Actor, action: str, site: Site, done: Rescreened
) -> None:
    await audit.record(
        conn,
        at=system.clock(),
        actor=actor.label,
        action=action,
        subject=f"employer:{format_nib(site.nib)}",
        detail={"host": format_nib(site.host_nib), **done._asdict()},
    )
