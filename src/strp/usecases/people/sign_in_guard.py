"""What keeps strangers from guessing codes and from keeping others out, inside a transaction.

Counts stand in the database, so they hold over all processes and machines.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import structlog

from strp.domain.people.guessing import (
    LINK_SECRET_BYTES,
    SIGN_IN_LETTERS_PER_BLOCK,
    WRONG_CLAIM_CODES_IN_ALL,
    WRONG_CODES_IN_ALL,
    WRONG_CODES_PER_BLOCK,
    WRONG_CODES_PER_MAILBOX,
    GuessLimit,
    LetterKind,
    NextLetter,
    are_codes_replaced,
    count_wrong_code,
    link_lane,
    mailbox_of,
    next_letter,
    recent,
)
from strp.domain.rate_limit import RateLimit
from strp.outside.proof_of_work import ProofKeys, new_challenge, solved_challenge
from strp.store.engine.database import Connection
from strp.store.people import sign_in_guard
from strp.store.people.accounts import find_account_by_email
from strp.usecases.notices.email_addresses import email_index
from strp.usecases.people.authenticate import token_hash
from strp.usecases.process.shared_limits import count
from strp.usecases.process.system import System

log = structlog.get_logger()
PROOF_LIFE_S = 300
PROOF_TRIES = 20_000
"""About a second of one core; four workers of a phone's browser take about as long."""
_IN_ALL = "all"


class Scope(NamedTuple):
    """One count of wrong codes.

    Args:
        name: what is counted; for the log, without a subject.
        key: keyed index that finds the count, 16 bytes.
        limit: of the count.
    """

    name: str
    key: bytes
    limit: GuessLimit


def scopes_of(system: System, mailbox: str, client_block: str) -> tuple[Scope, ...]:
    """The counts that a wrong code goes into, always in this order.

    Args:
        system: the installation.
        mailbox: `mailbox_of` the address, or another subject of codes.
        client_block: of whoever types the code.
    """
    named = (
        ("mailbox", mailbox, WRONG_CODES_PER_MAILBOX),
        ("block", client_block, WRONG_CODES_PER_BLOCK),
        (_IN_ALL, _IN_ALL, WRONG_CODES_IN_ALL),
    )
    return tuple(
        Scope(name, system.keys.index(f"WRONG:{name} {subject}"), limit)
        for name, subject, limit in named
    )


def claim_scopes(system: System) -> tuple[Scope, ...]:
    """The count that a wrong code of a claim goes into; letters bound the others."""
    return (Scope("claims", system.keys.index("WRONG:claims"), WRONG_CLAIM_CODES_IN_ALL),)


async def codes_are_replaced(conn: Connection, system: System, scopes: Sequence[Scope]) -> bool:
    """Whether something else takes the place of codes in one of these scopes."""
    found = await sign_in_guard.find_wrong_codes(conn, [scope.key for scope in scopes])
    now = system.clock()
    return any(are_codes_replaced(each.limit, found.get(each.key), now) for each in scopes)


async def count_wrong(conn: Connection, system: System, scopes: Sequence[Scope]) -> None:
    """Count a wrong code in all its scopes.

    Args:
        conn: the use case's transaction, which must commit.
        system: the installation.
        scopes: in the order of `scopes_of`, so that two transactions never wait for each other.
    """
    now = system.clock()
    for scope in scopes:
        so_far = await sign_in_guard.lock_wrong_codes(conn, scope.key, now)
        counted = count_wrong_code(scope.limit, so_far, now)
        await sign_in_guard.save_wrong_codes(conn, scope.key, counted)
        if counted.wrong == scope.limit.most:
            log.warning("codes_replaced", scope=scope.name, wrong_codes=counted.wrong)


async def wrong_codes_in_all(conn: Connection, system: System) -> int:
    """Wrong codes of this hour, for whoever watches."""
    scope = scopes_of(system, "", "")[-1]
    found = await sign_in_guard.find_wrong_codes(conn, [scope.key])
    counted = found.get(scope.key)
    return counted.wrong if counted is not None and system.clock() < counted.ends_at else 0


async def wrong_codes_now(system: System) -> int:
    """The same, for who has no connection."""
    async with system.database.connection() as conn:
        return await wrong_codes_in_all(conn, system)


async def decide_letter(
    conn: Connection, system: System, address: str, *, codes_replaced: bool
) -> NextLetter:
    """What somebody who asks for a letter is sent; counts it, and locks the mailbox.

    Args:
        conn: the use case's transaction.
        system: the installation.
        address: one spelling, as accounts are found by it.
        codes_replaced: whether links take the place of codes.
    """
    now = system.clock()
    mailbox = _mailbox_index(system, address)
    code_letters_at = await sign_in_guard.lock_letters(conn, mailbox, now)
    last_link_at = await sign_in_guard.last_unused_link(conn, await _lane(conn, system, address))
    letter = next_letter(code_letters_at, last_link_at, codes_replaced=codes_replaced, now=now)
    if letter.kind is LetterKind.CODE:
        await sign_in_guard.save_letters(conn, mailbox, [*recent(code_letters_at, now), now])
    return letter


async def issue_link(conn: Connection, system: System, address: str) -> str:
    """Draw the secret of a link and store its hash.

    Args:
        conn: the use case's transaction.
        system: the installation.
        address: whom the link signs in.

    Returns:
        The secret, for the letter alone; letters, digits, `-` and `_`.
    """
    secret = secrets.token_urlsafe(LINK_SECRET_BYTES)
    key = token_hash(secret)
    sealed = system.keys.seal(address.encode(), _link_aad(key))
    lane = await _lane(conn, system, address)
    await sign_in_guard.add_link(conn, key, lane, sealed, system.clock())
    return secret


def open_link(system: System, key: bytes, email_sealed: bytes) -> str:
    """The address that a stored link signs in.

    Args:
        key: under which the link is stored; the envelope is bound to it.
        email_sealed: the envelope.
    """
    return system.keys.open(email_sealed, _link_aad(key)).decode()


async def charge_block(conn: Connection, system: System, client_block: str, proof: str) -> bool:
    """Count one more letter for an address block; False where it takes a proof of work.

    Whoever computes never waits for what others of the block ask for: each proof brings a letter.

    Args:
        conn: the use case's transaction.
        system: the installation.
        client_block: of whoever asks.
        proof: of work, or empty.
    """
    if not await count(conn, system, SIGN_IN_LETTERS_PER_BLOCK, f"sign-in from {client_block}"):
        return True
    solved = solved_challenge(proof, _proof_keys(system)) if proof else None
    if solved is None:
        return False
    once = RateLimit(burst=1, interval=timedelta(seconds=2 * PROOF_LIFE_S))
    return not await count(conn, system, once, f"sign-in proof {solved.hex()}")


def proof_challenge(system: System) -> dict[str, Any]:
    """A challenge whose proof brings a letter, good for PROOF_LIFE_S."""
    return new_challenge(_proof_keys(system), PROOF_LIFE_S, least_tries=PROOF_TRIES)


async def end_links(conn: Connection, system: System, address: str) -> None:
    """End the links in letters to the address of an account that is closed.

    Args:
        conn: the use case's transaction.
        system: the installation.
        address: of the account.
    """
    await sign_in_guard.remove_links(conn, await _lane(conn, system, address))


def _proof_keys(system: System) -> ProofKeys:
    return ProofKeys(
        challenge=system.keys.mac("sign-in-proof", b"challenge"),
        solution=system.keys.mac("sign-in-proof", b"solution"),
    )


async def _lane(conn: Connection, system: System, address: str) -> bytes:
    account = await find_account_by_email(conn, email_index(system, address))
    return system.keys.index(f"LETTERS:{link_lane(address, has_account=account is not None)}")


def _mailbox_index(system: System, address: str) -> bytes:
    return system.keys.index(f"LETTERS:mailbox {mailbox_of(address)}")


def _link_aad(key: bytes) -> bytes:
    return b"sign-in-link:" + key
