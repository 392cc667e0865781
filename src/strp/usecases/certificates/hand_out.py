"""Private links for an employer to hand out: a list as a file, a page of slips, a worker's line.

STRP sends nothing itself. Every list and page of slips is recorded, since whoever has a link has
the certificate.
"""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from strp.domain.certificates.handing_out import (
    LISTS_WRITTEN,
    SLIPS_SHOWN,
    handing_text,
    links_too_often,
    messenger_link,
    messenger_number,
    nothing_to_hand_out,
)
from strp.domain.certificates.life import CertificateStatus
from strp.domain.identifiers import ApplicationId, Nib, SerialNumber, format_nib
from strp.domain.people.account import Actor, may_file, not_your_employer, require_filer
from strp.outside.spreadsheets.link_list import LinkLine, LinkList, LinkListForm
from strp.store import audit
from strp.store.certificates import holders
from strp.store.certificates.holders import Holder
from strp.store.engine.database import Connection
from strp.usecases.certificates.show import link_of
from strp.usecases.filing.certificate_fates import fates_now
from strp.usecases.filing.show import open_person, visible
from strp.usecases.process.personal_data import StoredPersonalData
from strp.usecases.process.shared_limits import count
from strp.usecases.process.system import System
from strp.usecases.rules.current import policy_if_any

PAGE: Final = 500
SLIPS: Final = 40
_AS_SLIPS: Final = "slips"


class PrivateLink(NamedTuple):
    """One worker's private link, and what it takes to bring it to them.

    Args:
        row: of the worker.
        name: of the worker.
        identity_tail: last four characters of NIK or document.
        phone: digits with the country's code, or None.
        path: on our site, `/c/…`.
        address: the same in full.
    """

    row: int
    name: str
    identity_tail: str
    phone: str | None
    path: str
    address: str

    @property
    def text(self) -> str:
        """What the employer writes to the worker."""
        return handing_text(self.name, self.address)

    @property
    def messenger(self) -> str | None:
        """A link that opens a chat with the worker, where a phone was filed."""
        return messenger_link(self.phone, self.text)


class Slips(NamedTuple):
    """Some private links in row order; `next_after` is None at the end."""

    links: Sequence[PrivateLink]
    next_after: int | None


def private_link(
    system: System, row: int, person: StoredPersonalData, serial: SerialNumber
) -> PrivateLink:
    """The private link of one worker.

    Args:
        system: the installation.
        row: of the worker.
        person: personal data, opened.
        serial: of the worker's certificate.
    """
    path = f"/c/{link_of(system, serial)}"
    return PrivateLink(
        row=row,
        name=person.name,
        identity_tail=(person.nik or person.document or "")[-4:],
        phone=messenger_number(person.phone),
        path=path,
        address=system.settings.address + path,
    )


async def write_links_of_application(
    system: System, actor: Actor, application_id: ApplicationId, form: LinkListForm, path: Path
) -> int:
    """Write the private links of an application whose certificates stand.

    Args:
        form: of the list.
        path: the file to write.

    Returns:
        Number of lines.

    Raises:
        Forbidden: the actor is an official.
        NotFound: no such application for this reader.
        Conflict: no certificate stands.
        TooMany: lists were fetched too often.
    """
    nib = await _permit(system, actor, application_id, {"as": form.value})
    return await _write(system, nib, _of_application(system, nib, application_id), form, path)


async def write_links_of_employer(
    system: System, actor: Actor, nib: Nib, form: LinkListForm, path: Path
) -> int:
    """Write the private links of all certificates of an employer that stand in the period in force.

    Args and errors as of `write_links_of_application`; Forbidden where it is not the actor's
    employer.

    Args:
        actor: the employer's representative, or its key.
        nib: the employer.
        form: CSV or workbook.
        path: file that is written.

    Returns:
        Number of links.

    Raises:
        Forbidden: it is not the actor's employer.
        StrpError: as `write_links_of_application`.
    """
    if not may_file(actor, nib):
        raise not_your_employer(nib)
    async with system.database.transaction() as conn:
        await _record(conn, system, actor, f"employer:{format_nib(nib)}", {"as": form.value})
    return await _write(system, nib, _of_employer(system, nib), form, path)


async def show_slips(
    system: System, actor: Actor, application_id: ApplicationId, *, after: int = 0
) -> Slips:
    """Private links of an application to print and cut, those that stand.

    Args:
        after: only rows after this one.

    Raises:
        StrpError: as `write_links_of_application`; no Conflict, the page says so itself.
    """
    nib = await _permit(system, actor, application_id, {"as": _AS_SLIPS, "after_row": after})
    async with system.database.connection() as conn:
        found = await holders.holders_of_application(
            conn, nib, application_id, after=after, limit=SLIPS + 1
        )
        shown = found[:SLIPS]
        stand = await _standing(system, conn, nib, shown)
    is_last = len(found) <= SLIPS
    return Slips(_opened(system, nib, stand), None if is_last else shown[-1].row_no)


async def _permit(
    system: System, actor: Actor, application_id: ApplicationId, detail: dict[str, object]
) -> Nib:
    require_filer(actor)
    async with system.database.transaction() as conn:
        application = await visible(conn, actor, application_id)
        await _record(conn, system, actor, f"application:{application_id}", detail)
    return application.nib


async def _record(
    conn: Connection, system: System, actor: Actor, subject: str, detail: dict[str, object]
) -> None:
    is_page = detail["as"] == _AS_SLIPS
    limit, what = (SLIPS_SHOWN, "slips") if is_page else (LISTS_WRITTEN, "links")
    wait_s = await count(conn, system, limit, f"{what}:{actor.label}")
    if wait_s:
        raise links_too_often(wait_s)
    await audit.record(
        conn,
        at=system.clock(),
        actor=actor.label,
        action="links-handed-out",
        subject=subject,
        detail=detail,
    )


async def _write(
    system: System, nib: Nib, pages: AsyncIterator[list[Holder]], form: LinkListForm, path: Path
) -> int:
    """Write pages of holders, each in a thread, so that the event loop does other things too."""
    async with system.corrections.held(LinkList, path, form) as lines:
        async for page in pages:
            await system.corrections.finish(_add, lines, system, nib, page)
    if not lines.lines:
        raise nothing_to_hand_out()
    return lines.lines


def _add(lines: LinkList, system: System, nib: Nib, page: Sequence[Holder]) -> None:
    lines.add(
        LinkLine(link.name, link.identity_tail, link.phone or "", link.address)
        for link in _opened(system, nib, page)
    )


def _opened(system: System, nib: Nib, page: Sequence[Holder]) -> list[PrivateLink]:
    return [
        private_link(
            system,
            holder.row_no,
            open_person(system, nib, holder.application_id, holder.row_no, holder.sealed),
            holder.serial_no,
        )
        for holder in page
    ]


async def _of_application(
    system: System, nib: Nib, application_id: ApplicationId
) -> AsyncIterator[list[Holder]]:
    after = 0
    while True:
        async with system.database.connection() as conn:
            page = await holders.holders_of_application(
                conn, nib, application_id, after=after, limit=PAGE
            )
            stand = await _standing(system, conn, nib, page)
        yield stand
        if len(page) < PAGE:
            return
        after = page[-1].row_no


async def _of_employer(system: System, nib: Nib) -> AsyncIterator[list[Holder]]:
    policy = await policy_if_any(system)
    after = ApplicationId(0), 0
    while policy is not None:
        async with system.database.connection() as conn:
            page = await holders.holders_of_employer(
                conn, nib, policy.period.number, after=after, limit=PAGE
            )
            stand = await _standing(system, conn, nib, page)
        yield stand
        if len(page) < PAGE:
            return
        after = page[-1].application_id, page[-1].row_no


async def _standing(
    system: System, conn: Connection, nib: Nib, page: Sequence[Holder]
) -> list[Holder]:
    """Those whose certificate stands: a link to one that does not helps nobody."""
    fates = await fates_now(system, conn, nib, [holder.serial_no for holder in page])
    stands = CertificateStatus.STANDING
    return [holder for holder in page if fates[holder.serial_no].status is stands]
