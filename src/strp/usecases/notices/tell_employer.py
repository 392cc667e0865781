"""Telling an employer what happened: one call, inside the transaction that did it."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time

from strp.domain.certificates.certificate import last_minute
from strp.domain.civil_time import WIB
from strp.domain.identifiers import ApplicationId, Nib, PeriodId
from strp.domain.notices.notice import Notice, NoticeKind, RulesChange
from strp.domain.people.account import AccountId
from strp.domain.rules.filing_rules import Unfit
from strp.domain.screening.evidence import EvidenceState, RefusalGround
from strp.domain.screening.policy_effects import Touched
from strp.store.engine.database import Connection
from strp.store.notices.notices import add_notice, add_notices, periods_of


async def tell_employer(
    conn: Connection,
    kind: NoticeKind,
    nib: Nib,
    *,
    at: datetime,
    application_id: ApplicationId | None = None,
    account_id: AccountId | None = None,
    count: int = 1,
    until_at: datetime | None = None,
    outcome: str | None = None,
    other_nib: Nib | None = None,
    period_id: PeriodId | None = None,
) -> None:
    """Have everybody who acts for an employer told; letters are written and sent by the worker.

    Args:
        conn: the transaction of what happened: it is told if and only if it commits, and once.
        kind: what happened; its letter is in `domain/notices/notice_letters.py`.
        nib: of the employer.
        at: aware time.
        application_id: of the filing, where it is about one; the letter leads to its receipt.
        account_id: who alone is told, such as who objected; None: everybody.
        count: certificates or workers that it is about.
        until_at: aware; until when it lasts, or from when rules hold.
        outcome: of an objection ("upheld", "rejected"; None: filed), of evidence or a hosting.
        other_nib: another employer that it is about.
        period_id: that it is about, where it is about no filing.
    """
    await add_notice(
        conn,
        Notice(
            at=at,
            kind=kind,
            nib=nib,
            application_id=application_id,
            account_id=account_id,
            count=count,
            until_at=until_at,
            outcome=outcome,
            other_nib=other_nib,
            period_id=period_id,
        ),
    )


async def tell_of_rules(conn: Connection, touched: Touched, *, at: datetime) -> None:
    """Tell employers of a change of the rules that touches them: one letter for each effect.

    Args:
        conn: the transaction that changes the rules.
        touched: who is touched by what.
        at: aware time.
    """
    for change, counts in touched.periods:
        # That of an exercise follows today and has no last day to tell.
        open_ended = change.period.exercise and change.prolonged
        await add_notices(
            conn,
            counts,
            kind=NoticeKind.PROLONGED if change.prolonged else NoticeKind.RULES,
            at=at,
            until_at=None if open_ended else last_minute(change.period),
            outcome=None if change.prolonged else RulesChange.SHORTENED,
            period_id=change.period.number,
        )
    from_at = datetime.combine(touched.on, time.min, WIB)
    suspends = touched.unfit is not Unfit.RUN_OUT
    as_unfit = RulesChange.SUSPENDS if suspends else RulesChange.UNFIT
    for outcome, until_at, of_this in (
        (
            as_unfit,
            touched.suspended_at if suspends else from_at,
            {nib: unfit for nib, unfit in touched.employers.items() if unfit > 0},
        ),
        (
            RulesChange.CHANGED,
            from_at,
            {nib: unfit for nib, unfit in touched.employers.items() if unfit <= 0},
        ),
    ):
        await add_notices(
            conn,
            of_this,
            kind=NoticeKind.RULES,
            at=at,
            until_at=until_at,
            outcome=outcome,
            period_id=touched.compared,
        )


async def tell_of_evidence(
    conn: Connection, nib: Nib, came_to: EvidenceState | RefusalGround, *, at: datetime
) -> None:
    """Tell an employer that its evidence is decided.

    Args:
        conn: the transaction that decides.
        nib: of the employer.
        came_to: accepted, or why it was refused.
        at: aware time.
    """
    await tell_employer(conn, NoticeKind.EVIDENCE, nib, at=at, outcome=came_to)


async def tell_of_certificates(
    conn: Connection,
    kind: NoticeKind,
    touched: Iterable[tuple[Nib, ApplicationId]],
    *,
    at: datetime,
) -> None:
    """Tell employers of certificates that changed: one letter an employer and period, with their
    number.

    Args:
        conn: the transaction that changed them.
        kind: what became of them.
        touched: employer and filing of each certificate.
        at: aware time.
    """
    counts = Counter(touched)
    periods = await periods_of(conn, list(counts))
    filings: dict[tuple[Nib, PeriodId], Counter[ApplicationId]] = {}
    for (nib, number), count in counts.items():
        filings.setdefault((nib, periods[number]), Counter())[number] += count
    for (nib, period), counted in filings.items():
        one = next(iter(counted)) if len(counted) == 1 else None
        await tell_employer(
            conn,
            kind,
            nib,
            at=at,
            application_id=one,
            count=counted.total(),
            period_id=None if one else period,
        )
