"""The record, searched by an auditor, who changes nothing; each search is recorded itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from strp.domain.people.account import (
    AccountId,
    Actor,
    ActorKind,
    Role,
    account_label,
    no_such_account,
    not_your_task,
)
from strp.domain.people.record_search import (
    RECORDS_PER_PAGE,
    RecordSearch,
    begins_at,
    check_search,
    may_read_record,
)
from strp.store import audit
from strp.store.audit import AuditEvent
from strp.store.people import accounts
from strp.usecases.notices.email_addresses import email_index, masked_address, read_email
from strp.usecases.process.system import System

_ACCOUNT = f"{ActorKind.ACCOUNT}:"


class KnownActor(NamedTuple):
    """An account that acted: its role, and its address as others may see it."""

    role: Role
    masked_email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRecords:
    """One page of the record.

    Args:
        events: the latest first.
        actors: the accounts among those who acted, by their label.
        next_before: for the page behind; None on the last one.
    """

    events: Sequence[AuditEvent]
    actors: Mapping[str, KnownActor]
    next_before: int | None


async def search_record(
    system: System, actor: Actor, search: RecordSearch, *, before: int | None = None
) -> FoundRecords:
    """Look into the record.

    Args:
        system: the installation.
        actor: an auditor, or the operator.
        search: what is looked for.
        before: `next_before` of the page before.

    Raises:
        Forbidden: the actor may not read the record.
        InvalidInput: `record-search`.
    """
    _permit(actor)
    check_search(search)
    now = system.clock()
    async with system.database.transaction() as conn:
        found = await audit.search_events(
            conn,
            actor=search.actor,
            action=search.action,
            subject=search.subject,
            from_at=begins_at(search, now),
            until_at=search.until_at,
            before=before,
            limit=RECORDS_PER_PAGE + 1,
        )
        events = found[:RECORDS_PER_PAGE]
        labels = {each.actor for each in events if each.actor.startswith(_ACCOUNT)}
        numbers = [AccountId(int(label.removeprefix(_ACCOUNT))) for label in labels]
        known = await accounts.find_accounts(conn, numbers)
        detail = {"actor": search.actor, "action": search.action, "subject": search.subject}
        await audit.record(
            conn,
            at=now,
            actor=actor.label,
            action="record-searched",
            subject="record",
            detail={name: asked for name, asked in detail.items() if asked},
        )
    return FoundRecords(
        events=events,
        actors={
            account_label(number): KnownActor(each.role, masked_address(system, each))
            for number, each in known.items()
        },
        next_before=events[-1].event_id if len(found) > RECORDS_PER_PAGE else None,
    )


async def actor_of_address(system: System, actor: Actor, email: str) -> str:
    """How the record names the account of an address: `account:7`.

    Args:
        system: the installation.
        actor: an auditor, or the operator; asking is recorded.
        email: as typed.

    Raises:
        Forbidden: the actor may not read the record.
        InvalidInput: not an e-mail address.
        NotFound: no account has it.
    """
    _permit(actor)
    address = read_email(email)
    async with system.database.transaction() as conn:
        account = await accounts.find_account_by_email(conn, email_index(system, address))
        if account is None:
            raise no_such_account()
        label = account_label(account.account_id)
        await audit.record(
            conn, at=system.clock(), actor=actor.label, action="account-looked-up", subject=label
        )
    return label


def _permit(actor: Actor) -> None:
    if not may_read_record(actor):
        raise not_your_task()
