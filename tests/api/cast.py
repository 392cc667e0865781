"""Everybody who may come to a door of one installation, and what there is for them to ask for."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from strp.domain.identifiers import ApplicationId, Nib, format_nib
from strp.domain.people.account import OPERATOR, Role
from strp.domain.text import Language
from strp.store.people import accounts, sessions
from strp.usecases.certificates.issue import Issuer
from strp.usecases.filing.file import body_digest, file_workers
from strp.usecases.filing.show import show_workers
from strp.usecases.people.api_keys import create_api_key
from strp.usecases.people.authenticate import token_hash
from strp.usecases.process.own_credentials import write_session_token
from strp.usecases.process.system import System

OWN, FOREIGN = Nib(8120001110001), Nib(8120001110002)
MANY = 60


@dataclass(slots=True)
class Cast:
    """Headers of everybody, and one application of the own employer with its certificates."""

    headers: dict[str, dict[str, str]]
    application_id: ApplicationId
    serials: list[str] = field(default_factory=list)

    def filled(self, path: str) -> str:
        """An address of a route with what belongs to the own employer; a fresh certificate."""
        values: Mapping[str, str] = {
            "application_id": str(self.application_id),
            "number": str(self.application_id),
            "serial": self.serials[-1],
            "nib": format_nib(OWN),
            "evidence_id": "1",
            "page_no": "1",
            "row": "1",
            "employer": format_nib(FOREIGN),
            "form": "zip",
        }
        for name, value in values.items():
            for kind in (":int", ":str"):
                path = path.replace(f"{{{name}{kind}}}", value)
        return path


async def gather(system: System) -> Cast:
    """Sign everybody in, file one roster with a row to mend, and issue its certificates."""
    headers = {"nobody": {}} | {
        "own key": await _key(system, OWN),
        "own representative": await _account(system, Role.REPRESENTATIVE, OWN),
        "foreign key": await _key(system, FOREIGN),
        "foreign representative": await _account(system, Role.REPRESENTATIVE, FOREIGN),
    }
    for role in Role:
        if role is not Role.REPRESENTATIVE:
            headers[role.value] = await _account(system, role)
    workers: list[object] = [one_worker(number) for number in range(MANY)]
    workers.append({"nama": "Tanpa NIK"})
    receipt = await file_workers(system, OPERATOR, OWN, workers, digest=body_digest(b""))
    while await Issuer(system).issue_some():
        pass
    page = await show_workers(system, OPERATOR, receipt.application_id, limit=MANY)
    serials = [each.serial for each in page.workers if each.serial]
    return Cast(headers, receipt.application_id, serials)


async def _key(system: System, nib: Nib) -> dict[str, str]:
    return {"Authorization": f"Bearer {await create_api_key(system, OPERATOR, nib, 'program')}"}


async def _account(system: System, role: Role, nib: Nib | None = None) -> dict[str, str]:
    token, at = write_session_token(system, secrets.token_bytes(32)), system.clock()
    async with system.database.transaction() as conn:
        account = await accounts.add_account(
            conn,
            role=role,
            email_index=secrets.token_bytes(16),
            email_sealed=b"sealed",
            language=Language.ID,
            at=at,
        )
        await sessions.add_session(conn, token_hash(token), account.account_id, at)
        if nib is not None:
            await conn.execute(
                "INSERT INTO representation (nib, account_id, state, claimed_at, active_at)"
                " VALUES (%s, %s, 'active', %s, %s)",
                (nib, account.account_id, at, at),
            )
    return {"Cookie": f"strp_session={token}", "Sec-Fetch-Site": "same-origin"}


def one_worker(number: int) -> dict[str, str]:
    """A worker whom nobody has filed yet, by number."""
    return {
        "nama": f"Siti Contoh {chr(65 + number % 26)}",
        "nik": f"31740501018{number:05d}",
        "jabatan": "Teller",
        "jenis_lokasi": "pelayanan",
    }
