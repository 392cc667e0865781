"""Counts what a change of the rules touches, in the transaction that makes it."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from strp.domain.certificates.certificate import starts_at
from strp.domain.civil_time import WIB
from strp.domain.employers.employer import NO_TERMS
from strp.domain.identifiers import Nib
from strp.domain.rules.filing_rules import THEY_RUN_OUT
from strp.domain.rules.policy import Period, Policy, in_period, periods_today, policy_in_force
from strp.domain.screening.policy_effects import (
    Effects,
    PeriodChange,
    Touched,
    cap_changes,
    hour_changes,
    no_longer_fit,
    no_longer_fit_at_host,
    period_changes,
    standing_of,
)
from strp.domain.screening.standing import due_at, is_make_believe
from strp.store.employers import registry
from strp.store.employers import terms as employer_terms
from strp.store.engine.database import Connection
from strp.store.rules import policies, policy_changes

EMPLOYERS_IN_A_GO = 200
"""Compared before others have a turn: a worker process sends sign-in codes meanwhile."""
_EVER = datetime.min.replace(tzinfo=UTC)


class Rules(NamedTuple):
    """Active policies in the order of their activation, and the periods as they stand today.

    Args:
        documents: of the active policies with the day of activation, by id.
    """

    active: Sequence[Policy]
    periods: Sequence[Period]
    documents: Mapping[str, tuple[str, date]]

    def in_force(self, on: date) -> Policy | None:
        """The policy in force on a day, its period as it stands."""
        policy = policy_in_force(self.active, on)
        stored = {period.number: period for period in self.periods}
        return policy and in_period(policy, stored[policy.period.number])


async def rules_of(conn: Connection, today: date) -> Rules:
    """The rules as the database has them.

    Args:
        conn: open transaction.
        today: civil day in Jakarta.
    """
    documents = await policies.active_documents(conn)
    active = [policies.policy_of(*each) for each in documents.values()]
    stored = await policies.list_periods(conn)
    return Rules(active, periods_today(stored, active, today), documents)


async def measure_change(
    conn: Connection, before: Rules, after: Rules, on: date, now: datetime
) -> tuple[Effects, Touched]:
    """Count what a change touches, and name the employers.

    Args:
        conn: the transaction that makes the change.
        before: the rules before it.
        after: the rules after it.
        on: the day on which caps, hours and workers are compared.
        now: aware time of the change.
    """
    await policy_changes.allow_long_counting(conn)
    old, new = before.in_force(on), after.in_force(on)
    counts, touched, periods = {True: 0, False: 0}, set[Nib](), []
    for change in period_changes(before.periods, after.periods):
        found = await policy_changes.count_certificates(
            conn, change.period.number, _issued_from(change)
        )
        counts[change.prolonged] += sum(found.values())
        touched |= found.keys()
        periods.append((change, found))
    changed = await changed_employers(conn, old, new, on)
    effects = Effects(
        certificates_prolonged=counts[True],
        certificates_ended=counts[False],
        workers_no_longer_fit=sum(changed.values()),
        employers=len(touched | changed.keys()),
        caps=cap_changes(old, new),
        hours=hour_changes(old, new),
    )
    unfit = THEY_RUN_OUT if new is None else new.unfit
    from_at = datetime.combine(on, time.min, WIB)
    touched_by = Touched(
        periods=tuple(periods),
        employers=changed,
        compared=None if old is None else old.period.number,
        on=on,
        unfit=unfit.then,
        suspended_at=due_at(unfit, asked_at=now, from_at=from_at),
    )
    return effects, touched_by


def _issued_from(change: PeriodChange) -> datetime:
    """An exercise that begins anew does not bring back its older certificates."""
    anew = change.period.exercise and change.prolonged
    return starts_at(change.period) if anew else _EVER


async def changed_employers(
    conn: Connection, old: Policy | None, new: Policy | None, on: date
) -> dict[Nib, int]:
    """Employers with workers whose sector or caps change, and how many no longer fit.

    Args:
        conn: open transaction.
        old: rules that were in force; None: none were, so that nothing changes.
        new: rules that take their place; None: none do. Where one of both is an exercise and the
            other is not, nothing changes for anybody.
        on: civil day on which rulings and declarations count.
    """
    if old is None or new is None or old == new or is_make_believe(old, new):
        return {}
    changed: dict[Nib, int] = {}
    places = await policy_changes.list_places(conn, old.period.number)
    nibs = [registered.nib for registered, _ in places]
    terms = await employer_terms.terms_of(conn, nibs, old.period.number, on)
    for number, (registered, use) in enumerate(places):
        if number % EMPLOYERS_IN_A_GO == 0:
            await asyncio.sleep(0)
        employer = replace(registered, terms=terms.get(registered.nib, NO_TERMS))
        unfit = no_longer_fit(old, new, employer, use)
        if unfit or standing_of(old, employer) != standing_of(new, employer):
            changed[employer.nib] = unfit
    for nib, unfit in (await _compare_at_hosts(conn, old, new, on)).items():
        changed[nib] = changed.get(nib, 0) + unfit
    return changed


async def _compare_at_hosts(conn: Connection, old: Policy, new: Policy, on: date) -> dict[Nib, int]:
    """The same for employers with workers at a host whose sector or caps change."""
    period, changed = old.period.number, Counter[Nib]()
    places = await policy_changes.list_at_hosts(conn, period)
    nibs = sorted({each.host_nib for each in places})
    hosts = await registry.find_employers(conn, nibs)
    terms = await employer_terms.terms_of(conn, nibs, period, on)
    for nib, host_nib, used, granted in places:
        if host_nib not in hosts:
            continue
        host = replace(hosts[host_nib], terms=terms.get(host_nib, NO_TERMS))
        unfit = no_longer_fit_at_host(old, new, host, granted, used)
        if unfit or standing_of(old, host) != standing_of(new, host):
            changed[nib] += unfit
    return changed
