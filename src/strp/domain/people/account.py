"""Who acts, and what each may do.

A rule here answers with a value. Use cases turn a "no" into one of the errors at the end of
this file, so that every door says the same sentence.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NewType

from strp.domain.errors import Conflict, Forbidden, NotFound
from strp.domain.identifiers import Nib, format_nib
from strp.domain.text import Text

AccountId = NewType("AccountId", int)
ApiKeyId = NewType("ApiKeyId", int)

_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}")
EMAIL_MAX_LENGTH = 254


class Role(StrEnum):
    """What an account is for. Representatives make their own; officials are added."""

    REPRESENTATIVE = "representative"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    INSPECTOR = "inspector"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


ROLE_NAMES: dict[Role, Text] = {
    Role.REPRESENTATIVE: Text("Perwakilan perusahaan", "Company representative"),
    Role.OFFICER: Text("Petugas pemeriksa", "Licensing officer"),
    Role.SUPERVISOR: Text("Penyelia", "Supervisor"),
    Role.INSPECTOR: Text("Petugas lapangan", "Field inspector"),
    Role.ADMINISTRATOR: Text("Administrator", "Administrator"),
    Role.AUDITOR: Text("Auditor", "Auditor"),
}
"""What people call each role."""


class ActorKind(StrEnum):
    """How an actor came in."""

    ACCOUNT = "account"
    API_KEY = "key"
    OPERATOR = "operator"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts.

    Args:
        kind: a signed-in account, an employer's API key, or the operator at the command line.
        id: number of the account or of the key; 0 for the operator.
        role: of the account; None for a key and the operator.
        nibs: employers that the actor files for.
    """

    kind: ActorKind
    id: int = 0
    role: Role | None = None
    nibs: frozenset[Nib] = frozenset()

    @cached_property
    def label(self) -> str:
        """How records name the actor: `account:7`, `key:3`, `operator`. No personal data."""
        return self.kind.value if self.kind is ActorKind.OPERATOR else f"{self.kind}:{self.id}"

    @property
    def account_id(self) -> AccountId | None:
        """Number of the account, or None for a key and the operator."""
        return AccountId(self.id) if self.kind is ActorKind.ACCOUNT else None


OPERATOR = Actor(kind=ActorKind.OPERATOR)


def account_label(account_id: AccountId) -> str:
    """How records name an account: `account:7`."""
    return f"{ActorKind.ACCOUNT}:{account_id}"


class RepresentationState(StrEnum):
    """Where a claim of an account to act for an employer stands."""

    PENDING_CODE = "pending_code"
    PENDING_OFFICER = "pending_officer"
    ACTIVE = "active"
    REFUSED = "refused"


class ClaimReason(StrEnum):
    """Why an officer decides a claim, and not the code alone."""

    NO_ADDRESS = "no-address"
    CANNOT_READ_ADDRESS = "cannot-read-address"
    DISPUTED = "disputed"
    REFUSED_BEFORE = "refused-before"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimStep:
    """What happens to a claim next.

    Args:
        state: state that the claim is in from now on.
        reason: why an officer decides it, where one does.
    """

    state: RepresentationState
    reason: ClaimReason | None = None


def acts_for_employers(actor: Actor) -> bool:
    """Whether the actor is one who files, for whichever employer: never an official."""
    return actor.kind is not ActorKind.ACCOUNT or actor.role is Role.REPRESENTATIVE


def follows_applications(actor: Actor) -> bool:
    """Whether the actor follows applications: its own employers', or those to decide."""
    return acts_for_employers(actor) or may_review(actor)


def may_file(actor: Actor, nib: Nib) -> bool:
    """Whether the actor files for this employer: its representative, its key, the operator.

    Args:
        actor: who asks.
        nib: the employer.
    """
    return actor.kind is ActorKind.OPERATOR or nib in actor.nibs


def may_review(actor: Actor) -> bool:
    """Whether the actor takes applications from the desk and decides."""
    return actor.role in {Role.OFFICER, Role.SUPERVISOR}


def may_decide_claims(actor: Actor) -> bool:
    """Whether the actor decides who represents an employer."""
    return actor.kind is ActorKind.OPERATOR or may_review(actor)


def may_revoke(actor: Actor) -> bool:
    """Whether the actor takes certificates back."""
    return actor.kind is ActorKind.OPERATOR or actor.role in {Role.OFFICER, Role.SUPERVISOR}


def may_close(actor: Actor) -> bool:
    """Whether the actor closes employers for a time, and opens them again."""
    return actor.kind is ActorKind.OPERATOR or actor.role is Role.SUPERVISOR


def may_read_reports(actor: Actor) -> bool:
    """Whether the actor reads reports over all employers."""
    return actor.kind is ActorKind.OPERATOR or actor.role in {Role.SUPERVISOR, Role.AUDITOR}


def may_watch(actor: Actor) -> bool:
    """Whether the actor watches the day as it runs: who reads reports, and the operations room."""
    return may_read_reports(actor) or actor.role is Role.ADMINISTRATOR


def may_hand_over(actor: Actor) -> bool:
    """Whether the actor hands a report to others."""
    return actor.kind is ActorKind.OPERATOR or actor.role is Role.SUPERVISOR


def may_inspect(actor: Actor) -> bool:
    """Whether the actor hands in scans of a checkpoint."""
    return actor.role is Role.INSPECTOR


def may_claim_employers(actor: Actor) -> bool:
    """Whether the actor may become a representative; officials may not: they decide."""
    return actor.role is Role.REPRESENTATIVE


def may_manage_keys(actor: Actor, nib: Nib) -> bool:
    """Whether the actor makes and withdraws API keys of this employer; a key itself may not.

    Args:
        actor: who asks.
        nib: the employer whose keys they are.
    """
    return actor.kind is not ActorKind.API_KEY and may_file(actor, nib)


def may_manage_accounts(actor: Actor) -> bool:
    """Whether the actor adds and disables accounts."""
    return actor.kind is ActorKind.OPERATOR or actor.role is Role.ADMINISTRATOR


def may_change_rules(actor: Actor) -> bool:
    """Whether the actor loads and activates policies and imports the employer registry."""
    return actor.kind is ActorKind.OPERATOR or actor.role is Role.ADMINISTRATOR


def first_step(*, has_address: bool, before: RepresentationState | None) -> ClaimStep:
    """What a new claim of an employer begins with.

    Args:
        has_address: whether the registry holds an e-mail address of the employer.
        before: state of an earlier claim by the same account, if any.
    """
    match before:
        case RepresentationState.ACTIVE | RepresentationState.PENDING_OFFICER:
            return ClaimStep(state=before)
        case RepresentationState.REFUSED:
            return _officer(ClaimReason.REFUSED_BEFORE)
    if not has_address:
        return _officer(ClaimReason.NO_ADDRESS)
    return ClaimStep(state=RepresentationState.PENDING_CODE)


def step_after_dispute(state: RepresentationState) -> ClaimStep:
    """What a dispute does to the representation it is raised against; an officer decides.

    Who acts goes on until then: an officer or the code to the registry's address let them in, and
    a colleague's word is weaker than either. A dismissed employee who came first would else keep
    the employer's own people out. A claim that is still pending goes to an officer.

    Args:
        state: state of the disputed representation.
    """
    if state is RepresentationState.ACTIVE:
        return ClaimStep(state=state, reason=ClaimReason.DISPUTED)
    return _officer(ClaimReason.DISPUTED)


def _officer(reason: ClaimReason) -> ClaimStep:
    return ClaimStep(state=RepresentationState.PENDING_OFFICER, reason=reason)


def parse_email(text: str) -> str | None:
    """Read an e-mail address into the one spelling that STRP finds and sends to, or None.

    Only ASCII, lower case: two spellings that look alike must never be two addresses of which
    one opens the account of the other.

    Source: RFC 5321 4.5.3.1 (lengths); HTML Living Standard, "valid e-mail address".
    """
    address = text.strip().lower()
    if not text.isascii() or len(address) > EMAIL_MAX_LENGTH:
        return None
    return address if _EMAIL.fullmatch(address) else None


def mask_email(address: str) -> str:
    """An address of which its owner recognises enough: `h•••@perusahaan.example`."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}•••@{domain}"


def refuse_foreign(actor: Actor, nib: Nib) -> None:
    """Turn away who files for others, before anything that they sent is judged.

    Args:
        actor: who sends.
        nib: the employer that is named.

    Raises:
        Forbidden: `not-your-employer`; officials are let through to rules of their own.
    """
    if acts_for_employers(actor) and not may_file(actor, nib):
        raise not_your_employer(nib)


def not_your_employer(nib: Nib) -> Forbidden:
    """The error for acting for an employer that is not the actor's."""
    shown = format_nib(nib)
    return Forbidden(
        "not-your-employer",
        Text(
            id=f"Anda tidak terdaftar sebagai penanggung jawab NIB {shown}. "
            "Klaim perusahaan itu terlebih dahulu, atau pakai kunci API miliknya.",
            en=f"You do not represent the employer with NIB {shown}. "
            "Claim that employer first, or use its own API key.",
        ),
    )


def not_your_task() -> Forbidden:
    """The error for what the actor's role does not include."""
    return Forbidden(
        "not-your-task",
        Text(
            id="Akun Anda tidak berwenang untuk ini. Masuk dengan akun yang berwenang, "
            "atau minta administrator.",
            en="Your account may not do this. Sign in with one that may, or ask an administrator.",
        ),
    )


def claim_changed() -> Conflict:
    """The error for a claim that is not in the state it was shown in."""
    return Conflict(
        "claim-changed",
        Text(
            id="Klaim ini sudah berubah sejak Anda melihatnya. Muat ulang halaman.",
            en="This claim has changed since you saw it. Load the page again.",
        ),
    )


def require_filer(actor: Actor) -> None:
    """Let in only who acts for employers: what was filed and what was issued is theirs.

    Raises:
        Forbidden: `not-your-task`.
    """
    if not acts_for_employers(actor):
        raise not_your_task()


def account_exists() -> Conflict:
    """The error for adding an address that has an account with another role."""
    return Conflict(
        "account-exists",
        Text(
            id="Alamat ini sudah dipakai akun dengan peran lain. Pakai alamat lain, "
            "supaya peran tidak tercampur.",
            en="This address has an account with another role. Use another address, "
            "so that roles stay apart.",
        ),
    )


def last_administrator() -> Conflict:
    """The error for closing the only administrator that is left."""
    return Conflict(
        "last-administrator",
        Text(
            id="Ini administrator terakhir. Tambahkan dulu administrator lain, baru tutup ini.",
            en="This is the last administrator. Add another one first, then close this.",
        ),
    )


def no_such_account() -> NotFound:
    """The error for an address without an account."""
    return NotFound(
        "no-such-account",
        Text(
            id="Tidak ada akun dengan alamat ini. Periksa ejaannya.",
            en="No account has this address. Check its spelling.",
        ),
    )
