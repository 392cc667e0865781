"""Suspending certificates whose workers fit the rules no more, and restoring those who fit again.

What counts is the policy in force and what registry and rulings say now: whoever was suspended by a
change comes back by the next one, by a ruling or by a corrected registry, whichever lets the worker
in. The employer's lock is held by the caller.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from strp.domain.certificates.life import Act, CertificateStatus
from strp.domain.certificates.scope import Scope
from strp.domain.civil_time import civil_day
from strp.domain.employers.employer import NO_TERMS, EmployerFacts
from strp.domain.identifiers import Nib, PeriodId
from strp.domain.notices.notice import NoticeKind, RulesChange
from strp.domain.roster.row import SiteType
from strp.domain.rules.policy import Policy
from strp.domain.screening.standing import places_at, places_of
from strp.store.certificates import group_acts, life
from strp.store.certificates import standing as store
from strp.store.employers import registry
from strp.store.employers import terms as employer_terms
from strp.store.engine.database import Connection
from strp.store.notices.notices import add_notices

MOST_AT_ONCE = 20_000
"""Certificates that one transaction changes: an employer of a million is not locked for long."""


class Settled(NamedTuple):
    """What became of certificates; those of `unfinished` employers are not all done."""

    suspended: int
    restored: int
    unfinished: frozenset[Nib]


@dataclass(slots=True)
class SuspendingAct:
    """The act that suspensions of one change belong to; begun with the first of them.

    Args:
        act_id: its number; None: not begun.
        period: of the certificates.
        reason: kept with each certificate, without personal data.
        actor: who made the change.
    """

    act_id: int | None
    period: PeriodId
    reason: str
    actor: str

    async def suspend(
        self, conn: Connection, serials: Sequence[int], at: datetime
    ) -> list[life.Touched]:
        """Suspend certificates as a part of this act.

        Args:
            conn: the transaction that holds their employers.
            serials: of certificates that stand.
            at: aware time.
        """
        if not serials:
            return []
        if self.act_id is None:
            self.act_id = await group_acts.begin_act(
                conn,
                Act.SUSPEND.value,
                Scope(period=self.period),
                reason=self.reason,
                actor=self.actor,
                at=at,
            )
        changed = await life.set_status(
            conn,
            serials,
            CertificateStatus.SUSPENDED,
            reason=self.reason,
            actor=self.actor,
            at=at,
            act_id=self.act_id,
        )
        await group_acts.add_to_act(conn, self.act_id, len(changed))
        return changed


async def settle_standing(
    conn: Connection,
    policy: Policy,
    employers: Mapping[Nib, bool],
    act: SuspendingAct,
    now: datetime,
) -> Settled:
    """Suspend who fits no more, restore who fits again, and have the employers told.

    Args:
        conn: the transaction that holds these employers.
        policy: the rules in force.
        employers: and whether their certificates may be suspended, or only restored.
        act: what suspensions belong to.
        now: aware time.
    """
    groups = await store.groups_of(conn, list(employers), act.period)
    sites = await _sites(conn, policy, groups, now)
    plan = _Plan([], [], set())
    for group in groups:
        site = sites.get(group.host_nib or group.nib)
        if site is not None:
            plan.add(policy, group, site, may_suspend=employers[group.nib])
    serials = await store.serials_last_filed(conn, plan.suspend, act.period)
    suspended = await act.suspend(conn, serials, now)
    back = await store.serials_first_suspended(conn, plan.restore, act.period)
    restored = await store.restore(conn, back, now)
    await _tell(conn, NoticeKind.SUSPENDED, suspended, act.period, now)
    await _tell(conn, NoticeKind.RESTORED, restored, act.period, now)
    return Settled(len(suspended), len(restored), frozenset(plan.unfinished))


async def restore_who_fits(conn: Connection, policy: Policy, nib: Nib, now: datetime) -> int:
    """Restore certificates of one employer that a change suspended, where its workers fit again.

    Args:
        conn: the transaction that holds the employer.
        policy: the rules in force.
        nib: of the employer.
        now: aware time.

    Returns:
        Number of certificates restored.
    """
    nothing = SuspendingAct(None, policy.period.number, "", "")
    return (await settle_standing(conn, policy, {nib: False}, nothing, now)).restored


class _Plan(NamedTuple):
    """How many certificates of which group are changed; what is over `MOST_AT_ONCE` comes later."""

    suspend: list[tuple[store.Group, int]]
    restore: list[tuple[store.Group, int]]
    unfinished: set[Nib]

    def add(
        self, policy: Policy, group: store.Group, site: EmployerFacts, *, may_suspend: bool
    ) -> None:
        """Compare a group with the places that there are."""
        places = places_of(policy, site) if group.host_nib is None else places_at(policy, site)
        is_service = group.site_type == SiteType.SERVICE
        most = places.service if is_service else places.administration
        free = group.suspended if most is None else most - group.standing
        if free < 0 and may_suspend:
            self._take(self.suspend, group, -free)
        elif free > 0 and group.suspended:
            self._take(self.restore, group, min(free, group.suspended))

    def _take(self, where: list[tuple[store.Group, int]], group: store.Group, wanted: int) -> None:
        left = MOST_AT_ONCE - sum(count for _, count in (*self.suspend, *self.restore))
        if wanted > left:
            self.unfinished.add(group.nib)
        if left > 0:
            where.append((group, min(wanted, left)))


async def _sites(
    conn: Connection, policy: Policy, groups: Iterable[store.Group], now: datetime
) -> dict[Nib, EmployerFacts]:
    """Whose sites the workers are at, by what registry and rulings say now."""
    nibs = sorted({group.host_nib or group.nib for group in groups})
    found = await registry.find_employers(conn, nibs)
    terms = await employer_terms.terms_of(conn, nibs, policy.period.number, civil_day(now))
    return {nib: replace(facts, terms=terms.get(nib, NO_TERMS)) for nib, facts in found.items()}


async def _tell(
    conn: Connection,
    kind: NoticeKind,
    touched: Sequence[life.Touched],
    period: PeriodId,
    at: datetime,
) -> None:
    counts = Counter(each.nib for each in touched)
    if counts:
        outcome = RulesChange.UNFIT if kind is NoticeKind.SUSPENDED else None
        await add_notices(
            conn, counts, kind=kind, at=at, until_at=None, outcome=outcome, period_id=period
        )
