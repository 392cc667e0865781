"""Passkeys: what a browser is asked for, and whether what it answers is right (W3C WebAuthn)."""

import json
from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from strp.credential.cbor import read_cbor, read_cbor_sequence

_FLAGS_AT: Final = 32
_HAS_KEY: Final = 0x40
_ID_LENGTH_AT: Final = 53
"""Behind hash, flags, count and AAGUID (WebAuthn §6.5.1); the id and the key follow."""
_WITH_CBOR: Final = 0xC0
"""Flags of credential data and extensions: an answer at sign-in has neither, as we ask for none."""


class Site(NamedTuple):
    """The site that passkeys are bound to.

    Args:
        rp_id: name of its host.
        origin: scheme, host and port, as a browser writes it.
    """

    rp_id: str
    origin: str


class NewPasskey(NamedTuple):
    """A passkey as its authenticator made it."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    backup_eligible: bool
    backed_up: bool


class Signature(NamedTuple):
    """What an authenticator said with a right signature."""

    sign_count: int
    backed_up: bool


class Shown(NamedTuple):
    """What an answer at sign-in says of itself, before anything of it was checked.

    Args:
        credential_id: of the passkey.
        user: handle of whom it was made for; empty where the authenticator tells none.
    """

    credential_id: bytes
    user: bytes


class NotRight(Exception):
    """An answer that is malformed, for another site or challenge, unsigned or unverified."""


def site_of(address: str) -> Site:
    """The site of an installation.

    Args:
        address: that people reach, without a slash at the end.
    """
    parts = urlsplit(address)
    return Site(parts.hostname or "", f"{parts.scheme}://{parts.netloc}".lower())


def options_to_add(
    site: Site, challenge: bytes, *, user: bytes, name: str, known: Sequence[bytes]
) -> str:
    """What `navigator.credentials.create` is asked for, as JSON.

    Args:
        site: of the installation.
        challenge: to be signed.
        user: handle of the account.
        name: how the authenticator calls the account.
        known: credentials that the account has already.
    """
    options = webauthn.generate_registration_options(
        rp_id=site.rp_id,
        rp_name="STRP",
        user_id=user,
        user_name=name,
        challenge=challenge,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return str(webauthn.options_to_json(options))


def options_to_sign_in(site: Site, challenge: bytes) -> str:
    """What `navigator.credentials.get` is asked for, as JSON: any passkey of this site.

    Args:
        site: whose passkeys may answer.
        challenge: random bytes, kept until the answer comes.
    """
    options = webauthn.generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return str(webauthn.options_to_json(options))


def check_new(site: Site, challenge: bytes, answer: str) -> NewPasskey:
    """The passkey that an authenticator made.

    Args:
        site: of the installation.
        challenge: that was given.
        answer: JSON of the browser's credential.

    Raises:
        NotRight: it is not an answer to this challenge at this site by a verified user.
    """
    credential = _parsed(answer)
    _require_plain_cbor(credential)
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except NotRight:
        raise
    except Exception as error:  # the library lets errors of many kinds through
        raise NotRight from error
    return NewPasskey(
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        backup_eligible=made.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        backed_up=made.credential_backed_up,
    )


def shown_by(answer: str) -> Shown:
    """Which passkey answers, so that its key can be found; nothing of it is checked.

    Raises:
        NotRight: the answer is malformed.
    """
    try:
        credential = _parsed(answer)
        response = credential["response"]
        data = base64url_to_bytes(response["authenticatorData"])
        if len(data) <= _FLAGS_AT or data[_FLAGS_AT] & _WITH_CBOR:
            raise NotRight
        handle = response.get("userHandle") or ""
        return Shown(base64url_to_bytes(credential["rawId"]), base64url_to_bytes(handle))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotRight from error


def check_signature(site: Site, challenge: bytes, answer: str, public_key: bytes) -> Signature:
    """What an authenticator signed, where it signed this challenge for this site.

    Args:
        site: of the installation.
        challenge: that was given.
        answer: JSON of the browser's credential.
        public_key: of the passkey, as stored.

    Raises:
        NotRight: it is not an answer to this challenge at this site by a verified user.
    """
    try:
        signed = webauthn.verify_authentication_response(
            credential=_parsed(answer),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,  # the count is judged by a rule of ours
            require_user_verification=True,
        )
    except NotRight:
        raise
    except Exception as error:  # the library lets errors of many kinds through
        raise NotRight from error
    return Signature(signed.new_sign_count, signed.credential_backed_up)


def write_id(credential_id: bytes) -> str:
    """A credential's id as browsers write it, base64url."""
    return bytes_to_base64url(credential_id)


def read_id(text: str) -> bytes:
    """The same read back; empty where it is none."""
    try:
        return base64url_to_bytes(text)
    except ValueError:
        return b""


def _require_plain_cbor(credential: dict[str, Any]) -> None:
    """Refuse what a general reader of CBOR, as the library has, would compute for seconds.

    Raises:
        NotRight: the attestation, or the key in it, holds tags, floats or too many items.
    """
    try:
        attestation = read_cbor(base64url_to_bytes(credential["response"]["attestationObject"]))
        if not isinstance(attestation, dict):
            raise NotRight
        data = attestation["authData"]
        if not isinstance(data, bytes) or len(data) <= _FLAGS_AT or not data[_FLAGS_AT] & _HAS_KEY:
            raise NotRight
        key_at = _ID_LENGTH_AT + 2
        key_at += int.from_bytes(data[_ID_LENGTH_AT:key_at])
        read_cbor_sequence(data[key_at:])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotRight from error


def _parsed(answer: str) -> dict[str, Any]:
    try:
        credential = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise NotRight from error
    if not isinstance(credential, dict):
        raise NotRight
    return credential
