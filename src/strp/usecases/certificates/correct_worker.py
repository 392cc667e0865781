"""Correcting what a certificate says of its worker: name, position, kind of site.

The worker stays the same person: NIK or document cannot be corrected, and an officer looks at the
corrected worker afterwards, as at a sample. Where the kind of site changes, the place under the cap
moves with it, if there is room.
"""

from typing import NamedTuple

import msgspec

from strp.domain.employers.caps import quota_limit
from strp.domain.errors import Conflict, FieldError, InvalidInput
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.roster.advice import problem_detail
from strp.domain.roster.cells import read_words
from strp.domain.roster.columns import Column
from strp.domain.roster.row import SiteType
from strp.domain.text import Text, clean_line
from strp.store.certificates import worker_corrections as store
from strp.store.engine.database import Connection
from strp.store.filing import workers
from strp.usecases.filing.hosts import read_hosts
from strp.usecases.process.personal_data import encode_personal_data, read_personal_data, worker_aad
from strp.usecases.process.system import System
from strp.usecases.rules.current import classification_today, policy_today


class Correction(NamedTuple):
    """What is to be said of a worker instead; None: as before."""

    name: str | None = None
    position: str | None = None
    site_type: SiteType | None = None

    def fields(self) -> list[str]:
        """Names of the fields that are corrected, for the record: not what they hold."""
        return [name for name, value in self._asdict().items() if value is not None]


def read_correction(name: str = "", position: str = "", site_type: str = "") -> Correction | None:
    """A correction from what was typed, or None where nothing is to be corrected.

    Args:
        name: as typed; empty: stays.
        position: as typed; empty: stays.
        site_type: its code; empty: stays.

    Raises:
        InvalidInput: `correction-invalid`; names each field and how to mend it.
    """
    fields: list[FieldError] = []
    site = next((each for each in SiteType if each.value == site_type.strip()), None)
    if site_type.strip() and site is None:
        text = problem_detail("invalid", Column.SITE_TYPE)
        fields.append(FieldError("site_type", "invalid", text))
    found = Correction(
        _words(name, "name", Column.NAME, fields),
        _words(position, "position", Column.POSITION, fields),
        site,
    )
    if fields:
        raise InvalidInput("correction-invalid", _INVALID, fields=fields)
    return None if found == Correction() else found


async def correct_worker(
    system: System,
    conn: Connection,
    nib: Nib,
    application_id: ApplicationId,
    row: int,
    correction: Correction,
) -> None:
    """Change what is stored of a worker; the employer's lock is held.

    Args:
        nib: the employer.
        application_id: of the filing.
        row: number of the worker's row.
        correction: what is to stand there.

    Raises:
        Conflict: `no-place-free`; the cap of the new kind of site is reached.
    """
    found = await workers.find_worker(conn, nib, application_id, row)
    assert found is not None
    site = SiteType(found.site_type)
    wanted = correction.site_type or site
    if wanted is not site:
        if found.host_nib is None:
            await _move_place(system, conn, nib, application_id, wanted)
        else:
            await _require_place_at(system, conn, nib, found.host_nib, wanted)
    aad = worker_aad(nib, application_id, row)
    person = read_personal_data(system.keys.open(found.sealed, aad))
    changed = msgspec.structs.replace(
        person,
        name=correction.name or person.name,
        position=correction.position or person.position,
    )
    sealed = system.keys.seal(encode_personal_data(changed), aad)
    place = nib, application_id, row
    await store.rewrite_worker(conn, *place, site_type=wanted, sealed=sealed)
    await store.draw_again(conn, *place, at=system.clock())


async def _move_place(
    system: System, conn: Connection, nib: Nib, application_id: ApplicationId, wanted: SiteType
) -> None:
    """Move a place under the caps to another kind of site."""
    _, employer, classification = await classification_today(system, nib)
    most = None
    if classification.sector is not None:
        limit = quota_limit(
            employer.counted_staff, classification.sector.caps, classification.rounding
        )
        at = 0 if wanted is SiteType.SERVICE else 1
        most = limit[at]
        if most is not None and classification.counts_lent:
            most -= employer.terms.lent[at]
    service = 1 if wanted is SiteType.SERVICE else -1
    if not await store.move_place(conn, nib, application_id, service=service, most=most):
        raise Conflict("no-place-free", _NO_PLACE)


async def _require_place_at(
    system: System, conn: Connection, nib: Nib, host: Nib, wanted: SiteType
) -> None:
    """Let a worker move only where the host has confirmed a place that is free."""
    policy = await policy_today(system)
    at = (await read_hosts(conn, nib, policy, [host], system.clock()))[host]
    if at.room[0 if wanted is SiteType.SERVICE else 1] <= 0:
        raise Conflict("no-place-free", _NO_PLACE)


def _words(text: str, field: str, column: Column, fields: list[FieldError]) -> str | None:
    if not text.strip():
        return None
    words, code = read_words(clean_line(text))
    if code:
        fields.append(FieldError(field, code, problem_detail(code, column)))
    return words


def nothing_to_correct() -> InvalidInput:
    """The answer to a correction that names nothing."""
    fields = [FieldError("name", "missing", _NOTHING)]
    return InvalidInput("nothing-to-correct", _NOTHING, fields=fields)


_NOTHING = Text(
    id="Isi sedikitnya satu data yang benar.", en="Fill in at least one thing that is right."
)
_INVALID = Text(
    id="Perbaikan ini belum benar; tidak ada yang diubah.",
    en="This correction is not right yet; nothing was changed.",
)
_NO_PLACE = Text(
    id="Batas pekerja untuk jenis lokasi itu sudah penuh; tidak ada yang diubah. Akhiri surat "
    "pekerja lain dulu, atau perbarui jumlah pegawai di OSS.",
    en="The cap for that type of site is reached; nothing was changed. End another worker's "
    "certificate first, or correct the number of staff in OSS.",
)
