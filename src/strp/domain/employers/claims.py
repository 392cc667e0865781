"""Claims to act for an employer: what is limited, and for whom.

A limit counts what is scarce for whoever asks, and never refuses a claim for what others did: the
claim of the true representative is kept however many strangers claim the same employer, and an
officer decides it where no letter can go. Accounts are free, so they alone count for nothing.

Guesses: a letter brings one code, good for CODE_ATTEMPTS guesses by one account. So one employer
meets (6 + 24) x 5 = 150 guesses a day however many claim it, 1 hit in 6,700 days; one block of
addresses has (30 + 720) x 5 = 3,750 guesses a day at all employers together, 1 hit in 270 days; all
blocks together 500 an hour (`guessing.WRONG_CLAIM_CODES_IN_ALL`), 1 hit in 83 days.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import NamedTuple

from strp.domain.errors import FieldError, InvalidInput, TooMany
from strp.domain.identifiers import Nib
from strp.domain.people.account import AccountId
from strp.domain.rate_limit import CLOCK_SLACK, RateLimit
from strp.domain.text import Text

CLAIMS_PER_BLOCK = RateLimit(burst=30, interval=timedelta(seconds=2))
"""30 a minute; past them each account of the block has a turn of its own, two seconds apart."""
TURNS_AHEAD = timedelta(minutes=10)
"""300 turns of a block: whoever comes later is told to come back, and given none yet."""
TURN_KEPT = timedelta(minutes=1)
"""How long after its time a turn is good: for a person who reads the page again, and no longer, or
turns could be gathered and used all at once."""
CLAIMS_PER_ACCOUNT = RateLimit(burst=10, interval=timedelta(minutes=10))
LETTERS_PER_EMPLOYER = RateLimit(burst=6, interval=timedelta(hours=1))
LETTERS_PER_BLOCK = RateLimit(burst=30, interval=timedelta(minutes=2))
LETTERS_PER_BLOCK_AND_EMPLOYER = RateLimit(burst=3, interval=timedelta(hours=2))
"""One block alone cannot use up the letters of an employer."""
UNCONFIRMED_KEPT = timedelta(days=30)
"""A claim whose code nobody typed for so long is forgotten; it can be made again."""
CLAIMS_PER_PAGE = 50


class ClaimTurn(NamedTuple):
    """When an account of a block may claim.

    Args:
        wait_s: whole seconds until then; 0 for now.
        busy_until: what to remember of the block.
    """

    wait_s: int
    busy_until: datetime

    @property
    def is_too_far(self) -> bool:
        """Whether so many of the block wait that no turn is given now."""
        return self.wait_s > TURNS_AHEAD.total_seconds()


def next_turn(busy_until: datetime, now: datetime) -> ClaimTurn:
    """The next free turn of a block of addresses: refused tries would go to whoever tries most.

    Args:
        busy_until: what the last turn said to remember: when all of the burst is free again. One
            much later than that can be is of a clock that stepped back, and not believed.
        now: aware time.

    Source: ITU-T I.371 Annex A, as `decide_rate`; what does not conform is put off, not dropped.
    """
    whole = CLAIMS_PER_BLOCK.burst * CLAIMS_PER_BLOCK.interval
    if busy_until > now + whole + TURNS_AHEAD + CLOCK_SLACK:
        busy_until = now
    following = max(busy_until, now) + CLAIMS_PER_BLOCK.interval
    wait = max(following - whole - now, timedelta(0))
    return ClaimTurn(ceil(wait.total_seconds()), following)


class LetterState(StrEnum):
    """Whether a code went to the employer's address for a claim."""

    SENT = "sent"
    NOT_NOW = "not-now"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLetter:
    """What became of the letter that a claim asks for.

    Args:
        state: whether it went just now.
        to: masked address in the registry.
        retry_after_s: seconds until one may go; 0 where it went.
    """

    state: LetterState
    to: str
    retry_after_s: int = 0


class ClaimPlace(NamedTuple):
    """Where a claim stands in the officers' list: by age, then by employer and account."""

    claimed_at: datetime
    nib: Nib
    account_id: AccountId


BEFORE_ALL = ClaimPlace(datetime.min.replace(tzinfo=UTC), Nib(0), AccountId(0))


def too_many_claims(retry_after_s: int) -> TooMany:
    """The error for claiming more employers than one account or address may at a time."""
    return TooMany(
        "too-many-claims",
        Text(
            id="Terlalu banyak klaim dari alamat jaringan atau akun ini. Coba lagi "
            f"{retry_after_s} detik lagi; klaim yang sudah ada tetap tersimpan.",
            en="Too many claims from this network address or account. Try again in "
            f"{retry_after_s} s; claims made before are kept.",
        ),
        retry_after_s=retry_after_s,
    )


def claim_codes_off() -> InvalidInput:
    """The error for a claim's code while somebody guesses at many employers."""
    text = Text(
        id="Ada yang menebak-nebak kode, jadi kode klaim tidak diterima untuk sementara. Minta "
        "petugas memutuskan, atau coba lagi satu jam lagi dengan kode baru.",
        en="Somebody is guessing codes, so codes of claims are off for a while. Ask an officer to "
        "decide, or try again in an hour with a new code.",
    )
    return InvalidInput(
        "claim-codes-off", text, fields=[FieldError("code", "claim-codes-off", text)]
    )
