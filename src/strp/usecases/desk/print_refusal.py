"""The letter of refusal: a PDF for the employer, made when it is asked for."""

from datetime import datetime
from typing import Final

from strp.credential.refusal import Refusal, refusal_text
from strp.domain.civil_time import civil_day, day_text
from strp.domain.desk.lateness import late_in_words
from strp.domain.errors import NotFound
from strp.domain.filing.application import Application, WorkerState
from strp.domain.identifiers import ApplicationId, format_nib
from strp.domain.people.account import Actor, require_filer
from strp.domain.text import Text
from strp.outside.paper.refusal import PrintedRefusal, RefusedRow, print_refusal
from strp.usecases.filing.show import ShownWorker, receipt_of, show_application, show_workers
from strp.usecases.process.system import System
from strp.usecases.rules.current import current_periods, employer_facts

# Past so many rows the letter leads to the page; its paper would serve nobody.
MOST_ROWS: Final = 1_000


async def print_refusal_letter(
    system: System, actor: Actor, application_id: ApplicationId
) -> bytes:
    """The letter of refusal of an application.

    Source: DPMPTSP DKI Jakarta, circular of 8 July 2021: a permit or a letter of refusal within
    five hours after the filing is complete.

    Args:
        system: the installation.
        actor: its employer; the letter is addressed to it.
        application_id: of the filing.

    Returns:
        A PDF.

    Raises:
        Forbidden: the actor is an official.
        NotFound: it is not there or not for this reader; `nothing-refused`: nobody was refused.
    """
    require_filer(actor)
    application = await show_application(system, actor, application_id)
    if not application.refused:
        raise NotFound("nothing-refused", _NOTHING_REFUSED)
    refused = await show_workers(
        system, actor, application_id, state=WorkerState.REFUSED, limit=MOST_ROWS
    )
    exercise = any(
        period.exercise
        for period in await current_periods(system)
        if period.number == application.period_id
    )
    at = application.decided_at or application.submitted_at
    letter = PrintedRefusal(
        office=system.authority.name,
        employer=(await employer_facts(system, application.nib)).name,
        nib=format_nib(application.nib),
        receipt=receipt_of(system, application_id),
        text=_text(system, application, at, exercise=exercise),
        decided=day_text(civil_day(at)),
        late=_late(application),
        refused=application.refused,
        rows=application.rows,
        workers=[_row(worker) for worker in refused.workers],
        objection=_objection(system),
        exercise=exercise,
    )
    return await system.paper.run(print_refusal, letter)


def _text(system: System, application: Application, at: datetime, *, exercise: bool) -> str:
    refusal = Refusal(
        issuer=system.authority.issuer,
        issued_at=at,
        receipt=receipt_of(system, application.application_id),
        nib=application.nib,
        refused=application.refused,
    )
    key = (system.keys.exercise if exercise else system.keys.signing)[0]
    return refusal_text(refusal, key)


def _late(application: Application) -> Text | None:
    if application.late_s is None or application.late_because is None:
        return None
    return late_in_words(application.late_s, application.late_because)


def _row(worker: ShownWorker) -> RefusedRow:
    reasons = [(reason.detail, reason.citation) for reason in worker.reasons]
    return RefusedRow(worker.row, worker.person.name, reasons)


def _objection(system: System) -> Text:
    contact = system.settings.objection_contact
    return Text(
        f"Bila tidak setuju, ajukan keberatan di halaman tanda terima, setelah masuk, atau tulis "
        f"kepada {contact} dengan nomor tanda terima ini.",
        f"If you disagree, object on the receipt's page, after signing in, or write to {contact} "
        "and name this receipt.",
    )


_NOTHING_REFUSED = Text(
    id="Tidak ada pekerja yang ditolak pada pengajuan ini, jadi tidak ada surat penolakan.",
    en="Nobody was refused in this application, so there is no letter of refusal.",
)
