"""Hosts of a filing: what is known of the employers whose sites it names, and who is asked."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time

from strp.domain.civil_time import WIB, civil_day
from strp.domain.employers.caps import QuotaUse
from strp.domain.employers.employer import NO_TERMS, EmployerFacts
from strp.domain.identifiers import Nib
from strp.domain.notices.notice import NoticeKind
from strp.domain.rules.policy import Policy
from strp.domain.screening.at_hosts import AtHost, HostFacts, at_host
from strp.domain.screening.hosting import MOST_ASKED, MOST_LETTERS_A_DAY
from strp.store.employers import closures, registry
from strp.store.employers import hostings as store
from strp.store.employers import terms as employer_terms
from strp.store.engine.database import Connection
from strp.usecases.filing.placement import FilingDraft
from strp.usecases.notices.tell_employer import tell_employer

NOTHING_USED = QuotaUse()


async def read_hosts(
    conn: Connection,
    nib: Nib,
    policy: Policy,
    hosts: Sequence[Nib],
    now: datetime,
    *,
    pending: bool = True,
) -> dict[Nib, AtHost]:
    """What holds at hosts for an employer whose lock this transaction holds.

    Args:
        conn: the transaction.
        nib: employer that sends people.
        policy: that they are screened under.
        hosts: whose sites they are at.
        now: aware time.
        pending: whether places count that waiting workers have; not where these are screened again.
    """
    period, today = policy.period.number, civil_day(now)
    facts = await _facts_of(conn, hosts, policy, now)
    closed = {each.nib for each in await closures.closures_of(conn, hosts, now)}
    known = await store.hostings_at(conn, nib, period, hosts)
    used = await store.used_places(conn, nib, period, hosts, pending=pending)
    room = MOST_ASKED - await store.count_asked(conn, nib, period)
    found = {}
    for host in hosts:
        what = HostFacts(
            facts.get(host),
            host in closed,
            known.get(host),
            used.get(host, NOTHING_USED),
            may_ask=room > 0,
        )
        room -= host not in known
        found[host] = at_host(policy, what, today)
    return found


async def read_hosts_of(conn: Connection, work: FilingDraft, hosts: Iterable[Nib]) -> None:
    """Learn what holds at the hosts that a filing names, those that it knows not yet.

    Args:
        work: the filing, which keeps what is found.
        hosts: NIBs that its rows name.
    """
    new = sorted(set(hosts) - work.at_hosts.keys())
    if new:
        found = await read_hosts(conn, work.nib, work.policy, new, work.submitted_at)
        work.at_hosts.update(found)


async def ask_hosts(conn: Connection, work: FilingDraft) -> None:
    """Ask the hosts that a stored filing's workers wait for, and write to some of them."""
    if not work.waits_for:
        return
    nib, period, now = work.nib, work.policy.period.number, work.submitted_at
    hosts = sorted(work.waits_for)
    await store.ask(conn, nib, period, hosts, now)
    midnight = datetime.combine(civil_day(now), time.min, WIB)
    told = await store.take_to_tell(
        conn, nib, period, hosts, at=now, since=midnight, most=MOST_LETTERS_A_DAY
    )
    for host in told:
        await tell_employer(
            conn,
            NoticeKind.HOSTING,
            host,
            at=now,
            count=work.waits_for[host],
            other_nib=nib,
            period_id=period,
            outcome="asked",
        )


def count_waiting(rows: Iterable[Nib]) -> Mapping[Nib, int]:
    """Workers who wait for each host."""
    return Counter(rows)


async def _facts_of(
    conn: Connection, hosts: Sequence[Nib], policy: Policy, now: datetime
) -> dict[Nib, EmployerFacts]:
    found = await registry.find_employers(conn, hosts)
    terms = await employer_terms.terms_of(conn, hosts, policy.period.number, civil_day(now))
    return {nib: replace(facts, terms=terms.get(nib, NO_TERMS)) for nib, facts in found.items()}
