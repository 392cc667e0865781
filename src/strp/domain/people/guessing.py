"""How many codes strangers may guess, and how many letters they may have sent to somebody.

Nobody is refused for what others did. Past a limit, a link with a secret that nobody can guess
takes the place of the code, in the letters for that mailbox, for the network that guesses, or for
everybody. See docs/decisions/sign-in-under-attack.md for the figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from strp.domain.rate_limit import CLOCK_SLACK, RateLimit


@dataclass(frozen=True, slots=True, kw_only=True)
class GuessLimit:
    """At most `most` wrong codes in a span of time; then links instead of codes for one span."""

    most: int
    span: timedelta


# A guess is right once in a million: 0.001 hits a day for a mailbox, 0.0012 for an address block,
# and 0.012 for all blocks of the world together.
WRONG_CODES_PER_MAILBOX: Final = GuessLimit(most=1000, span=timedelta(days=1))
WRONG_CODES_PER_BLOCK: Final = GuessLimit(most=50, span=timedelta(hours=1))
WRONG_CODES_IN_ALL: Final = GuessLimit(most=500, span=timedelta(hours=1))
WRONG_CLAIM_CODES_IN_ALL: Final = GuessLimit(most=500, span=timedelta(hours=1))
"""At all employers together: past it an officer decides claims, as they may be asked to anyway."""

# Letters for one mailbox in any hour: 22 codes, then a link each quarter of an hour to the address
# as it is spelled, and as many to all its other spellings together: 30.
LETTERS_COUNTED_FOR: Final = timedelta(hours=1)
CODE_LETTERS_PER_HOUR: Final = 22
LINK_INTERVAL: Final = timedelta(minutes=15)
LINK_LIFE: Final = timedelta(minutes=30)
LINK_SECRET_BYTES: Final = 24

SIGN_IN_LETTERS_PER_BLOCK: Final = RateLimit(burst=300, interval=timedelta(seconds=1))
"""Letters that one address block has sent without proof of work; with it, each pays for itself."""


class WrongCodes(NamedTuple):
    """Wrong codes counted so far.

    Args:
        wrong: how many.
        ends_at: from then on the count begins anew.
    """

    wrong: int
    ends_at: datetime


def count_wrong_code(limit: GuessLimit, so_far: WrongCodes | None, now: datetime) -> WrongCodes:
    """Count one more wrong code.

    Args:
        limit: whose count it is.
        so_far: the count before, if there is one.
        now: aware time.

    Returns:
        What to remember. In any span at most twice the limit is counted, over many spans the limit
        for each: once it is reached, codes are refused for a whole span.
    """
    if so_far is None or not _counts(limit, so_far, now):
        so_far = WrongCodes(0, now + limit.span)
    wrong = so_far.wrong + 1
    return WrongCodes(wrong, now + limit.span if wrong == limit.most else so_far.ends_at)


def are_codes_replaced(limit: GuessLimit, so_far: WrongCodes | None, now: datetime) -> bool:
    """Whether links take the place of codes.

    Args:
        limit: whose count it is.
        so_far: the count, if there is one.
        now: aware time.
    """
    return so_far is not None and _counts(limit, so_far, now) and so_far.wrong >= limit.most


def _counts(limit: GuessLimit, so_far: WrongCodes, now: datetime) -> bool:
    """Whether a count goes on; one that ends later than it can is of a clock that stepped back."""
    return now < so_far.ends_at <= now + limit.span + CLOCK_SLACK


class LetterKind(StrEnum):
    """What a letter holds, to sign in with."""

    CODE = "code"
    LINK = "link"


class NextLetter(NamedTuple):
    """The answer to somebody who asks for a letter.

    Args:
        kind: what signs in.
        is_sent: whether a letter goes out; if not, the last one holds a link that is still good.
    """

    kind: LetterKind
    is_sent: bool


def next_letter(
    code_letters_at: Sequence[datetime],
    last_link_at: datetime | None,
    *,
    codes_replaced: bool,
    now: datetime,
) -> NextLetter:
    """What somebody who asks for a letter is sent.

    Args:
        code_letters_at: when letters with codes were sent to the mailbox.
        last_link_at: when the last link was sent that nobody has used.
        codes_replaced: whether codes are off for the mailbox, the asker's network or everybody.
        now: aware time.
    """
    if not codes_replaced and len(recent(code_letters_at, now)) < CODE_LETTERS_PER_HOUR:
        return NextLetter(LetterKind.CODE, is_sent=True)
    is_due = last_link_at is None or not now - LINK_INTERVAL < last_link_at <= now + CLOCK_SLACK
    return NextLetter(LetterKind.LINK, is_sent=is_due)


def recent(letters_at: Sequence[datetime], now: datetime) -> list[datetime]:
    """The letters that count: those of the last hour.

    Args:
        letters_at: aware times of letters with codes to one mailbox.
        now: aware.
    """
    return [at for at in letters_at if now - LETTERS_COUNTED_FOR < at <= now + CLOCK_SLACK]


_WITHOUT_DOTS: Final = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


def mailbox_of(address: str) -> str:
    """The mailbox that an address most likely leads to, for counting alone.

    `hr+1@…` and `hr+2@…` are one mailbox nearly everywhere, and at Google dots make no difference.
    Accounts are never found by it: where it is wrong, two people share a limit and nothing else.

    Args:
        address: as `domain.account.parse_email` gives it.
    """
    local, _, domain = address.partition("@")
    local = local.partition("+")[0] or local
    if domain in _WITHOUT_DOTS:
        return f"{local.replace('.', '')}@{_WITHOUT_DOTS[domain]}"
    return f"{local}@{domain}"


def link_lane(address: str, *, has_account: bool) -> str:
    """Who shares one link each quarter of an hour.

    An account never waits for a link that somebody had sent to another spelling; spellings that
    have no account share one, or there would be as many letters as spellings.

    Args:
        address: as `parse_email` gives it.
        has_account: whether somebody signs in with exactly this address.
    """
    mailbox = mailbox_of(address)
    return f"link to {address}" if has_account or address == mailbox else f"links of {mailbox}"
