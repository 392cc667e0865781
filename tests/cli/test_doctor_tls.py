"""What the doctor says of the certificate that visitors are shown."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from strp.cli.doctor_front import front_findings
from strp.cli.findings import Finding
from strp.settings import Settings

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("name", "days", "state", "says"),
    [
        ("localhost", 60, "ok", "until "),
        ("localhost", 5, "note", "ends soon"),
        ("localhost", -1, "wrong", "has ended"),
        ("elsewhere.example", 60, "wrong", "another name"),
    ],
)
def test_the_certificate_is_judged_as_a_browser_does(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    days: int,
    state: str,
    says: str,
) -> None:
    certificate = make_certificate(tmp_path, name, days)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(certificate) as address:
        found = told_of_tls(address, tmp_path)
    assert (found.state, says in found.value) == (state, True), found


def test_an_authority_that_this_machine_does_not_know_is_worth_a_look(tmp_path: Path) -> None:
    with serving(make_certificate(tmp_path, "localhost", 60)) as address:
        found = told_of_tls(address, tmp_path)
    assert (found.state, "self-signed" in found.value) == ("note", True), found


def told_of_tls(address: str, folder: Path) -> Finding:
    settings = Settings(data_dir=str(folder), public_url=address)
    [found] = [one for one in front_findings(settings) if one.topic == "TLS certificate"]
    return found


def make_certificate(folder: Path, name: str, days: int) -> Path:
    """A certificate that signs itself, and its key, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(whose)
        .issuer_name(whose)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - 90 * DAY)
        .not_valid_after(now + days * DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path = folder / "certificate.pem"
    path.write_bytes(certificate.public_bytes(pem) + secret)
    return path


@contextmanager
def serving(certificate: Path) -> Iterator[str]:
    """Something that shows a certificate; its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://localhost:{server.server_address[1]}"
        server.shutdown()
