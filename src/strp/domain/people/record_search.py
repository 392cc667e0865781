"""What an auditor may ask the record: who acted, what was done, to what, when."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from strp.domain.errors import FieldError, InvalidInput
from strp.domain.people.account import Actor, ActorKind, Role
from strp.domain.text import Text

RECORDS_PER_PAGE: Final = 50
WITHOUT_NAME: Final = timedelta(days=7)
"""A search that names neither who acted nor a subject looks back so far, where it says no day."""
_ACTOR: Final = re.compile(r"(account|key):[0-9]{1,18}|operator|[a-z]{1,20}")
_ACTION: Final = re.compile(r"[a-z]+(-[a-z]+){0,5}")
_SUBJECT: Final = re.compile(r"[a-z-]{1,30}(:[0-9A-Za-z-]{1,20}){0,2}")
_NIK: Final = re.compile(r"[0-9]{16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSearch:
    """What is looked for; what is empty is not asked about.

    Args:
        actor: who acted: `account:7`, `key:3`, `operator`.
        action: what was done: `workers-seen`.
        subject: what it was done to: `application:12`.
        from_at: aware time, included.
        until_at: aware time, not included.
    """

    actor: str = ""
    action: str = ""
    subject: str = ""
    from_at: datetime | None = None
    until_at: datetime | None = None


def may_read_record(actor: Actor) -> bool:
    """Whether the actor searches the record: auditors, who change nothing, and the operator."""
    return actor.kind is ActorKind.OPERATOR or actor.role is Role.AUDITOR


def check_search(search: RecordSearch) -> None:
    """Refuse what no record can hold; a search is recorded itself, so it names nobody either.

    Args:
        search: as typed.

    Raises:
        InvalidInput: `record-search`.
    """
    rules = (("actor", _ACTOR, search.actor), ("action", _ACTION, search.action))
    wrong = [
        FieldError(name, "invalid", _EXAMPLES)
        for name, rule, typed in (*rules, ("subject", _SUBJECT, search.subject))
        if typed and (not rule.fullmatch(typed) or _NIK.search(typed))
    ]
    if wrong:
        raise InvalidInput("record-search", _EXAMPLES, fields=wrong)


def begins_at(search: RecordSearch, now: datetime) -> datetime | None:
    """From when on a search looks.

    Args:
        search: as asked.
        now: aware time.
    """
    if search.from_at is not None or search.actor or search.subject:
        return search.from_at
    return (search.until_at or now) - WITHOUT_NAME


_EXAMPLES = Text(
    id="Tulis seperti dalam catatan: pelaku account:7, tindakan workers-seen, objek "
    "application:12. Nama, NIK, dan alamat surel tidak ada di catatan.",
    en="Write it as the record does: actor account:7, action workers-seen, subject "
    "application:12. Names, NIK and e-mail addresses are not in the record.",
)
