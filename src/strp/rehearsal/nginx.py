"""The shipped nginx, as `deploy/nginx` has it: its five words replaced, and its ports and paths.

Tests, benches and rehearsals send through it what would come through it where STRP is installed.
"""

import contextlib
import datetime
import ipaddress
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from strp.domain.errors import Unavailable
from strp.domain.text import Text
from strp.settings import SHIPPED

NGINX = SHIPPED / "deploy" / "nginx"
NAME = "127.0.0.1"
_DAY = datetime.timedelta(days=1)
_FILES_WITHIN_S = 30.0


@contextlib.contextmanager
def nginx_before(
    front: Path, behind: int, *, core: int | None = None, is_secure: bool = False
) -> Iterator[int]:
    """The shipped nginx before a web process, speaking plain HTTP or TLS; gives its port.

    Args:
        front: what STRP_FRONT_DIR names.
        behind: port of the web process.
        core: the one that it keeps to; None: any.
        is_secure: whether it speaks TLS, under a certificate that it signs itself.

    Raises:
        Unavailable: nginx is not installed.
    """
    if shutil.which("nginx") is None:
        raise Unavailable("no-nginx", _NO_NGINX)
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="strp-nginx-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        _wait_until(lambda: (front / "waiting-room.json").exists(), "the front was not written")
        plain_port = free_port() if is_secure else 0
        path = write_nginx(folder, front, port, [behind], plain_port=plain_port)
        process = subprocess.Popen(
            ["nginx", "-e", f"{folder}/error.log", "-g", "daemon off;", "-c", str(path)],
            preexec_fn=None if core is None else lambda: os.sched_setaffinity(0, {core}),
        )
        try:
            _wait_until(lambda: _answers(port), "nginx did not start")
            yield port
        finally:
            process.terminate()
            process.wait(10)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((NAME, 0))
        return int(probe.getsockname()[1])


def write_nginx(
    folder: Path, front: Path, port: int, behind: Sequence[int], *, plain_port: int = 0
) -> Path:
    """Write nginx.conf, the site and what it includes below a folder; returns nginx.conf.

    Args:
        folder: of its files; readable by its workers.
        front: what STRP_FRONT_DIR names.
        port: where it speaks TLS; or, without `plain_port`, plain HTTP for a load generator.
        behind: ports of one or two STRPs.
        plain_port: the one that leads to TLS.
    """
    for name in ("snippets", "sites-enabled", "temporary"):
        (folder / name).mkdir(exist_ok=True)
    for name in ("strp-headers.conf", "strp-proxy.conf"):
        (folder / "snippets" / name).write_text((NGINX / name).read_text())
    site = (NGINX / "strp.conf").read_text()
    site = re.sub(r"    listen \[::\].*\n", "", site)
    if plain_port:
        write_certificate(folder)
        site = site.replace("listen 80 ", f"listen 127.0.0.1:{plain_port} ")
        site = site.replace("listen 443 ", f"listen 127.0.0.1:{port} ")
    else:
        site = re.sub(r"    ssl_.*\n", "", site).replace("listen 80 ", "listen unix:redirect ")
        site = site.replace("listen 443 ssl http2 ", f"listen 127.0.0.1:{port} ")
        site = site.replace("listen unix:redirect ", f"listen unix:{folder}/redirect ")
    words = {
        "SERVER_NAME": NAME,
        "CERTIFICATE": str(folder),
        "FRONT_DIR": str(front),
        "STRP_A": f"127.0.0.1:{behind[0]}",
        "STRP_B": f"127.0.0.1:{behind[-1]}",
        "/var/log/nginx/": f"{folder}/",
    }
    (folder / "sites-enabled" / "strp.conf").write_text(_replaced(site, words))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/temporary/{kind};\n" for kind in kinds)
    main = (NGINX / "nginx.conf").read_text()
    words = {
        "user www-data;": "user root;" if os.geteuid() == 0 else "",
        "worker_processes auto;": "worker_processes 1;",
        "include /etc/nginx/modules-enabled/*.conf;": "",
        "/run/nginx.pid": f"{folder}/nginx.pid",
        "/etc/nginx/sites-enabled": f"{folder}/sites-enabled",
        "server_tokens off;": f"server_tokens off;\n{temporary}",
    }
    path = folder / "nginx.conf"
    path.write_text(_replaced(main, words))
    return path


def write_certificate(folder: Path) -> None:
    """A certificate of 127.0.0.1 that it signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(NAME))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((NAME, port), timeout=1):
        return True
    return False


def _wait_until(is_so: Callable[[], bool], else_said: str) -> None:
    end = time.monotonic() + _FILES_WITHIN_S
    while not is_so():
        if time.monotonic() > end:
            raise RuntimeError(else_said)
        time.sleep(0.1)


def _replaced(text: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(word, value)
    return text


_NO_NGINX = Text(
    id="nginx tidak terpasang. Pasang dahulu: apt-get install nginx.",
    en="nginx is not installed. Install it first: apt-get install nginx.",
)
