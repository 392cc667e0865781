"""Who sent a request: the session behind a cookie, or the employer behind an API key."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from strp.domain.civil_time import civil_day
from strp.domain.people.account import Actor, ActorKind
from strp.domain.people.api_key import is_api_key
from strp.domain.people.second_factor import Factor, needs_second_factor, passkey_removed
from strp.domain.people.sign_in import SessionToken, session_ends_at
from strp.store.people import api_keys, sessions
from strp.store.people.api_keys import KeyOwner
from strp.store.people.sessions import Session
from strp.usecases.process.own_credentials import is_made_up_token, is_own_token
from strp.usecases.process.system import System

# A session that is used all the time is written once a minute, not once a request.
TOUCH_AFTER = timedelta(minutes=1)
FOUND: Final = "strp.found"
FOUND_FOR: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the front found out about a sender, for the doors behind it in the same request.

    Args:
        credential: text of the key or token.
        actor: whose it is; None where it is nobody's.
        at: when the database was asked, aware.
    """

    credential: str
    actor: Actor | None
    at: datetime


def found_already(state: Mapping[str, object], credential: str, now: datetime) -> Found | None:
    """What the front has just asked the database, so that nobody asks it twice.

    Args:
        state: of the request.
        credential: text of the key or token.
        now: aware time; a body that took its time to arrive is asked about again.
    """
    found = state.get(FOUND)
    if not isinstance(found, Found) or found.credential != credential:
        return None
    return found if abs(now - found.at) < FOUND_FOR else None


def token_hash(text: str) -> bytes:
    """What the store finds a token or key by: random of 200 bits and more needs no slow hash."""
    return hashlib.sha256(text.encode()).digest()


async def authenticate_session(system: System, token: SessionToken) -> Actor | None:
    """The account behind a session, with the employers that it acts for at this moment.

    Args:
        system: the installation.
        token: from the cookie.

    Returns:
        None where the session is unknown, expired or ended, or the account was disabled.
    """
    if is_made_up_token(system, token):
        return None
    now = system.clock()
    key = token_hash(token)
    async with system.database.connection() as conn:
        session = await sessions.find_session(conn, key)
        if session is None or now >= _ends_at(session) or _lacks_factor(system, session):
            system.known_sessions.forget(key)
            return None
        if now - session.last_seen_at >= TOUCH_AFTER:
            await sessions.touch_session(conn, key, now)
    actor = Actor(
        kind=ActorKind.ACCOUNT, id=session.account_id, role=session.role, nibs=session.nibs
    )
    system.known_sessions.keep(key, actor, now)
    return actor


async def refuse_ended(system: System, token: str) -> None:
    """Say why a session is over, where its browser should know.

    Args:
        system: the installation.
        token: from the cookie, behind which nobody was found.

    Raises:
        Unauthenticated: `passkey-removed`.
    """
    if not is_own_token(system, token):
        return
    async with system.database.connection() as conn:
        why = await sessions.why_ended(conn, token_hash(token))
    if why is not None:
        raise passkey_removed()


async def authenticate_key(system: System, text: str) -> Actor | None:
    """The employer behind an API key.

    On the hottest path: a key that was looked up in the last five seconds is not looked up
    again, so a withdrawn one works on for that long in other processes.

    Args:
        system: the installation.
        text: of the key, as behind `Authorization: Bearer`.

    Returns:
        None where the key is mistyped, unknown or withdrawn.
    """
    now = system.clock()
    key = token_hash(text)
    known = system.known_keys.find(key, now)
    if known is not None or not is_api_key(text):
        return known
    owner = await system.known_keys.owners.find(key, partial(_find_owners, system))
    if owner is None:
        system.known_keys.forget(key)
        return None
    actor = Actor(kind=ActorKind.API_KEY, id=owner.api_key_id, nibs=frozenset({owner.nib}))
    system.known_keys.keep(key, actor, now)
    return actor


async def _find_owners(system: System, hashes: Sequence[bytes]) -> Mapping[bytes, KeyOwner]:
    """The employers behind keys; notes the day on which each was used."""
    today = civil_day(system.clock())
    async with system.database.connection() as conn:
        owners = await api_keys.find_key_owners(conn, hashes)
        unmarked = [owner for owner in owners.values() if owner.last_used_on != today]
        if unmarked:
            await api_keys.mark_used(conn, unmarked, today)
    return owners


def _lacks_factor(system: System, session: Session) -> bool:
    """Whether a session of before the second factor was asked for opens nothing any more."""
    required = system.settings.is_second_factor_required
    needed = needs_second_factor(session.role, required=required)
    return needed and session.factor is Factor.MAIL


def _ends_at(session: Session) -> datetime:
    return session_ends_at(
        session.role, created_at=session.created_at, last_seen_at=session.last_seen_at
    )
