"""Claims to act for an employer: by a code to the registry's address, else by an officer."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from strp.domain.employers.claims import (
    CLAIMS_PER_ACCOUNT,
    LETTERS_PER_BLOCK,
    LETTERS_PER_BLOCK_AND_EMPLOYER,
    LETTERS_PER_EMPLOYER,
    TURN_KEPT,
    TURNS_AHEAD,
    ClaimLetter,
    LetterState,
    claim_codes_off,
    next_turn,
    too_many_claims,
)
from strp.domain.employers.employer import email_aad, nib_unknown
from strp.domain.identifiers import Nib, format_nib
from strp.domain.notices.letters import claim_letter, newcomer_letter
from strp.domain.people.account import (
    AccountId,
    Actor,
    ClaimReason,
    RepresentationState,
    claim_changed,
    first_step,
    mask_email,
    may_claim_employers,
    not_your_task,
)
from strp.domain.people.sign_in import CODE_LIFE, CodePurpose, CodeVerdict
from strp.domain.text import Language
from strp.store import audit
from strp.store.employers import representations
from strp.store.employers.representations import RegisteredEmployer, Representation
from strp.store.engine.database import Connection
from strp.store.notices.outbox import Priority
from strp.store.people import one_time_codes
from strp.usecases.employers.claims_due import note_due
from strp.usecases.employers.count_claims import count_claim, counted_as
from strp.usecases.notices.email_addresses import letter_address, masked_address, masked_registered
from strp.usecases.notices.send import post
from strp.usecases.people.end_rights import claim_code_subject
from strp.usecases.people.one_time_codes import issue_code, redeem_code, refuse_unless_right
from strp.usecases.people.sign_in_guard import claim_scopes, codes_are_replaced, count_wrong
from strp.usecases.process.shared_limits import count
from strp.usecases.process.system import System
from strp.usecases.rules.current import marked_if_exercise

_WAITS_FOR_CODE = RepresentationState.PENDING_CODE
CLAIMS_A_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim as its claimant sees it.

    Args:
        nib: employer.
        employer_name: as in the registry.
        state: where the claim stands.
        reason: why an officer decides it, where one does.
        letter: what became of the letter with the code, where one was asked for just now.
        due_at: aware; by when an officer decides it, where one does.
        sent_to: masked address that codes for it go to, while it waits for one.
    """

    nib: Nib
    employer_name: str
    state: RepresentationState
    reason: ClaimReason | None
    letter: ClaimLetter | None = None
    due_at: datetime | None = None
    sent_to: str | None = None


async def claim_employer(
    system: System, actor: Actor, nib: Nib, *, client_block: str, language: Language
) -> Claim:
    """Claim an employer, or ask for another code for a claim that waits for one.

    The claim is kept also where no letter may go now, so that an officer can decide it: letters
    to one employer are limited whoever asks, claims are not.

    Args:
        system: the installation.
        actor: a representative.
        nib: employer.
        client_block: `domain.sign_in.client_block` of the reader's network address.
        language: of the reader.

    Raises:
        Forbidden: the actor is an official, a key or the operator.
        NotFound: the registry does not hold the NIB.
        TooSoon: this account, or this block of addresses, claims too many employers. A block's
            next account is given a turn, which is told and kept.
    """
    counted = await counted_as(system, nib)
    async with system.database.transaction() as conn:
        claimed = await _claim_or_wait(conn, system, actor, nib, client_block, language)
        if isinstance(claimed, Claim):
            await count_claim(conn, system, nib, counted)
    if isinstance(claimed, int):
        raise too_many_claims(claimed)
    return claimed


async def _claim_or_wait(
    conn: Connection, system: System, actor: Actor, nib: Nib, client_block: str, language: Language
) -> Claim | int:
    """The claim; or seconds until the account's turn, which is to be committed."""
    account_id = _claimant(actor)
    employer = await representations.find_registered(conn, nib)
    if employer is None:
        raise nib_unknown()
    before = await representations.lock_representation(conn, nib, account_id)
    step = first_step(
        has_address=employer.email_sealed is not None,
        before=None if before is None else before.state,
    )
    if before is not None and before.state is step.state and step.state != _WAITS_FOR_CODE:
        return _claim(before)
    wait_s = await _wait_for_turn(conn, system, actor, client_block)
    if wait_s:
        return wait_s
    await representations.save_claim(
        conn, nib, account_id, state=step.state, reason=step.reason, at=system.clock()
    )
    await note_due(conn, system, nib, account_id)
    await _record(conn, system, actor, "employer-claimed", nib, state=step.state)
    letter = None
    if step.state is _WAITS_FOR_CODE:
        retry_after_s = await _count_letter(conn, system, nib, client_block)
        letter = await _send_code(conn, system, employer, nib, account_id, language, retry_after_s)
    return Claim(
        nib=nib,
        employer_name=employer.name,
        state=step.state,
        reason=step.reason,
        letter=letter,
    )


async def confirm_claim(system: System, actor: Actor, nib: Nib, code: str) -> Claim:
    """Become a representative with the code that the registry's address was sent.

    Those who represent the employer already are told, and may dispute it.

    Args:
        system: the installation.
        actor: a representative.
        nib: employer.
        code: as typed.

    Raises:
        InvalidInput: the code is wrong, too old or tried too often; or `claim-codes-off`: somebody
            guesses, and an officer is to be asked.
        Conflict: the claim does not wait for a code.
        Forbidden: the actor is an official, a key or the operator.
    """
    account_id = _claimant(actor)
    async with system.database.transaction() as conn:
        claim = await representations.lock_representation(conn, nib, account_id)
        if claim is None or claim.state is not _WAITS_FOR_CODE:
            raise claim_changed()
        if await codes_are_replaced(conn, system, claim_scopes(system)):
            raise claim_codes_off()
        subject = claim_code_subject(nib, account_id)
        verdict = await redeem_code(conn, system, CodePurpose.CLAIM, subject, code)
        if verdict is CodeVerdict.RIGHT:
            await representations.move_representation(
                conn, claim, state=RepresentationState.ACTIVE, reason=None, at=system.clock()
            )
            await _record(conn, system, actor, "claim-confirmed", nib)
            await _tell_colleagues(conn, system, claim)
        elif verdict is CodeVerdict.WRONG:
            await count_wrong(conn, system, claim_scopes(system))
    refuse_unless_right(verdict)
    return Claim(
        nib=nib,
        employer_name=claim.employer_name,
        state=RepresentationState.ACTIVE,
        reason=None,
    )


async def ask_officer(system: System, actor: Actor, nib: Nib) -> Claim:
    """Let an officer decide a claim whose code goes to an address that nobody reads.

    Args:
        system: the installation.
        actor: the claimant.
        nib: employer.

    Raises:
        Conflict: the claim does not wait for a code.
        Forbidden: the actor is an official, a key or the operator.
    """
    account_id = _claimant(actor)
    state, reason = RepresentationState.PENDING_OFFICER, ClaimReason.CANNOT_READ_ADDRESS
    async with system.database.transaction() as conn:
        claim = await representations.lock_representation(conn, nib, account_id)
        if claim is None or claim.state is not _WAITS_FOR_CODE:
            raise claim_changed()
        await representations.move_representation(
            conn, claim, state=state, reason=reason, at=system.clock()
        )
        await note_due(conn, system, nib, account_id)
        await _record(conn, system, actor, "officer-asked", nib)
    return Claim(nib=nib, employer_name=claim.employer_name, state=state, reason=reason)


async def my_claims(system: System, actor: Actor) -> list[Claim]:
    """The employers that an account represents or claims, by name.

    Args:
        system: the installation.
        actor: a representative.

    Raises:
        Forbidden: the actor is an official, a key or the operator.
    """
    async with system.database.connection() as conn:
        found = await representations.representations_of_account(conn, _claimant(actor))
    return [_claim(each) for each in found]


async def claims_page(
    system: System, actor: Actor, *, search: str = "", after: Nib | None = None
) -> tuple[list[Claim], Nib | None]:
    """A page of the employers that an account represents or claims, by name.

    Args:
        system: the installation.
        actor: a representative.
        search: part of a name, or the first digits of a NIB; empty: all.
        after: only those behind this employer.

    Returns:
        Claims, and the employer to go on after, or None at the end.

    Raises:
        Forbidden: the actor is an official, a key or the operator.
    """
    async with system.database.connection() as conn:
        found = await representations.page_of_account(
            conn, _claimant(actor), search=search.strip(), after=after, limit=CLAIMS_A_PAGE + 1
        )
    shown = [_claim(each) for each in found[:CLAIMS_A_PAGE]]
    return shown, shown[-1].nib if len(found) > CLAIMS_A_PAGE else None


async def my_claim(system: System, actor: Actor, nib: Nib) -> Claim | None:
    """What an account is to one employer, or None.

    Args:
        actor: the account.
        nib: the employer.

    Raises:
        Forbidden: the actor is an official, a key or the operator.
    """
    async with system.database.connection() as conn:
        found = await representations.representation_of(conn, _claimant(actor), nib)
        if found is None:
            return None
        claim = _claim(found)
        if claim.state is not _WAITS_FOR_CODE:
            return claim
        employer = await representations.find_registered(conn, nib)
    sealed = employer.email_sealed if employer else None
    return replace(claim, sent_to=masked_registered(system, nib, sealed))


def _claimant(actor: Actor) -> AccountId:
    if not may_claim_employers(actor) or actor.account_id is None:
        raise not_your_task()
    return actor.account_id


async def _wait_for_turn(conn: Connection, system: System, actor: Actor, client_block: str) -> int:
    """Seconds until the account's turn in its block, 0 where it is now and used up.

    A turn is counted when it is given, once: asking again before its time changes nothing, and a
    block's turns go round its accounts, however often one of them asks.

    Raises:
        TooSoon: no turn can be given; nothing is counted.
    """
    now = system.clock()
    mine = system.keys.index(f"RATE:claim turn of {actor.label} from {client_block}")
    kept_until = await one_time_codes.lock_bucket(conn, mine, now)
    if kept_until > now:
        wait = kept_until - TURN_KEPT - now
        if wait <= timedelta(0):
            await one_time_codes.save_bucket(conn, mine, now)
        return max(0, ceil(wait.total_seconds()))
    too_many_s = await count(conn, system, CLAIMS_PER_ACCOUNT, f"claims by {actor.label}")
    if too_many_s:
        raise too_many_claims(too_many_s)
    block = system.keys.index(f"RATE:claims from {client_block}")
    turn = next_turn(await one_time_codes.lock_bucket(conn, block, now), now)
    if turn.is_too_far:
        raise too_many_claims(turn.wait_s - int(TURNS_AHEAD.total_seconds()))
    await one_time_codes.save_bucket(conn, block, turn.busy_until)
    if turn.wait_s:
        kept_until = now + timedelta(seconds=turn.wait_s) + TURN_KEPT
        await one_time_codes.save_bucket(conn, mine, kept_until)
    return turn.wait_s


async def _count_letter(conn: Connection, system: System, nib: Nib, client_block: str) -> int:
    """Seconds until a letter may go to the employer, 0 where it may now; the employer last, so
    that a block over its own share takes none of the employer's."""
    for limit, what in (
        (LETTERS_PER_BLOCK, f"claim letters from {client_block}"),
        (LETTERS_PER_BLOCK_AND_EMPLOYER, f"claim letters of {nib} from {client_block}"),
        (LETTERS_PER_EMPLOYER, f"claim letters of {nib}"),
    ):
        retry_after_s = await count(conn, system, limit, what)
        if retry_after_s:
            return retry_after_s
    return 0


async def _send_code(
    conn: Connection,
    system: System,
    employer: RegisteredEmployer,
    nib: Nib,
    account_id: AccountId,
    language: Language,
    retry_after_s: int,
) -> ClaimLetter:
    assert employer.email_sealed is not None
    address = system.keys.open(employer.email_sealed, email_aad(nib)).decode()
    if retry_after_s:
        return ClaimLetter(
            state=LetterState.NOT_NOW, to=mask_email(address), retry_after_s=retry_after_s
        )
    code = await issue_code(conn, system, CodePurpose.CLAIM, claim_code_subject(nib, account_id))
    claim = await representations.lock_representation(conn, nib, account_id)
    assert claim is not None
    letter = claim_letter(
        code,
        nib,
        employer.name,
        masked_address(system, claim),
        language,
    )
    await post(
        conn,
        system,
        address,
        await marked_if_exercise(system, letter),
        useful_s=int(CODE_LIFE.total_seconds()),
        priority=Priority.CODE,
    )
    return ClaimLetter(state=LetterState.SENT, to=mask_email(address))


async def _tell_colleagues(conn: Connection, system: System, newcomer: Representation) -> None:
    for each in await representations.representations_of_employer(conn, newcomer.nib):
        if each.account_id == newcomer.account_id or each.state is not RepresentationState.ACTIVE:
            continue
        letter = newcomer_letter(
            newcomer.nib,
            newcomer.employer_name,
            masked_address(system, newcomer),
            system.settings.address,
            each.language,
        )
        if to := letter_address(system, each):
            await post(conn, system, to, await marked_if_exercise(system, letter))


def _claim(stored: Representation) -> Claim:
    return Claim(
        nib=stored.nib,
        employer_name=stored.employer_name,
        state=stored.state,
        reason=stored.reason,
        due_at=stored.due_at if stored.state is RepresentationState.PENDING_OFFICER else None,
    )


async def _record(
    conn: Connection, system: System, actor: Actor, action: str, nib: Nib, **detail: object
) -> None:
    await audit.record(
        conn,
        at=system.clock(),
        actor=actor.label,
        action=action,
        subject=f"employer:{format_nib(nib)}",
        detail=detail,
    )
