"""One-time codes and rate limits inside a use case's transaction."""

import secrets

from strp.domain.people.sign_in import (
    CODE_DIGITS,
    CODE_LIFE,
    CodePurpose,
    CodeVerdict,
    code_used_up,
    judge_code,
    parse_code,
    too_many_codes,
    write_code,
    wrong_code,
)
from strp.domain.rate_limit import RateLimit
from strp.store.engine.database import Connection
from strp.store.people import one_time_codes
from strp.usecases.process.shared_limits import count
from strp.usecases.process.system import System


async def charge(conn: Connection, system: System, limit: RateLimit, what: str) -> None:
    """Count one more of something that is limited.

    Args:
        conn: the use case's transaction; a refusal rolls it back, and costs nothing.
        system: the installation.
        limit: burst and interval.
        what: kind and subject; kept as a keyed index alone.

    Raises:
        TooSoon: it happened too often.
    """
    retry_after_s = await count(conn, system, limit, what)
    if retry_after_s:
        raise too_many_codes(retry_after_s)


async def issue_code(conn: Connection, system: System, purpose: CodePurpose, subject: bytes) -> str:
    """Draw a code and store its keyed hash.

    Args:
        conn: the use case's transaction.
        system: the installation.
        purpose: what the code is good for.
        subject: whom it is for, and where others may ask for it too, who asked: another one's codes
            and tries are their own.

    Returns:
        The code, for the letter alone.
    """
    code = write_code(secrets.randbelow(10**CODE_DIGITS))
    mac = _mac(system, purpose, subject, code)
    await one_time_codes.replace_code(conn, purpose, subject, mac, system.clock() + CODE_LIFE)
    return code


async def redeem_code(
    conn: Connection, system: System, purpose: CodePurpose, subject: bytes, typed: str
) -> CodeVerdict:
    """Use a code up, or count a wrong try.

    Whoever calls this commits before telling the verdict: a try that is rolled back is free.

    Args:
        conn: the use case's transaction.
        system: the installation.
        purpose: what the code must be good for.
        subject: whom it must be for.
        typed: as typed.
    """
    mac = _mac(system, purpose, subject, parse_code(typed))
    now = system.clock()
    verdict = judge_code(await one_time_codes.lock_code(conn, purpose, subject), mac, now)
    match verdict:
        case CodeVerdict.RIGHT:
            await one_time_codes.use_code(conn, purpose, subject, now)
        case CodeVerdict.WRONG:
            await one_time_codes.count_attempt(conn, purpose, subject)
        case CodeVerdict.USED_UP | CodeVerdict.NONE | CodeVerdict.REPEATED:
            pass
    return verdict


def refuse_unless_right(verdict: CodeVerdict) -> None:
    """Turn a verdict into the error that the reader sees.

    Raises:
        InvalidInput: the code is wrong, too old or tried too often.
    """
    match verdict:
        case CodeVerdict.WRONG | CodeVerdict.NONE:
            raise wrong_code()
        case CodeVerdict.USED_UP:
            raise code_used_up()
        case CodeVerdict.RIGHT | CodeVerdict.REPEATED:
            return


def _mac(system: System, purpose: CodePurpose, subject: bytes, code: str) -> bytes:
    # Keyed: a million codes are tried in a second by whoever reads an unkeyed hash.
    return system.keys.mac(f"code {purpose}", subject + b"\0" + code.encode())
