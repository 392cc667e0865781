"""Requests of a day, written to a file before the clock starts, and the answers to them."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from random import Random
from struct import Struct
from typing import NamedTuple

from strp.domain.identifiers import format_nib
from strp.rehearsal.load_run.plan import DayFiling
from strp.rehearsal.load_run.rosters import Expected, write_roster

PATH = "/api/v1/applications"


class Request(NamedTuple):
    """Where a request lies in the file, and what its ledger must say."""

    offset: int
    length: int
    rows: int
    duplicate: int
    exempt: int
    rejected: int

    @property
    def expected(self) -> Expected:
        """What its ledger must say."""
        return Expected(*self[2:])


class Answer(NamedTuple):
    """What came back for the request of a number.

    Args:
        latency_us: from the first byte sent to the last one received, in microseconds.
    """

    number: int
    status: int
    latency_us: int
    application_id: int
    rows: int
    accepted: int
    unchanged: int
    duplicate: int
    exempt: int
    rejected: int


_REQUEST = Struct("<QQIIII")
_ANSWER = Struct("<IIQQIIIIII")


def write_requests(
    folder: Path, filings: Iterable[DayFiling], keys: Mapping[int, str], seed: int
) -> int:
    """Write every request with its place in an index beside it.

    Args:
        folder: gets `requests` and `requests.index`.
        filings: in the order in which they are sent.
        keys: API key of each employer.
        seed: of the mistakes.

    Returns:
        Number of requests.
    """
    random, count = Random(seed), 0
    with (folder / "requests").open("wb") as file, (folder / "requests.index").open("wb") as index:
        for filing in filings:
            roster = write_roster(filing, random)
            body = list(roster.pieces)
            nib = format_nib(filing.employer.nib)
            head = (
                f"POST {PATH}?nib={nib} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                f"Authorization: Bearer {keys[filing.employer.nib]}\r\n"
                f"Content-Type: {roster.content_type}\r\n"
                f"Content-Length: {sum(map(len, body))}\r\n\r\n"
            )
            offset = file.tell()
            file.writelines((head.encode(), *body))
            index.write(_REQUEST.pack(offset, file.tell() - offset, *roster.expected))
            count += 1
    return count


def read_requests(folder: Path) -> list[Request]:
    """The index of the requests."""
    content = (folder / "requests.index").read_bytes()
    return [Request(*fields) for fields in _REQUEST.iter_unpack(content)]


def pack_answer(answer: Answer) -> bytes:
    """An answer as bytes."""
    return _ANSWER.pack(*answer)


def read_answers(folder: Path) -> Iterator[Answer]:
    """The answers, in the order in which they came."""
    content = (folder / "answers").read_bytes()
    return (Answer(*fields) for fields in _ANSWER.iter_unpack(content))
