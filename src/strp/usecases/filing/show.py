"""What an employer or an officer sees of an application."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import msgspec

from strp.domain.desk.objection import Against, against_worker
from strp.domain.errors import NotFound
from strp.domain.filing.application import Application, ApplicationState, WorkerState
from strp.domain.filing.leaving import LEFT
from strp.domain.identifiers import ApplicationId, Nib, PeriodId
from strp.domain.people.account import Actor, ActorKind, may_file, may_review, not_your_employer
from strp.domain.roster.row import Remarks
from strp.domain.rules.policy import Policy
from strp.domain.screening.reasons import HIDDEN, codes_for_filer, codes_of_refusal, reason_text
from strp.domain.text import Text
from strp.store.engine.database import Connection
from strp.store.filing import applications, engagements, workers
from strp.usecases.filing.earlier_filings import OtherFiling, other_filings
from strp.usecases.filing.read_workers import ShownCertificate, StoredWorkers, read_workers
from strp.usecases.process.personal_data import StoredPersonalData, read_personal_data, worker_aad
from strp.usecases.process.stored_values import stored_reader
from strp.usecases.process.system import System
from strp.usecases.rules.current import policy_by_id

_read_remarks = stored_reader(Remarks)


class _SheetsAlone(msgspec.Struct, array_like=True, frozen=True):
    """The part of `Remarks` that a page of workers needs; its problems are skipped unread."""

    total: int = 0
    problems: msgspec.Raw = msgspec.Raw()
    not_rows: msgspec.Raw = msgspec.Raw()
    sheets: Sequence[str] = ()
    notes: msgspec.Raw = msgspec.Raw()
    headings: msgspec.Raw = msgspec.Raw()
    file: str = ""


_read_sheets = stored_reader(_SheetsAlone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why screening or an officer put a worker where they are."""

    code: str
    detail: Text
    citation: str


class ShownHost(NamedTuple):
    """Another employer at whose site a worker is; `name` is None outside of the registry."""

    nib: Nib
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownWorker:
    """A worker of an application, personal data opened; doors mask the identity.

    Args:
        certificate: the latest, once one is issued.
        others: other employers' filings of the same worker; for officials alone.
        host: whose site the worker is at, where it is not the employer's own.
        objection: how the employer objects to what was decided, where there is such a thing.
    """

    row: int
    person: StoredPersonalData
    site_type: str
    state: WorkerState
    screening: str
    reasons: tuple[Reason, ...]
    remark: str | None
    certificate: ShownCertificate | None
    others: tuple[OtherFiling, ...] = ()
    host: ShownHost | None = None
    objection: Against | None = None

    @property
    def serial(self) -> str | None:
        """Serial of the latest certificate, once one is issued."""
        return self.certificate.serial if self.certificate else None

    @property
    def is_leaver(self) -> bool:
        """Whether the row says only that the worker leaves: no certificate comes of it."""
        return any(reason.code == LEFT for reason in self.reasons)

    @property
    def identity_masked(self) -> str:
        """NIK or document number of which only the last four characters show."""
        return mask(self.person.nik or self.person.document or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkersPage:
    """Some workers in row order.

    Args:
        next_after: the row to go on after, or None at the end.
        sheets: names of the sheets that were read, where there are several.
    """

    workers: Sequence[ShownWorker]
    next_after: int | None
    sheets: Sequence[str] = ()


def mask(identity: str) -> str:
    """An identity with all but its last four characters hidden."""
    return "•" * max(0, len(identity) - 4) + identity[-4:]


def receipt_of(system: System, application_id: ApplicationId) -> str:
    """The receipt of an application."""
    return system.keys.receipts.write(application_id)


async def find_by_receipt(system: System, text: str) -> Application:
    """The application behind a receipt, for anybody who holds it: doors show no names.

    Raises:
        NotFound: mistyped, made up, or not here.
    """
    number = system.keys.receipts.read(text)
    if number is None:
        raise NotFound("receipt-unknown", _RECEIPT_UNKNOWN)
    async with system.database.connection() as conn:
        application = await applications.find_application(conn, ApplicationId(number))
    if application is None:
        raise NotFound("receipt-unknown", _RECEIPT_UNKNOWN)
    return application


async def show_application(
    system: System, actor: Actor, application_id: ApplicationId
) -> Application:
    """An application, to its employer or to an officer.

    Args:
        actor: who reads.
        application_id: of the filing.

    Raises:
        NotFound: it is not there, or not for this reader.
    """
    async with system.database.connection() as conn:
        return await visible(conn, actor, application_id)


async def list_applications(
    system: System,
    actor: Actor,
    nib: Nib,
    *,
    before: ApplicationId | None = None,
    limit: int = 50,
) -> Sequence[Application]:
    """Applications of an employer, the newest first.

    Args:
        actor: who reads.
        nib: the employer.
        before: only those filed before this one; None: from the newest.
        limit: most that are listed.

    Raises:
        Forbidden: the actor neither acts for the employer nor reviews.
    """
    if not (may_file(actor, nib) or may_review(actor)):
        raise not_your_employer(nib)
    async with system.database.connection() as conn:
        return await applications.list_applications(conn, nib, before=before, limit=limit)


async def show_workers(
    system: System,
    actor: Actor,
    application_id: ApplicationId,
    *,
    state: WorkerState | None = None,
    after: int = 0,
    limit: int = 100,
) -> WorkersPage:
    """A page of an application's workers; an official's look is recorded.

    Args:
        after: only rows after this one.
        limit: most workers, up to 1,000.
    """
    async with system.database.transaction() as conn:
        application = await visible(conn, actor, application_id)
        read = await read_workers(
            system, conn, actor, application, state=state, after=after, limit=limit
        )
    return await open_workers(system, actor, application, read)


async def open_workers(
    system: System, actor: Actor, application: Application, read: StoredWorkers
) -> WorkersPage:
    """Rows that were read as a page: personal data opened, other employers' filings beside them.

    Args:
        system: the installation.
        actor: who looks, and may.
        application: whose workers.
        read: what `read_workers` gave, its transaction over.
    """
    policy = await policy_by_id(system, application.policy_id)
    official = actor.kind is ActorKind.OPERATOR or not may_file(actor, application.nib)
    shown = [
        _shown(
            system,
            application,
            policy,
            worker,
            read.certified.get(worker.row_no),
            for_official=official,
            host=_host(worker.host_nib, read.names),
        )
        for worker in read.found
    ]
    if official:
        shown = await _with_others(system, application, shown)
    return WorkersPage(
        workers=shown,
        next_after=read.next_after,
        sheets=sheets_of(application),
    )


def remarks_on(application: Application) -> Remarks:
    """What was wrong with the roster of an application."""
    return _read_remarks(application.problems) if application.problems else Remarks()


def sheets_of(application: Application) -> Sequence[str]:
    """Names of the sheets that were read of an application's roster, where there are several."""
    return _read_sheets(application.problems).sheets if application.problems else ()


def file_name_of(application: Application) -> str:
    """Name of the file that a roster came in, as a receipt shows it; empty where none is known."""
    return _read_sheets(application.problems).file if application.problems else ""


async def visible(conn: Connection, actor: Actor, application_id: ApplicationId) -> Application:
    """An application that the actor may see.

    Args:
        actor: who reads.
        application_id: of the filing.

    Raises:
        NotFound: it is not there, or not for this reader: which of the two is not told.
    """
    sees_all = actor.kind is ActorKind.OPERATOR or may_review(actor)
    nibs = None if sees_all else actor.nibs
    application = await applications.find_application(conn, application_id, nibs)
    if application is None:
        raise application_unknown()
    return application


def application_unknown() -> NotFound:
    """The error for an application that is not there, or not for this reader."""
    return NotFound("application-unknown", _UNKNOWN)


def open_person(
    system: System, nib: int, application_id: int, row_no: int, sealed: bytes
) -> StoredPersonalData:
    """The personal data of a worker, opened.

    Args:
        nib: the employer.
        application_id: of the filing.
        row_no: number of the worker's row.
        sealed: the row's envelope.
    """
    return read_personal_data(system.keys.open(sealed, worker_aad(nib, application_id, row_no)))


async def _with_others(
    system: System, application: Application, shown: list[ShownWorker]
) -> list[ShownWorker]:
    """The same workers, with who else filed those whom others have."""
    rows = [each.row for each in shown if any(one.code in HIDDEN for one in each.reasons)]
    if not rows:
        return shown
    nib, number = application.nib, application.application_id
    async with system.database.connection() as conn:
        indexes = await engagements.indexes_of(conn, nib, number, rows)
        people = [
            (each.row, indexes[each.row], each.person.name) for each in shown if each.row in indexes
        ]
        others = await other_filings(
            conn, system.keys, nib, people, PeriodId(application.period_id)
        )
    return [replace(each, others=tuple(others.get(each.row, ()))) for each in shown]


def _shown(
    system: System,
    application: Application,
    policy: Policy,
    worker: workers.StoredWorker,
    certificate: ShownCertificate | None,
    *,
    for_official: bool,
    host: ShownHost | None,
) -> ShownWorker:
    codes = worker.reason_codes
    if not for_official:
        codes = codes_for_filer(codes, policy)
        if worker.state == WorkerState.REFUSED:
            codes = codes_of_refusal(codes, policy)
    return ShownWorker(
        row=worker.row_no,
        person=open_person(
            system, application.nib, application.application_id, worker.row_no, worker.sealed
        ),
        site_type=worker.site_type,
        state=WorkerState(worker.state),
        screening=worker.screening,
        reasons=tuple(
            _reason(system, code, policy, worker.host_sector or application.sector)
            for code in codes
        ),
        remark=worker.remark,
        certificate=certificate,
        host=host,
        objection=None if for_official else _objection(application, worker, certificate),
    )


def _objection(
    application: Application, worker: workers.StoredWorker, certificate: ShownCertificate | None
) -> Against | None:
    return against_worker(
        application.nib,
        application.application_id,
        worker.row_no,
        is_refused=worker.state == WorkerState.REFUSED
        and application.state != ApplicationState.WITHDRAWN,
        status=certificate and certificate.status,
        by=certificate and certificate.by,
    )


def _host(nib: Nib | None, names: Mapping[Nib, str]) -> ShownHost | None:
    return None if nib is None else ShownHost(nib, names.get(nib))


def _reason(system: System, code: str, policy: Policy, sector: str) -> Reason:
    decided = system.reasons.by_code.get(code)
    if decided is not None:
        return Reason(code=code, detail=decided.text, citation=decided.citation)
    detail, citation = reason_text(code, policy, sector)
    return Reason(code=code, detail=detail, citation=citation)


_UNKNOWN = Text(
    id="Pengajuan ini tidak ada, atau bukan milik Anda. Periksa nomornya.",
    en="There is no such application, or it is not yours. Check its number.",
)
_RECEIPT_UNKNOWN = Text(
    id="Nomor tanda terima ini tidak dikenal. Periksa setiap huruf dan angkanya pada tanda terima "
    "Anda.",
    en="This receipt is not known. Check every letter and digit against your receipt.",
)
