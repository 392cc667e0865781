"""Checking samples: an officer looks at some of those whom a policy let pass straight through."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from strp.domain.desk.error_rate import ErrorRate, error_rate
from strp.domain.errors import Conflict, InvalidInput
from strp.domain.filing.sampling import DrawnBecause
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.people.account import Actor, may_review, not_your_task
from strp.domain.roster.work_site import host_of
from strp.domain.text import Text
from strp.store import audit
from strp.store.desk import samples
from strp.store.engine.database import Connection
from strp.usecases.certificates.revoke import take_back
from strp.usecases.filing.earlier_filings import OtherFiling, other_filings
from strp.usecases.filing.show import mask, open_person
from strp.usecases.process.personal_data import StoredPersonalData
from strp.usecases.process.system import System

MOST_SHOWN = 25
MOST_COUNTED = 1_000
MEASURED_OVER = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSample:
    """A sample as the officer sees it; doors mask the identity."""

    nib: Nib
    application_id: ApplicationId
    row: int
    drawn_at: datetime
    drawn_because: DrawnBecause
    employer_name: str
    site_type: str
    person: StoredPersonalData
    serial: str | None
    others: tuple[OtherFiling, ...] = ()

    @property
    def host(self) -> Nib | None:
        """The other employer whose site the worker is at, or None."""
        host = host_of(self.person.work_site)
        return None if host == self.nib else host

    @property
    def identity_masked(self) -> str:
        """NIK or document number of which only the last four characters show."""
        return mask(self.person.nik or self.person.document or "")


async def show_samples(system: System, actor: Actor) -> tuple[int, Sequence[ShownSample]]:
    """How many samples wait, up to one more than are counted, and the earliest; a look is a record.

    Raises:
        Forbidden: the actor does not review.
    """
    if not may_review(actor):
        raise not_your_task()
    async with system.database.transaction() as conn:
        waiting = await samples.count_waiting(conn, MOST_COUNTED + 1)
        found = await samples.list_waiting(conn, MOST_SHOWN)
        if found:
            await audit.record(
                conn,
                at=system.clock(),
                actor=actor.label,
                action="samples-seen",
                subject="samples",
                detail={"rows": [_place(sample) for sample in found]},
            )
        shown = []
        for sample in found:
            one = _shown(system, sample)
            others = await _others(conn, system, sample, one.person.name)
            shown.append(replace(one, others=others))
    return waiting, shown


async def measured_errors(system: System, actor: Actor) -> ErrorRate:
    """How often those who were let pass straight through should not have been, of late.

    Args:
        actor: who asks.

    Raises:
        Forbidden: the actor does not review.
    """
    if not may_review(actor):
        raise not_your_task()
    async with system.database.connection() as conn:
        return await errors_of_late(conn, system.clock())


async def errors_of_late(conn: Connection, now: datetime) -> ErrorRate:
    """The error rate of decisions straight through, measured by the samples looked at of late.

    Args:
        now: aware time.
    """
    return error_rate(*await samples.count_checked(conn, now - MEASURED_OVER))


async def confirm_sample(
    system: System, actor: Actor, nib: Nib, application_id: ApplicationId, row_no: int
) -> None:
    """Say that a worker was rightly let pass.

    Args:
        actor: the officer who looked.
        nib: the employer.
        application_id: of the filing.
        row_no: number of the worker's row.

    Raises:
        Conflict: somebody has looked at it already.
        Forbidden: the actor does not review.
    """
    async with system.database.transaction() as conn:
        sample = await _lock(conn, actor, nib, application_id, row_no)
        await samples.settle_sample(
            conn, sample, officer_id=actor.id, outcome="confirmed", at=system.clock()
        )
        await _record(conn, system, actor, "sample-confirmed", sample)


async def refuse_sample(
    system: System,
    actor: Actor,
    nib: Nib,
    application_id: ApplicationId,
    row_no: int,
    *,
    reason: str,
) -> None:
    """Take back the certificate of a worker who should not have been let pass.

    Args:
        system: the installation.
        actor: an officer.
        nib: employer.
        application_id: of the filing.
        row_no: line of the roster.
        reason: code from the list that officers decide with.

    Raises:
        InvalidInput: the reason is not on the list.
        Conflict: somebody has looked at it already, or the certificate is not made yet.
        Forbidden: the actor does not review.
    """
    if not may_review(actor):
        raise not_your_task()
    if not system.reasons.offers(reason):
        raise InvalidInput("reason-missing", _REASON_MISSING)
    now = system.clock()
    async with system.database.transaction() as conn:
        sample = await _lock(conn, actor, nib, application_id, row_no)
        if sample.serial_no is None:
            raise Conflict("not-issued-yet", _NOT_ISSUED)
        await take_back(conn, [sample.serial_no], reason=reason, actor=actor, at=now)
        await samples.settle_sample(conn, sample, officer_id=actor.id, outcome="revoked", at=now)
        await _record(conn, system, actor, "sample-refused", sample)
    system.trust.read_at = None


async def _lock(
    conn: Connection, actor: Actor, nib: Nib, application_id: ApplicationId, row_no: int
) -> samples.Sample:
    if not may_review(actor):
        raise not_your_task()
    sample = await samples.lock_sample(conn, nib, application_id, row_no)
    if sample is None:
        raise Conflict("sample-settled", _SETTLED)
    return sample


def _place(sample: samples.Sample) -> str:
    return f"{sample.application_id}:{sample.row_no}"


async def _others(
    conn: Connection, system: System, sample: samples.Sample, name: str
) -> tuple[OtherFiling, ...]:
    """Who else has the worker: one whom two employers have may be a sample for that alone."""
    person = (sample.row_no, bytes(sample.nik_index), name)
    found = await other_filings(conn, system.keys, sample.nib, [person], sample.period_id)
    return tuple(found[sample.row_no])


def _shown(system: System, sample: samples.Sample) -> ShownSample:
    serial = sample.serial_no
    return ShownSample(
        nib=sample.nib,
        application_id=sample.application_id,
        row=sample.row_no,
        drawn_at=sample.drawn_at,
        drawn_because=DrawnBecause(sample.drawn_because),
        employer_name=sample.employer_name,
        site_type=sample.site_type,
        person=open_person(system, sample.nib, sample.application_id, sample.row_no, sample.sealed),
        serial=None if serial is None else system.keys.serials.write(serial),
    )


async def _record(
    conn: Connection, system: System, actor: Actor, action: str, sample: samples.Sample
) -> None:
    await audit.record(
        conn,
        at=system.clock(),
        actor=actor.label,
        action=action,
        subject=f"application:{sample.application_id}",
        detail={"from_row": sample.row_no, "to_row": sample.row_no},
    )


_SETTLED = Text(
    id="Contoh ini sudah diperiksa petugas lain. Lanjutkan dengan yang berikutnya.",
    en="Another officer has looked at this sample already. Go on with the next.",
)
_NOT_ISSUED = Text(
    id="Surat pekerja ini masih dibuat. Coba lagi sebentar lagi.",
    en="This worker's certificate is still being made. Try again in a moment.",
)
_REASON_MISSING = Text(
    id="Pilih alasan dari daftar untuk mencabut.",
    en="Choose a reason from the list to revoke.",
)
