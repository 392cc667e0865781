"""Workers whom an officer returned, as rows of the corrections file."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from strp.domain.filing.application import Application, ApplicationState, WorkerState
from strp.domain.identifiers import PeriodId
from strp.domain.roster.columns import Column, read_places
from strp.domain.roster.row import Remarks, sheet_of
from strp.domain.text import Text
from strp.outside.spreadsheets.corrections_writer import FiledSheet, ReturnedRow
from strp.outside.spreadsheets.form import RosterKind
from strp.store.certificates.leavers import engaged_here
from strp.store.engine.database import Connection
from strp.store.filing import engagements
from strp.store.filing.workers import StoredWorker, list_workers
from strp.usecases.filing.show import open_person
from strp.usecases.process.system import System

AT_ONCE: Final = 1_000
MOST_RETURNED: Final = 50_000
"""Returned workers of one file; whoever has more gets the others once these are filed again."""
_COLUMNS: Final = (
    *(Column.NAME, Column.NIK, Column.DOCUMENT, Column.POSITION, Column.SITE_TYPE),
    *(Column.REGION, Column.VACCINATION, Column.PHONE, Column.WORK_SITE),
)


def sheets_as_filed(remarks: Remarks, kind: RosterKind) -> list[FiledSheet]:
    """Sheets with the header cells that a receipt tells; those of the contract where it has none.

    Args:
        remarks: on the roster.
        kind: of the filed file.
    """
    if kind is RosterKind.JSON or not remarks.headings:
        return [FiledSheet("", [column.value for column in _COLUMNS])]
    names = remarks.sheets or ("",) * len(remarks.headings)
    return [
        FiledSheet(name, list(header))
        for name, header in zip(names, remarks.headings, strict=False)
    ]


async def returned_rows(
    system: System,
    conn: Connection,
    application: Application,
    sheets: Sequence[FiledSheet],
    kind: RosterKind,
) -> list[ReturnedRow]:
    """Workers of a filing who were returned and whom the employer has not filed again since.

    Args:
        system: the installation.
        conn: with a transaction, in which the application was found visible to who asks.
        application: the filing.
        sheets: with the header cells under which the workers are written.
        kind: of the filed file.
    """
    if not application.returned or application.state == ApplicationState.WITHDRAWN:
        return []
    places = [read_places([f"{cell or ''}" for cell in sheet.header]) for sheet in sheets]
    rows: list[ReturnedRow] = []
    after: int | None = 0
    while after is not None and len(rows) < MOST_RETURNED:
        found, after = await list_workers(
            conn,
            application.nib,
            application.application_id,
            state=WorkerState.RETURNED,
            after=after,
            limit=AT_ONCE,
        )
        for worker in await _not_filed_again(conn, application, found):
            number = min(sheet_of(worker.row_no), len(sheets) - 1)
            cells = _cells(system, application, worker)
            if kind is RosterKind.JSON:
                named = {column.value: cell for column, cell in cells.items() if cell}
                rows.append(_row(system, worker, named))
                continue
            line: list[Any] = [None] * len(sheets[number].header)
            for column, place in places[number].items():
                line[place] = cells.get(column)
            rows.append(_row(system, worker, line))
    return rows


async def _not_filed_again(
    conn: Connection, application: Application, found: Sequence[StoredWorker]
) -> list[StoredWorker]:
    """Those whom the employer does not have: nobody waits, or is approved, in their place."""
    if not found:
        return []
    nib, number = application.nib, application.application_id
    indexes = await engagements.indexes_of(conn, nib, number, [each.row_no for each in found])
    period = PeriodId(application.period_id)
    again = await engaged_here(conn, nib, period, list(indexes.values()))
    has = {bytes(each.nik_index) for each in again}
    return [each for each in found if indexes.get(each.row_no) not in has]


async def count_filed_again(conn: Connection, application: Application, most: int) -> int:
    """How many of a filing's returned workers the employer has filed again.

    Args:
        conn: open connection.
        application: the filing.
        most: returned workers that are looked at, up to 1,000.
    """
    if not application.returned or application.state == ApplicationState.WITHDRAWN:
        return 0
    found, _ = await list_workers(
        conn,
        application.nib,
        application.application_id,
        state=WorkerState.RETURNED,
        after=0,
        limit=min(most, AT_ONCE),
    )
    return len(found) - len(await _not_filed_again(conn, application, found))


def _cells(
    system: System, application: Application, worker: StoredWorker
) -> Mapping[Column, str | None]:
    nib, number = application.nib, application.application_id
    person = open_person(system, nib, number, worker.row_no, worker.sealed)
    return {
        Column.NAME: person.name,
        Column.NIK: person.nik,
        Column.DOCUMENT: person.document,
        Column.POSITION: person.position,
        Column.SITE_TYPE: worker.site_type,
        Column.REGION: person.region,
        Column.VACCINATION: person.vaccination,
        Column.PHONE: person.phone,
        Column.WORK_SITE: person.work_site,
    }


def _row(system: System, worker: StoredWorker, cells: Any) -> ReturnedRow:
    reasons = system.reasons.by_code
    known = [reasons[code].text for code in worker.reason_codes if code in reasons]
    remark = f": {worker.remark}" if worker.remark else ""
    why = Text(f"{_RETURNED.id}{remark}", f"{_RETURNED.en}{remark}")
    return ReturnedRow(worker.row_no, cells, why, known[0] if known else _DO)


_RETURNED = Text("Dikembalikan petugas", "Returned by an officer")
_DO = Text(
    "Perbaiki menurut catatan petugas, lalu ajukan lagi.",
    "Fix it as the officer's remark says, then file it again.",
)
