"""E-mail addresses of accounts: read from what was typed, indexed, sealed and opened."""

from strp.domain.people.account import mask_email, parse_email
from strp.domain.people.sign_in import invalid_email
from strp.usecases.process.system import System


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


def open_email(system: System, index: bytes, sealed: bytes) -> str:
    """An account's address, for a letter or for whoever may see it.

    Args:
        system: the installation.
        index: keyed index that the envelope is bound to.
        sealed: the envelope.
    """
    return system.keys.open(sealed, _aad(index)).decode()


def masked_email(system: System, index: bytes, sealed: bytes) -> str:
    """An account's address as other people see it.

    Args:
        index: by which the address is found; its envelope is bound to it.
        sealed: the envelope.
    """
    return mask_email(open_email(system, index, sealed))


def _aad(index: bytes) -> bytes:
    return b"account.email:" + index
