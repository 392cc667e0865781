"""The physical limit of a machine: raw COPY of a day's rows, raw ES256 of the same bytes.

As many processes as there are cores; each copies its share of what the day has stored into empty
tables of the same shape on the same server, and signs its share of the payloads. Nothing is read,
checked, sealed or decided, and nobody waits for an answer.
"""

import asyncio
import hashlib
import multiprocessing
import os
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec

from strp.credential.signing import SIGNATURE_BYTES, raw_signer
from strp.outside.keys import ENVELOPE_BYTES
from strp.usecases.rehearsal.raw_limit import (
    copy_share,
    drop_yardstick,
    make_yardstick,
    prepare_share,
)

MOST_TOKENS = 100_000


class Limit(NamedTuple):
    """What the machine did at most.

    Args:
        seconds: for all rows and signatures, on all cores.
        copy_s: of these, the longest that a process copied.
        sign_s: of these, the longest that a process signed.
    """

    seconds: float
    copy_s: float
    sign_s: float


async def physical_limit(url: str, folder: Path) -> Limit:
    """Measure it on what a day has stored; removes what it makes.

    Args:
        url: database of the day, at rest.
        folder: for the rows between the tables; a third of the size of the database.
    """
    await make_yardstick(url)
    try:
        return await asyncio.to_thread(_run, url, folder)
    finally:
        await drop_yardstick(url)


def _run(url: str, folder: Path) -> Limit:
    context = multiprocessing.get_context("spawn")
    parts = len(os.sched_getaffinity(0))
    barrier = context.Barrier(parts + 1)
    times: multiprocessing.Queue[tuple[float, float]] = context.Queue()
    processes = [
        context.Process(target=_share, args=(url, folder, part, parts, barrier, times))
        for part in range(parts)
    ]
    for process in processes:
        process.start()
    barrier.wait()
    began = time.monotonic()
    took = [times.get() for _ in processes]
    seconds = time.monotonic() - began
    for process in processes:
        process.join()
    return Limit(seconds, max(copy for copy, _ in took), max(sign for _, sign in took))


def _share(
    url: str,
    folder: Path,
    part: int,
    parts: int,
    barrier: Barrier,
    times: "multiprocessing.Queue[tuple[float, float]]",
) -> None:
    tokens, certificates = asyncio.run(prepare_share(url, folder, part, parts, MOST_TOKENS))
    to_sign = [_signed_bytes(token) for token in tokens]
    sign = raw_signer(ec.generate_private_key(ec.SECP256R1())).sign
    barrier.wait()
    began = time.monotonic()
    asyncio.run(copy_share(url, folder, part))
    copied = time.monotonic()
    for number in range(certificates):
        sign(hashlib.sha256(to_sign[number % len(to_sign)]).digest())
    times.put((copied - began, time.monotonic() - copied))


def _signed_bytes(sealed: bytes) -> bytes:
    """As many bytes as were signed for a certificate; which they are makes no difference."""
    return sealed[: len(sealed) - ENVELOPE_BYTES - SIGNATURE_BYTES]
