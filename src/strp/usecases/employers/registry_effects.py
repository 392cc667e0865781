"""What a change of the registry changes for those who are let in, in the transaction that makes it.

A refusal tells companies to correct their business class; once the extract brings the corrected
one, who waits is screened again, and what stands as the policy says of who fits no more.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from strp.domain.civil_time import civil_day
from strp.domain.employers.caps import QuotaLimit, QuotaUse
from strp.domain.employers.employer import NO_TERMS, EmployerFacts
from strp.domain.identifiers import Nib
from strp.domain.people.account import Actor
from strp.domain.rules.filing_rules import Unfit
from strp.domain.rules.policy import Policy
from strp.domain.screening.policy_effects import Touched, misfits, standing_of
from strp.domain.screening.screen import classify_sector
from strp.domain.screening.standing import SETTLED_AFTER, due_at, places_of
from strp.store.certificates import rescreenings as store
from strp.store.employers import registry
from strp.store.employers import terms as employer_terms
from strp.store.engine.database import Connection
from strp.store.rules import policy_changes
from strp.usecases.notices.tell_employer import tell_of_rules
from strp.usecases.rules.effects import rules_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Reclassified:
    """An employer whose class, caps or kind the registry changes.

    Args:
        sector_before: code of the sector, or `N`, `X`, `U`.
        sector_after: the same by the new line.
        places_before: most workers by site type; None: any number.
        places_after: the same by the new line.
        workers: let in or waiting in the period in force.
        no_longer_fit: those of them for whom there is no room any more.
    """

    nib: Nib
    sector_before: str
    sector_after: str
    places_before: QuotaLimit
    places_after: QuotaLimit
    workers: int
    no_longer_fit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryEffects:
    """What an extract changes for the rules.

    Args:
        reclassified: those with most workers who no longer fit first.
        absent: employers of the registry of whom no line speaks; they stay as they are.
        absent_with_workers: those of them with workers let in or waiting.
        unfit: what becomes of certificates whose workers no longer fit.
        suspended_at: aware; when, where they are suspended.
    """

    reclassified: tuple[Reclassified, ...] = ()
    absent: int = 0
    absent_with_workers: int = 0
    unfit: Unfit = Unfit.RUN_OUT
    suspended_at: datetime | None = None


async def measure_lines(conn: Connection, now: datetime) -> tuple[RegistryEffects, Policy | None]:
    """Compare the lines of an import with the registry, before it is brought up to them.

    Args:
        conn: the transaction of the import.
        now: aware time.

    Returns:
        What changes, and the rules that it was judged by; nothing where none are in force.
    """
    policy = (await rules_of(conn, civil_day(now))).in_force(civil_day(now))
    missing = await registry.absent(conn)
    if policy is None:
        return RegistryEffects(absent=len(missing)), None
    period = policy.period.number
    changes = await registry.reclassified(conn)
    nibs = [before.nib for before, _ in changes]
    terms = await employer_terms.terms_of(conn, nibs, period, civil_day(now))
    used = await policy_changes.use_of(conn, period, nibs)
    found = []
    for pair in changes:
        before, after = (replace(each, terms=terms.get(each.nib, NO_TERMS)) for each in pair)
        if standing_of(policy, before) != standing_of(policy, after):
            found.append(_compare(policy, before, after, used.get(before.nib, QuotaUse())))
    effects = RegistryEffects(
        reclassified=tuple(sorted(found, key=lambda each: (-each.no_longer_fit, -each.workers))),
        absent=len(missing),
        absent_with_workers=len(await policy_changes.use_of(conn, period, missing)),
        unfit=policy.unfit.then,
        suspended_at=due_at(policy.unfit, asked_at=now, from_at=now),
    )
    return effects, policy


async def ask_after_import(
    conn: Connection,
    actor: Actor,
    import_id: int,
    policy: Policy,
    effects: RegistryEffects,
    now: datetime,
) -> None:
    """Have those whom an import touches told and screened again, in the same transaction.

    Args:
        conn: the transaction of the import.
        actor: who imports.
        import_id: its number.
        policy: the rules in force.
        effects: what the import changes.
        now: aware time.
    """
    if not effects.reclassified or effects.suspended_at is None:
        return
    period, nibs = policy.period.number, [each.nib for each in effects.reclassified]
    with_workers = {each.nib: each.no_longer_fit for each in effects.reclassified if each.workers}
    touched = Touched(
        periods=(),
        employers=with_workers,
        compared=period,
        on=civil_day(now),
        unfit=effects.unfit,
        suspended_at=effects.suspended_at,
    )
    await tell_of_rules(conn, touched, at=now)
    guests = await policy_changes.guests_of(conn, period, nibs)
    unfit = [nib for nib, count in with_workers.items() if count]
    narrower = [each.nib for each in effects.reclassified if _is_narrower(each)]
    unfit += await policy_changes.guests_of(conn, period, narrower)
    changed = sorted({*with_workers, *guests})
    # Who waits, and who fits again, soon; who fits no more, when the policy says.
    times = {Unfit.RUN_OUT: now + SETTLED_AFTER, effects.unfit: effects.suspended_at}
    for then, due in times.items():
        number = await store.ask(
            conn,
            cause="registry",
            subject=str(import_id),
            period=period,
            unfit=then,
            before=None,
            actor=actor.label,
            asked_at=now,
            due_at=due,
        )
        suspends = then is not Unfit.RUN_OUT
        await store.plan(conn, number, unfit if suspends else [], changed, and_suspended=False)


def _is_narrower(each: Reclassified) -> bool:
    """Whether fewer may be at an employer's sites than before."""
    pairs = zip(each.places_before, each.places_after, strict=True)
    return any(after is not None and (before is None or after < before) for before, after in pairs)


def _compare(
    policy: Policy, before: EmployerFacts, after: EmployerFacts, use: QuotaUse
) -> Reclassified:
    return Reclassified(
        nib=before.nib,
        sector_before=classify_sector(policy, before).sector_code,
        sector_after=classify_sector(policy, after).sector_code,
        places_before=places_of(policy, before),
        places_after=places_of(policy, after),
        workers=use.service + use.administration,
        no_longer_fit=max(0, misfits(policy, after, use) - misfits(policy, before, use)),
    )
