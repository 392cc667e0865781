"""E-mail addresses of accounts: read from what was typed, indexed, sealed and opened."""

from collections.abc import Container
from typing import Final, Protocol

import structlog

from strp.domain.employers.employer import email_aad as registered_aad
from strp.domain.errors import Unavailable
from strp.domain.identifiers import Nib
from strp.domain.people.account import AccountId, mask_email, parse_email
from strp.domain.people.sign_in import invalid_email
from strp.usecases.process.system import System

log = structlog.get_logger()
UNKNOWN: Final = "…"
"""In place of an address that cannot be opened."""
_DAMAGED: Final = frozenset({"seal-broken"})
_FAULTS: Final = _DAMAGED | {"seal-key-missing"}


class Addressed(Protocol):
    """Whoever has an account, and its address in an envelope that is bound to its index."""

    @property
    def account_id(self) -> AccountId:
        """Number of the account."""

    @property
    def email_index(self) -> bytes:
        """What it is found by."""

    @property
    def email_sealed(self) -> bytes:
        """The envelope."""


def read_email(typed: str) -> str:
    """The one spelling of a typed address.

    Raises:
        InvalidInput: not an e-mail address.
    """
    address = parse_email(typed)
    if address is None:
        raise invalid_email()
    return address


def email_index(system: System, address: str) -> bytes:
    """What an account is found by, 16 bytes."""
    return system.keys.index(f"EMAIL:{address}")


def seal_email(system: System, address: str) -> bytes:
    """An account's address in its envelope."""
    return system.keys.seal(address.encode(), _aad(email_index(system, address)))


def letter_address(system: System, owner: Addressed) -> str | None:
    """Where letters for an account go; None where its envelope is damaged: nobody else must wait.

    Args:
        system: the installation.
        owner: whose.
    """
    return _opened(system, owner, _DAMAGED)


def shown_address(system: System, owner: Addressed) -> str:
    """An account's address for whoever may see it whole.

    One that cannot be opened hides itself alone (`UNKNOWN`), not the page it stands on.

    Args:
        system: the installation.
        owner: whose.
    """
    return _opened(system, owner, _FAULTS) or UNKNOWN


def masked_address(system: System, owner: Addressed) -> str:
    """An account's address as other people see it; likewise.

    Args:
        system: the installation.
        owner: whose.
    """
    found = _opened(system, owner, _FAULTS)
    return mask_email(found) if found else UNKNOWN


def masked_registered(system: System, nib: Nib, sealed: bytes | None) -> str | None:
    """An employer's address in the registry as claimants see it; None where it has none, or where
    it is damaged: it hides itself alone, not the page it stands on.

    Args:
        system: the installation.
        nib: the employer.
        sealed: the envelope.
    """
    if sealed is None:
        return None
    try:
        return mask_email(system.keys.open(sealed, registered_aad(nib)).decode())
    except Unavailable as error:
        if error.code not in _FAULTS:
            raise
    return None


def _opened(system: System, owner: Addressed, faults: Container[str]) -> str | None:
    try:
        return system.keys.open(owner.email_sealed, _aad(owner.email_index)).decode()
    except Unavailable as error:
        if error.code not in faults:
            raise
    log.error("address_broken", account=owner.account_id)
    return None


def _aad(index: bytes) -> bytes:
    return b"account.email:" + index
