"""Codes of authenticator apps (TOTP, RFC 6238), and the address that sets an app up."""

import base64

import pyotp

from strp.domain.people.second_factor import TIME_STEP_S


def code_at(secret: bytes, step: int) -> str:
    """The code of a time step, six digits, with SHA-1 as every app has it.

    Args:
        secret: shared with the app.
        step: number of the time step.
    """
    return pyotp.HOTP(_base32(secret)).at(step)


def setup_address(secret: bytes, *, account: str, issuer: str) -> str:
    """What the app reads from the QR symbol (`otpauth://totp/…`).

    Args:
        secret: shared with the app.
        account: how the app calls the account.
        issuer: how it calls this installation.
    """
    app = pyotp.TOTP(_base32(secret), interval=TIME_STEP_S)
    return app.provisioning_uri(name=account, issuer_name=issuer)


def spelled(secret: bytes) -> str:
    """The secret as it is typed into an app, in groups of four letters."""
    letters = _base32(secret)
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _base32(secret: bytes) -> str:
    return base64.b32encode(secret).decode().rstrip("=")
