"""The TLS certificate that visitors are shown: until when it holds, and why they refuse it."""

import socket
import ssl
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import urlsplit

_WITHIN_S: Final = 3.0
_OF_ANOTHER_NAME: Final = {62, 64}  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH


class ServedCertificate(NamedTuple):
    """What a web address shows.

    Args:
        ends_at: aware; end of its time.
        fault: why a browser that knows the authorities of this machine refuses it; "": it does not.
        is_of_name: whether it names the host that was asked.
    """

    ends_at: datetime
    fault: str
    is_of_name: bool


def served_certificate(address: str) -> ServedCertificate:
    """Ask for the certificate of an https address.

    Args:
        address: `https://…`.

    Raises:
        OSError: nobody answers there, or not in TLS.
    """
    from cryptography import x509

    parts = urlsplit(address)
    where = (parts.hostname or "", parts.port or 443)
    shown = ssl.get_server_certificate(where, timeout=_WITHIN_S)
    ends_at = x509.load_pem_x509_certificate(shown.encode()).not_valid_after_utc
    try:
        with (
            socket.create_connection(where, timeout=_WITHIN_S) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=where[0]),
        ):
            return ServedCertificate(ends_at, "", is_of_name=True)
    except ssl.SSLCertVerificationError as error:
        return ServedCertificate(
            ends_at, error.verify_message, is_of_name=error.verify_code not in _OF_ANOTHER_NAME
        )
