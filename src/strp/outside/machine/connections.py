"""The connections that this process accepted, as the kernel knows them; Linux only.

The server in front of us (Granian) tells of a connection only once a request has come over it. One
that stays silent is seen here alone: as a descriptor of this process.
"""

import errno
import os
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

OPEN_FILES: Final = Path("/proc/self/fd")
# Places in `struct tcp_info` (linux/tcp.h) behind `tcpi_state`: `tcpi_unacked`,
# `tcpi_last_data_recv` (milliseconds), `tcpi_bytes_acked` and `tcpi_notsent_bytes`.
_INFO_BYTES: Final = 148
_UNCONFIRMED, _IDLE, _TAKEN, _UNSENT = (
    slice(24, 28),
    slice(52, 56),
    slice(120, 128),
    slice(144, 148),
)
# States (linux/tcp_states.h) of a connection that this side has not ended.
_STANDING: Final = {1, 8}  # TCP_ESTABLISHED, TCP_CLOSE_WAIT
# After so many the other threads get a turn, the event loop among them.
_AT_ONCE: Final = 64
_GIVE_WAY_S: Final = 0.0005


@dataclass(frozen=True, slots=True)
class Connection:
    """One accepted TCP connection.

    Args:
        descriptor: of the open file.
        host: network address of the other end.
        port: of the other end.
        own_port: that it came to.
        idle_ms: since the last byte came, or since it was made where none has.
        taken: bytes that the other end has confirmed.
        waits: whether bytes for it are on their way, or have no space there.
    """

    descriptor: int
    host: str
    port: int
    own_port: int
    idle_ms: int
    taken: int = 0
    waits: bool = False

    @property
    def peer(self) -> str:
        """Network address and port of the other end, as the server writes them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def can_see_connections() -> bool:
    """Whether this system shows them: Linux does."""
    return sys.platform == "linux" and OPEN_FILES.is_dir()


def accepted_connections(port: int | None = None) -> Sequence[Connection]:
    """Connections to the ports that this process listens on; takes 12 µs each.

    Args:
        port: that they came to, for a process that listens no more.

    Source: proc(5), tcp(7).
    """
    names = os.listdir(OPEN_FILES)  # noqa: PTH208 (paths cost as much as the sockets)
    found, listens = list[Connection](), set[int]()
    for turn, name in enumerate(names):
        if turn % _AT_ONCE == 0:
            time.sleep(_GIVE_WAY_S)
        for seen in _look(int(name)):
            if isinstance(seen, Connection):
                found.append(seen)
            else:
                listens.add(seen)
    own = listens if port is None else {port}
    return [one for one in found if one.own_port in own]


def end_connection(connection: Connection) -> bool:
    """End a connection; whoever serves it sees that and closes it.

    Args:
        connection: as seen a moment ago.

    Returns:
        Whether it was still there: a descriptor is soon another's.
    """
    line = _copy(connection.descriptor)
    if line is None:
        return False
    with line:
        try:
            if line.getpeername()[:2] != (connection.host, connection.port):
                return False
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            return False
    return True


def _look(descriptor: int) -> Iterator[Connection | int]:
    """The connection behind a descriptor, or the port that it listens on; nothing for a file."""
    line = _copy(descriptor)
    if line is None:
        return
    with line:
        try:
            peer = line.getpeername()
        except OSError as error:
            if error.errno == errno.ENOTCONN and _listens(line):
                yield int(line.getsockname()[1])
            return
        try:
            if isinstance(peer, tuple):  # a path, where it is a socket of this machine's own kind
                info = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO_BYTES)
                unconfirmed, idle_ms, taken, unsent = (
                    int.from_bytes(info[place], sys.byteorder)
                    for place in (_UNCONFIRMED, _IDLE, _TAKEN, _UNSENT)
                )
                if info[0] not in _STANDING:  # ended a moment ago; whoever serves it is to close it
                    return
                yield Connection(
                    descriptor=descriptor,
                    host=str(peer[0]),
                    port=int(peer[1]),
                    own_port=int(line.getsockname()[1]),
                    idle_ms=idle_ms,
                    taken=taken,
                    waits=unconfirmed + unsent > 0,
                )
        except OSError:  # it has ended, or is no TCP
            return


def _listens(line: socket.socket) -> bool:
    try:
        return bool(line.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)) and isinstance(
            line.getsockname(), tuple
        )
    except OSError:
        return False


def _copy(descriptor: int) -> socket.socket | None:
    """A descriptor of our own for the same socket, so that nothing here closes the server's."""
    try:
        copy = os.dup(descriptor)
    except OSError:
        return None
    try:  # with family and kind told, Python asks the kernel for neither
        return socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=copy)
    except OSError:  # no socket
        os.close(copy)
        return None
