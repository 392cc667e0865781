"""Declaring staff together with a filing: the same act as by itself, before rows are screened."""

from strp.domain.identifiers import Nib
from strp.domain.people.account import Actor
from strp.domain.screening.staff_declaration import read_declaration
from strp.store.filing import applications
from strp.usecases.filing.declare_staff import declare_staff
from strp.usecases.process.system import System


async def declare_in_filing(
    system: System, actor: Actor, nib: Nib, staff: object, idempotency_key: str | None
) -> None:
    """Declare the staff that a filing brings, if it brings any.

    A filing that is sent again declares nothing: others may have declared since.

    Args:
        system: the installation.
        actor: who files.
        nib: employer.
        staff: as it was sent; None: nothing is declared.
        idempotency_key: of the filing.

    Raises:
        Forbidden: the employer is not the actor's.
        InvalidInput: `declaration-incomplete`; nothing is declared or filed.
        Conflict: `declaration-changed-often`.
    """
    if staff is None:
        return
    declared = read_declaration(staff)
    if idempotency_key is not None:
        async with system.database.connection() as conn:
            if await applications.is_filed_under(conn, nib, idempotency_key):
                return
    await declare_staff(system, actor, nib, declared)
