"""The row of policies: what each changes for an employer, a worker, somebody at a checkpoint.

Cases are data (`policies/replay/cases.yaml`). Each policy answers every case as its file says, on
its first day; the answer before is that of the policy before it, on the same day.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time
from enum import StrEnum
from typing import NamedTuple

from strp.domain.employers.caps import Staff, percent_or_word, quota_limit
from strp.domain.employers.employer import EmployerFacts, EmployerKind
from strp.domain.identifiers import Nib
from strp.domain.rules.checkpoint import Admits, CheckpointRule, Form, rule_on, shown_at
from strp.domain.rules.document import FieldReader, Located, PolicyMistake, Unsound
from strp.domain.rules.filing_rules import WorkerFiler
from strp.domain.rules.policy import Policy, precedence
from strp.domain.screening.screen import classify_sector
from strp.domain.screening.sector_of import SectorOutcome

NO_RULES = "no rules"


class Subject(StrEnum):
    """Whom a case is about."""

    EMPLOYER = "employer"
    WORKER = "worker"
    CHECKPOINT = "checkpoint"


class EmployerCase(NamedTuple):
    """An employer with its business classes, the main one first."""

    case: str
    kbli: tuple[str, ...]
    staff: Staff
    kind: EmployerKind = EmployerKind.PRIVATE
    edition: int = 2020


class WorkerCase(NamedTuple):
    """Somebody who asks for a permit.

    Args:
        who: `staff`, `partner` or the code of a group.
    """

    case: str
    who: str


class CheckpointCase(NamedTuple):
    """Somebody at a checkpoint.

    Args:
        at: kind of checkpoint.
        local: time of day in WIB.
        sector: of the certificate, or empty without one.
        group: that the person belongs to, or empty.
        carries: documents.
        printed: whether the certificate is on paper.
    """

    case: str
    at: str
    local: time
    sector: str = ""
    group: str = ""
    carries: frozenset[str] = frozenset()
    printed: bool = False


class Cases(NamedTuple):
    """Everything that is asked of each policy."""

    employers: tuple[EmployerCase, ...]
    workers: tuple[WorkerCase, ...]
    checkpoints: tuple[CheckpointCase, ...]


class Step(NamedTuple):
    """What one policy makes of one case, and the one before it."""

    date: date
    policy: str
    subject: Subject
    case: str
    before: str
    after: str

    @property
    def changes(self) -> bool:
        """Whether the policy changes the answer."""
        return self.before != self.after


def row_of(policies: Iterable[Policy]) -> list[Policy]:
    """Regulations in the order in which they come into force; exercises are left out."""
    return sorted((each for each in policies if not each.follows_today), key=precedence)


def replay(policies: Iterable[Policy], cases: Cases) -> Iterator[Step]:
    """Play a row of policies.

    Args:
        policies: in any order.
        cases: what is asked of each.

    Yields:
        A step for each policy and case, in the order of the row.
    """
    before: Policy | None = None
    for policy in row_of(policies):
        on = policy.effective_from
        for subject, case, was, now in _answers(before, policy, cases, on):
            yield Step(on, policy.policy_id, subject, case, was, now)
        before = policy


def _answers(
    before: Policy | None, after: Policy, cases: Cases, on: date
) -> Iterator[tuple[Subject, str, str, str]]:
    for employer in cases.employers:
        was, now = (of_employer(each, employer) for each in (before, after))
        yield Subject.EMPLOYER, employer.case, was, now
    for worker in cases.workers:
        was, now = (of_worker(each, worker, on) for each in (before, after))
        yield Subject.WORKER, worker.case, was, now
    for checkpoint in cases.checkpoints:
        was, now = (at_checkpoint(each, checkpoint, on) for each in (before, after))
        yield Subject.CHECKPOINT, checkpoint.case, was, now


def of_employer(policy: Policy | None, case: EmployerCase) -> str:
    """What a policy makes of an employer: outcome, sector, caps and whole workers by site type.

    Args:
        policy: None: before the first one.
        case: the employer.
    """
    if policy is None:
        return NO_RULES
    facts = EmployerFacts(
        nib=Nib(0),
        name=case.case,
        kbli=case.kbli,
        kbli_edition=case.edition,
        kind=case.kind,
        region=policy.territory.code,
        staff=case.staff,
    )
    found = classify_sector(policy, facts)
    if found.sector is None or found.outcome is SectorOutcome.EXEMPT:
        return f"{found.outcome.value} ({', '.join(found.reasons)})"
    caps = "/".join(str(percent_or_word(cap)) for cap in found.sector.caps)
    limit = quota_limit(case.staff, found.sector.caps, found.rounding)
    most = "/".join("all" if each is None else str(each) for each in limit)
    reasons = f" ({', '.join(found.reasons)})" if found.reasons else ""
    evidence = "".join(f"; {each.en}" for each in found.sector.evidence)
    return (
        f"{found.outcome.value} {found.sector.code} caps {caps} workers {most}{reasons}{evidence}"
    )


def of_worker(policy: Policy | None, case: WorkerCase, on: date) -> str:
    """What a policy tells somebody who works: who files, with what, until when it is valid.

    Args:
        policy: None: before the first one.
        case: who asks.
        on: civil day in Jakarta.
    """
    if policy is None:
        return NO_RULES
    group = policy.exempt_group(case.who)
    if group is not None and not group.only_at_checkpoints:
        return f"exempt: {group.show_instead.en}"
    filing = policy.filing
    filer = filing.partners if case.who == "partner" else filing.workers
    if filer is WorkerFiler.NOBODY:
        return "nobody files"
    hours = policy.company_hours
    served = f"{hours.opens:%H:%M}-{hours.closes:%H:%M}" if hours else "round the clock"
    documents = ", ".join(map(str, policy.worker_documents))
    asked = f"; with {documents}" if documents else ""
    over = " (over)" if policy.period.ends_on < on else ""
    until = f"; valid until {policy.period.ends_on}{over}"
    return f"{filer.value} files, {served}, within {policy.sla_hours} h{asked}{until}"


def at_checkpoint(policy: Policy | None, case: CheckpointCase, on: date) -> str:
    """What happens to somebody at a checkpoint.

    Args:
        policy: None: before the first one.
        case: who comes where, and when.
        on: civil day in Jakarta.
    """
    if policy is None:
        return NO_RULES
    holidays = {holiday.on for holiday in policy.holidays}
    rule = rule_on(policy.checkpoints, case.at, on, holidays)
    if rule is None:
        return "no check"
    return _passes(rule, case, is_over=policy.period.ends_on < on)


def _passes(rule: CheckpointRule, case: CheckpointCase, *, is_over: bool) -> str:
    now = shown_at(rule, case.local, case.sector or None)
    if now.window.admits is Admits.EVERYONE:
        return "passes (everyone)"
    if case.group and case.group in now.without:
        return "passes by card"
    instead = [code for code in now.instead if code in case.carries]
    if instead:
        return f"passes with {instead[0]}"
    if not case.sector:
        return "stopped: no STRP"
    if is_over:
        return "stopped: STRP expired"
    if now.window.admits is Admits.SECTORS and case.sector not in now.window.sectors:
        return "stopped: not at this hour"
    if rule.form is Form.PRINTED and not case.printed:
        return "stopped: must be printed"
    missing = [code for code in now.also if code not in case.carries]
    return f"stopped: carries no {missing[0]}" if missing else "passes with STRP"


def read_cases(document: Located) -> Cases | Unsound:
    """Read what is asked of each policy.

    Returns:
        The cases, or every mistake.
    """
    mistakes: list[PolicyMistake] = []
    reader = FieldReader(document, "", mistakes, document)
    reader.only("employers", "workers", "checkpoints")
    cases = Cases(
        employers=tuple(_employer(row) for row in reader.field("employers").rows()),
        workers=tuple(_worker(row) for row in reader.field("workers").rows()),
        checkpoints=tuple(_checkpoint(row) for row in reader.field("checkpoints").rows()),
    )
    return Unsound(tuple(sorted(set(mistakes)))) if mistakes else cases


def _employer(reader: FieldReader) -> EmployerCase:
    reader.only("case", "kbli", "edition", "kind", "service", "administration")
    kind, edition = reader.field("kind"), reader.field("edition")
    return EmployerCase(
        case=reader.field("case").string(),
        kbli=tuple(row.digits(2, 5) for row in reader.field("kbli").rows()),
        staff=Staff(*(_staff(reader.field(site)) for site in ("service", "administration"))),
        kind=kind.choice(EmployerKind) if kind.given else EmployerKind.PRIVATE,
        edition=edition.number(1968, 2100) if edition.given else 2020,
    )


def _staff(reader: FieldReader) -> int | None:
    return reader.number(0, 10_000_000) if reader.given else None


def _worker(reader: FieldReader) -> WorkerCase:
    reader.only("case", "who")
    return WorkerCase(reader.field("case").string(), reader.field("who").word())


def _checkpoint(reader: FieldReader) -> CheckpointCase:
    reader.only("case", "at", "time", "sector", "group", "carries", "printed")
    sector, group, printed = (reader.field(name) for name in ("sector", "group", "printed"))
    return CheckpointCase(
        case=reader.field("case").string(),
        at=reader.field("at").word(),
        local=reader.field("time").clock(),
        sector=sector.string() if sector.given else "",
        group=group.word() if group.given else "",
        carries=frozenset(_words(reader.field("carries"))),
        printed=printed.yes() if printed.given else False,
    )


def _words(reader: FieldReader) -> Sequence[str]:
    return [row.word() for row in reader.rows()] if reader.given else ()
