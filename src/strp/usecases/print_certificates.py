"""Certificates on paper: one as PDF, all of an application as one PDF or as a zip."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TypeVar

from strp.domain.account import Actor
from strp.domain.certificate_life import CertificateStatus
from strp.domain.errors import Conflict, Unavailable
from strp.domain.identifiers import ApplicationId
from strp.domain.text import Text
from strp.outside.documents import Office, PrintedCertificate, print_batch, print_certificates
from strp.outside.documents_zip import zip_certificates
from strp.usecases.rules import policy_if_any, region_codes
from strp.usecases.show_certificates import (
    IssuedCertificate,
    certificates_of,
    require_standing,
)
from strp.usecases.system import System

T = TypeVar("T")


async def print_one(system: System, certificate: IssuedCertificate) -> bytes:
    """A certificate as a PDF of one page.

    Raises:
        Conflict: it does not stand, and on paper nobody would see that.
    """
    require_standing(certificate)
    office = await _office(system)
    printed = await _printed(system, certificate)
    return await system.paper.run(print_certificates, office, [printed])


async def print_all(system: System, actor: Actor, application_id: ApplicationId, path: Path) -> int:
    """All certificates of an application in one PDF.

    Args:
        path: the file to write.

    Returns:
        Number of pages.
    """
    office = await _office(system)
    pages = _printed_all(system, actor, application_id)
    return await system.paper.run(print_batch, office, _pulled(pages), path)


async def zip_all(system: System, actor: Actor, application_id: ApplicationId, path: Path) -> int:
    """All certificates of an application as a zip with a PDF each and an index.

    Args:
        path: the file to write.

    Returns:
        Number of certificates.
    """
    office = await _office(system)
    pages = _printed_all(system, actor, application_id)
    return await system.paper.run(zip_certificates, office, _pulled(pages), path)


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
        name=system.settings.issuer_name,
        territory=policy.territory.name.id,
        verify_address=system.settings.address.partition("://")[2] + "/verify",
    )


def _pulled(items: AsyncIterator[T]) -> Iterator[T]:
    """An asynchronous iterator, read from another thread."""
    loop = asyncio.get_running_loop()

    def pull() -> Iterator[T]:
        while True:
            try:
                yield asyncio.run_coroutine_threadsafe(_next(items), loop).result()
            except StopAsyncIteration:
                return

    return pull()


async def _next(items: AsyncIterator[T]) -> T:
    return await anext(items)


_NONE_STANDING = Text(
    id="Tidak ada surat permohonan ini yang sedang berlaku, jadi tidak ada yang dicetak.",
    en="No certificate of this application stands now, so there is nothing to print.",
)
_NO_PERIOD = Text(
    id="Masa berlaku sertifikat ini tidak ada dalam aturan yang aktif. Hubungi operator.",
    en="The period of this certificate is in no active policy. Tell the operator.",
)
