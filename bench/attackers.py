"""What `bench.attacks` attacks with: requests made beforehand for `wrk`, and lines held open.

    python -m bench.attackers silent|half-sent PORT SECONDS

sends over lines of its own, from 127.0.0.2 (its process needs some 16,000 open files), and ends by
itself.
"""

import base64
import contextlib
import io
import random
import secrets
import socket
import struct
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from strp.domain.people.api_key import write_api_key
from strp.outside.machine.open_files import allow_many_open_files

ADDRESS: Final = "100.64.9.7"
BLOCKS: Final = 200
SILENT_LINES, HALF_SENT_LINES, HALF_SENT_PER_S = 16_000, 2_000, 750
SILENT_PER_TURN, HALF_SENT_PER_TURN, TURN_S = 107, 160, 0.2
"""All silent lines are made anew every 30 s; half-sent ones as fast as they are refused."""
_PATHS = ("/api/v1/applications", "/api/v1/verifications", "/sign-in", "/verify", "/api/v1/nothing")
_TEXTS = (
    "STRP1:LER9GG0B6OA7OA7OA7C1",
    "STRP1:QER10",
    "STRP1:-$O:DC0EC",
    "STRP1:" + "9" * 4_000,
)
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
_JSON = {"Content-Type": "application/json"}


class Given(NamedTuple):
    """What some attacks begin with.

    Args:
        sessions: cookies of throw-away accounts.
        asked: cookies of browsers that asked for a sign-in code.
        nibs: of employers that are there.
    """

    sessions: Sequence[str]
    asked: Sequence[str]
    nibs: Sequence[int]


def request(
    method: str, path: str, body: bytes = b"", *, address: str = ADDRESS, **headers: str
) -> bytes:
    """One request, from one address as the proxy before us says."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"X-Forwarded-For: {address}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _form(path: str, body: str, **headers: str) -> bytes:
    return request("POST", path, body.encode(), **FORM, **headers)


def _photo(picture: bytes) -> bytes:
    return _part(b'"photo"; filename="a"', picture)


def _part(name: bytes, content: bytes) -> bytes:
    head = b"--edge\r\nContent-Disposition: form-data; name=" + name + b"\r\n\r\n"
    body = head + content + b"\r\n--edge--\r\n"
    return request("POST", "/verify", body, Content_Type="multipart/form-data; boundary=edge")


def _png(width: int, height: int, colour: int, rows: bytes, *more: tuple[bytes, bytes]) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = struct.pack(">IIBBBBB", width, height, 1 if not colour else 8, colour, 0, 0, 0)
    parts = [(b"IHDR", header), *more, (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def tiled(side: int = 2_800) -> bytes:
    """A picture full of the finder patterns of QR codes, one pixel a module."""
    pattern = ("1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111")
    lines = [line + "00" for line in pattern] + ["0" * 9] * 2
    width = side // 8 * 8
    rows = [
        b"\0" + (int((line * (side // 9 + 1))[:width], 2) ^ ((1 << width) - 1)).to_bytes(width // 8)
        for line in lines
    ]
    return _png(width, side, 0, b"".join(rows[y % 9] for y in range(side)))


def palette(side: int = 6_000) -> bytes:
    """A picture of few bytes with a palette, one colour of which is clear."""
    plte, clear = (b"PLTE", bytes(768)), (b"tRNS", b"\0")
    return _png(side, side, 3, bytes((side + 1) * side), plte, clear)


def webp() -> bytes:
    """A WebP of 15 megapixels in a kilobyte or two."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (5_000, 3_000)).save(out, "WEBP")
    return out.getvalue()


def _made_up_key() -> str:
    return f"Bearer {write_api_key(secrets.token_bytes(25))}"


def _made_up_session() -> str:
    return "strp_session=" + base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")


def _of_many(n: int) -> str:
    """Addresses of BLOCKS blocks in turn."""
    return f"100.64.{n % BLOCKS}.7"


def _nib() -> str:
    return f"{random.randrange(10**12, 10**13):013d}"


def _serial() -> str:
    return "".join(random.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=13))


Made = Callable[[int, Given], bytes]
ATTACKS: Final[dict[str, Made]] = {
    "texts at /api/v1/verifications": lambda n, _: request(
        "POST", "/api/v1/verifications", b'{"text":"%s"}' % _TEXTS[n % 4].encode(), **_JSON
    ),
    "texts at /verify": lambda n, _: _part(b'"text"', _TEXTS[n % 4].encode()),
    "pictures of finder patterns": lambda _, __: _photo(tiled()),
    "palette and WebP bombs": lambda n, _: _photo(webp() if n % 2 else palette()),
    "bodies of 1 MiB without a key": lambda _, __: request(
        "POST", "/api/v1/applications", b" " * (1 << 20), **_JSON
    ),
    "pages with a query (/?role=N)": lambda n, _: request("GET", f"/?role={n}"),
    "/readyz and /metrics": lambda n, _: request("GET", ("/readyz", "/metrics")[n % 2]),
    "claims of throw-away accounts": lambda n, given: _form(
        "/employer/claim",
        f"nib={given.nibs[n % len(given.nibs)]}",
        Cookie=given.sessions[n % len(given.sessions)],
    ),
    "sign-in letters": lambda n, _: _form("/sign-in", f"email=a{n}%40stranger.example&next="),
    "wrong codes": lambda n, given: _form(
        "/sign-in/code", f"code={n:06d}", Cookie=given.asked[n % len(given.asked)]
    ),
    "tickets with Idempotency-Keys": lambda _, __: request(
        "POST", "/waiting-room/tickets", b"{}", Idempotency_Key=secrets.token_hex(16), **_JSON
    ),
    "tickets of 200 blocks": lambda n, _: request(
        "POST",
        "/waiting-room/tickets",
        b"{}",
        address=_of_many(n),
        Idempotency_Key=secrets.token_hex(16),
        **_JSON,
    ),
    "admissions": lambda _, __: request("GET", "/employer", Accept="text/html"),
    "made-up keys": lambda _, __: request(
        "GET", "/api/v1/applications/1", Authorization=_made_up_key()
    ),
    "made-up keys with filings": lambda _, __: request(
        "POST", "/api/v1/applications", b"{}", Authorization=_made_up_key(), **_JSON
    ),
    "made-up sessions at /office": lambda _, __: request(
        "GET", "/office", Cookie=_made_up_session(), Accept="text/html"
    ),
    "made-up sessions of 200 blocks": lambda n, _: request(
        "GET",
        "/office",
        address=_of_many(n),
        Cookie=_made_up_session(),
        Accept="text/html",
    ),
    "eligibility of made-up NIBs": lambda n, _: request(
        "GET", (f"/eligibility/company?nib={_nib()}", f"/api/v1/eligibility?nib={_nib()}")[n % 2]
    ),
    "serials that nobody has": lambda n, _: request(
        "GET", (f"/api/v1/certificates/{_serial()}", f"/c/{_serial()}")[n % 2]
    ),
}
FEW: Final = {"pictures of finder patterns", "palette and WebP bombs"}
LARGE: Final = {"bodies of 1 MiB without a key"}


def made(name: str, given: Given) -> list[bytes]:
    """The requests of an attack, to be sent again and again."""
    count = 2 if name in FEW | LARGE else 4_000
    return [ATTACKS[name](n, given) for n in range(count)]


def _line(port: int) -> socket.socket:
    line = socket.socket()
    line.bind(("127.0.0.2", 0))
    line.settimeout(2)
    line.connect(("127.0.0.1", port))
    line.setblocking(False)
    return line


def _lines(
    port: int, most: int, a_turn: int, first: Callable[[int], bytes]
) -> Iterator[list[socket.socket]]:
    """Lines that are held; those that ended are made anew, so many at a time at most."""
    lines: list[socket.socket] = []
    while True:
        lines = [line for line in lines if _is_open(line)]
        for number in range(min(a_turn, most - len(lines))):
            with contextlib.suppress(OSError):
                lines.append(_line(port))
                lines[-1].sendall(first(number))
        yield lines


def _is_open(line: socket.socket) -> bool:
    with contextlib.suppress(BlockingIOError):
        try:
            if line.recv(4096):
                return True
        except BlockingIOError:
            return True
        except OSError:
            pass
        line.close()
    return False


def hold(what: str, port: int, seconds: float) -> int:
    """Hold silent lines, or send a body over each at HALF_SENT_PER_S bytes a second.

    Returns:
        Lines that were held at the end.
    """
    allow_many_open_files()
    is_silent, end = what == "silent", time.monotonic() + seconds
    body = b"X" * (HALF_SENT_PER_S // 5)
    most, a_turn = HALF_SENT_LINES, HALF_SENT_PER_TURN
    if is_silent:
        most, a_turn = SILENT_LINES, SILENT_PER_TURN

    def first(number: int) -> bytes:
        path = _PATHS[number % len(_PATHS)]
        head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 15000\r\n"
        return b"" if is_silent else f"{head}Content-Type: application/json\r\n\r\n".encode()

    held = 0
    for lines in _lines(port, most, a_turn, first):
        for line in () if is_silent else lines:
            with contextlib.suppress(OSError):
                line.sendall(body)
        held = len(lines)
        if time.monotonic() > end:
            return held
        time.sleep(TURN_S)
    return held


if __name__ == "__main__":
    print(f"{hold(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))} lines held")
