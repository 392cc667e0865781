"""Certificates on paper: one as PDF, all of an application as one PDF or as a zip."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Final, ParamSpec

from strp.domain.certificates.life import CertificateStatus
from strp.domain.errors import Conflict, Unavailable
from strp.domain.identifiers import ApplicationId
from strp.domain.overload import upload_incomplete
from strp.domain.people.account import Actor
from strp.domain.text import Text
from strp.outside.machine.confined import ConfinedProcess, Gone, WorkEnded
from strp.outside.paper.paper_process import begin_joining, begin_paper, finished_paper
from strp.outside.paper.pdf import Office, PrintedCertificate, print_certificates
from strp.outside.paper.zip import CertificateZip
from strp.usecases.certificates.show import IssuedCertificate, certificates_of, require_standing
from strp.usecases.process.system import System
from strp.usecases.rules.current import policy_if_any, region_codes

A_PROCESS: Final = 1_000
"""Certificates that one process sets: two seconds, so that a stop loses little; to start one costs
as much as 150 certificates."""
OPENED_AT_ONCE: Final = 25
Given = ParamSpec("Given")
Between = Callable[[int], Awaitable[None]]


async def print_one(system: System, certificate: IssuedCertificate) -> bytes:
    """A certificate as a PDF of one page.

    Raises:
        Conflict: it does not stand, and on paper nobody would see that.
    """
    require_standing(certificate)
    office = await _office(system)
    printed = await _printed(system, certificate)
    return await system.paper.run(print_certificates, office, [printed])


async def print_all(
    system: System,
    actor: Actor,
    application_id: ApplicationId,
    path: Path,
    *,
    gone: Gone | None = None,
    between: Between | None = None,
) -> int:
    """All certificates of an application in one PDF.

    Args:
        path: the file to write.
        gone: waits until whoever asked is gone; then nothing more is set.
        between: is called with the number of pages so far after each set.

    Returns:
        Number of pages.
    """
    count = 0
    with tempfile.TemporaryDirectory(prefix="strp-pdf-") as folder:
        parts: list[Path] = []
        office = await _office(system)
        async for chunk in _chunks(_printed_all(system, actor, application_id)):
            [pdf] = await _finished(system, gone, begin_paper, office, chunk, together=True)
            parts.append(Path(folder) / f"{len(parts)}.pdf")
            await system.paper.finish(parts[-1].write_bytes, pdf)
            count += len(chunk)
            if between is not None:
                await between(count)
        if len(parts) == 1:
            await system.paper.finish(shutil.move, parts[0], path)  # perhaps to another disk
            return count
        pieces = await _finished(system, gone, begin_joining, parts)
        await system.paper.finish(_write, path, pieces)
    return count


def _write(path: Path, pieces: list[bytes]) -> None:
    with path.open("wb") as out:
        out.writelines(pieces)


async def zip_all(
    system: System,
    actor: Actor,
    application_id: ApplicationId,
    path: Path,
    *,
    gone: Gone | None = None,
    between: Between | None = None,
) -> int:
    """All certificates of an application as a zip with a PDF each and an index.

    Args:
        path: the file to write.
        gone: waits until whoever asked is gone; then nothing more is set.
        between: is called with the number of certificates so far after each set.

    Returns:
        Number of certificates.
    """
    office = await _office(system)
    async with system.paper.held(CertificateZip, path) as archive:
        async for chunk in _chunks(_printed_all(system, actor, application_id)):
            pdfs = await _finished(system, gone, begin_paper, office, chunk, together=False)
            await system.paper.finish(_add, archive, chunk, pdfs)
            if between is not None:
                await between(archive.count)
    return archive.count


def _add(
    archive: CertificateZip, chunk: Sequence[PrintedCertificate], pdfs: Sequence[bytes]
) -> None:
    for certificate, pdf in zip(chunk, pdfs, strict=True):
        archive.add(certificate, pdf)


async def _chunks(
    pages: AsyncIterator[PrintedCertificate],
) -> AsyncIterator[list[PrintedCertificate]]:
    """Sets that one process makes; opening certificates lets others have their turn."""
    chunk: list[PrintedCertificate] = []
    async for page in pages:
        chunk.append(page)
        if len(chunk) % OPENED_AT_ONCE == 0:
            await asyncio.sleep(0)
        if len(chunk) == A_PROCESS:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


async def _finished(
    system: System,
    gone: Gone | None,
    begin: Callable[Given, ConfinedProcess],
    *args: Given.args,
    **kwargs: Given.kwargs,
) -> list[bytes]:
    """What a process makes; it ends where nobody waits for that any more. They take turns."""
    async with system.paper_turns:
        process = begin(*args, **kwargs)
        reading = asyncio.ensure_future(system.paper.run(finished_paper, process))
        waiting: set[asyncio.Future[Any]] = {reading}
        if gone is not None:
            waiting.add(asyncio.ensure_future(gone()))
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if not reading.done():
                raise upload_incomplete()
            return reading.result()
        except WorkEnded:
            raise Unavailable("not-printed", _NOT_PRINTED) from None
        finally:
            process.stop()
            for each in waiting - {reading}:
                each.cancel()
            await asyncio.wait({reading})
            reading.exception()  # where it was stopped, that is nobody's trouble
            process.close()


async def _printed_all(
    system: System, actor: Actor, application_id: ApplicationId
) -> AsyncIterator[PrintedCertificate]:
    """Those that stand: on paper nobody would see that one does not."""
    printed = 0
    async for certificate in certificates_of(system, actor, application_id):
        if certificate.status is CertificateStatus.STANDING:
            printed += 1
            yield await _printed(system, certificate)
    if not printed:
        raise Conflict("no-certificates-standing", _NONE_STANDING)


async def _printed(system: System, certificate: IssuedCertificate) -> PrintedCertificate:
    claims, period = certificate.claims, certificate.period
    if period is None:
        raise Unavailable("period-unknown", _NO_PERIOD)
    code = f"{claims.region:04d}"
    regions = await region_codes(system)
    return PrintedCertificate(
        text=certificate.text,
        kid=certificate.kid,
        claims=claims,
        period=period,
        region=regions.regency_name(code) or code,
        exercise=certificate.exercise,
    )


async def _office(system: System) -> Office:
    policy = await policy_if_any(system) or system.reference.policies[-1]
    return Office(
        name=system.authority.name,
        territory=policy.territory.name.id,
        verify_address=system.settings.address.partition("://")[2] + "/verify",
    )


_NONE_STANDING = Text(
    id="Tidak ada surat pengajuan ini yang sedang berlaku, jadi tidak ada yang dicetak.",
    en="No certificate of this application stands now, so there is nothing to print.",
)
_NO_PERIOD = Text(
    id="Masa berlaku sertifikat ini tidak ada dalam aturan yang aktif. Hubungi operator.",
    en="The period of this certificate is in no active policy. Tell the operator.",
)
_NOT_PRINTED = Text(
    id="Surat-surat ini tidak dapat dicetak sekarang. Coba lagi sebentar lagi; bila gagal lagi, "
    "hubungi operator.",
    en="These certificates cannot be printed now. Try again in a moment; if it fails again, tell "
    "the operator.",
)
