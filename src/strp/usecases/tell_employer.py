"""Telling an employer what happened: one call, inside the transaction that did it."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from strp.domain.account import AccountId
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.notices import Notice, NoticeKind
from strp.store.database import Connection
from strp.store.notices import add_notice


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
) -> None:
    """Have everybody who acts for an employer told; letters are written and sent by the worker.

    Args:
        conn: the transaction of what happened: it is told if and only if it commits, and once.
        kind: what happened; its letter is in `domain/notice_letters.py`.
        nib: of the employer.
        at: aware time.
        application_id: of the filing, where it is about one; the letter leads to its receipt.
        account_id: who alone is told, such as who objected; None: everybody.
        count: certificates or workers that it is about.
        until_at: aware; until when it lasts, or from when rules hold.
        outcome: of an objection: "upheld", "rejected"; None: filed.
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
        ),
    )


async def tell_of_certificates(
    conn: Connection,
    kind: NoticeKind,
    touched: Iterable[tuple[Nib, ApplicationId]],
    *,
    at: datetime,
) -> None:
    """Tell employers of certificates that changed: one letter an employer, with their number.

    Args:
        conn: the transaction that changed them.
        kind: what became of them.
        touched: employer and filing of each certificate.
        at: aware time.
    """
    filings: dict[Nib, Counter[ApplicationId]] = {}
    for nib, application_id in touched:
        filings.setdefault(nib, Counter())[application_id] += 1
    for nib, counted in filings.items():
        one = next(iter(counted)) if len(counted) == 1 else None
        await tell_employer(conn, kind, nib, at=at, application_id=one, count=counted.total())
