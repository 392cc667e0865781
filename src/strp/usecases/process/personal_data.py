"""A worker's personal data: one envelope a row, and what each envelope is bound to."""

from struct import Struct

import msgspec

from strp.domain.roster.row import WorkerRow
from strp.domain.text import clean_line
from strp.usecases.process.stored_values import stored_reader

_WORKER_AAD = Struct(">6sQQI").pack
_encode = msgspec.msgpack.Encoder().encode


def worker_aad(nib: int, application_id: int, row_no: int) -> bytes:
    """What the sealed data of a worker are bound to: the table and the row's key.

    Args:
        nib: the employer.
        application_id: of the filing.
        row_no: number of the worker's row.
    """
    return _WORKER_AAD(b"worker", nib, application_id, row_no)


def certificate_aad(nib: int, application_id: int, row_no: int) -> bytes:
    """What a sealed certificate is bound to: the table and the row's key.

    Args:
        nib: the employer.
        application_id: of the filing.
        row_no: number of the worker's row.
    """
    return _WORKER_AAD(b"signed", nib, application_id, row_no)


def identity(worker: WorkerRow) -> str:
    """What a worker is found by: the NIK, or the number of a foreigner's document."""
    return "NIK:" + worker.nik if worker.nik else f"DOC:{worker.document}"


def personal_data(worker: WorkerRow) -> bytes:
    """A worker's personal data as bytes to seal."""
    plain = (
        worker.name,
        worker.nik,
        worker.document,
        worker.position,
        worker.region,
        worker.vaccination,
        worker.phone,
    )
    return _encode(plain if worker.work_site is None else (*plain, worker.work_site))


class StoredPersonalData(msgspec.Struct, array_like=True, frozen=True):
    """A worker's personal data as they come out of the envelope.

    `work_site` is the NIB of a host, or a name, as `WorkerRow` has it.
    """

    name: str
    nik: str | None
    document: str | None
    position: str
    region: str | None
    vaccination: str | None
    phone: str | None
    work_site: str | None = None


def encode_personal_data(person: StoredPersonalData) -> bytes:
    """Personal data as bytes to seal."""
    return _encode(person)


_read = stored_reader(StoredPersonalData)


def read_personal_data(plain: bytes) -> StoredPersonalData:
    """Personal data from opened bytes; names filed before names were cleaned are cleaned here."""
    person = _read(plain)
    if person.name.isascii() and person.position.isascii():
        return person
    name, position = clean_line(person.name), clean_line(person.position)
    return msgspec.structs.replace(person, name=name, position=position)
