"""Escalation: what an officer hands to a supervisor, and what two officials differ on."""

from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from strp.domain.errors import Conflict, FieldError, InvalidInput
from strp.domain.people.account import Role
from strp.domain.text import Text, clean_line

MOST_CHARACTERS: Final = 500
DECIDING: Final = frozenset({Role.OFFICER, Role.SUPERVISOR})


class EscalatedBecause(StrEnum):
    """Why an application is not for every officer any more.

    OFFICER: one asks a supervisor. DISAGREEMENT: one proposed an approval, another declined it, and
    a third decides who is neither.
    """

    OFFICER = "officer"
    DISAGREEMENT = "disagreement"


class Escalation(NamedTuple):
    """An application that waits for a supervisor, or for a third official.

    Args:
        by: account of the officer who asks, or who differed.
        at: aware.
        note: of the officer; no personal data.
    """

    because: EscalatedBecause
    by: int
    at: datetime
    note: str | None


class NotForAll(NamedTuple):
    """Applications that not every official may decide.

    Args:
        because: why they are escalated; None: they wait for a second officer.
        proposer: account of who proposed to approve, or None.
        other: of who differed or asked, or None.
        applications: how many.
    """

    because: EscalatedBecause | None
    proposer: int | None
    other: int | None
    applications: int

    def may_be_decided_by(self, account_id: int, role: Role) -> bool:
        """Whether an official may decide them: neither proposed nor differed, and a supervisor
        where one is asked.

        Args:
            account_id: of an open account.
            role: of it.
        """
        if self.because is EscalatedBecause.OFFICER and role is not Role.SUPERVISOR:
            return False
        differed = self.other if self.because is EscalatedBecause.DISAGREEMENT else None
        return role in DECIDING and account_id not in (self.proposer, differed)


def read_note(written: str) -> str:
    """The note of an escalation, on one line.

    Args:
        written: as it came.

    Raises:
        InvalidInput: `note-missing`, `note-too-long`.
    """
    note = clean_line(written)
    if not note:
        raise _wrong("note-missing", _MISSING)
    if len(note) > MOST_CHARACTERS:
        raise _wrong("note-too-long", _TOO_LONG)
    return note


def for_supervisor() -> Conflict:
    """An officer asked a supervisor; officers do not take it."""
    return Conflict(
        "for-supervisor",
        Text(
            id="Pengajuan ini diserahkan kepada penyelia. Ambil pengajuan berikutnya.",
            en="This application was handed to a supervisor. Take the next one.",
        ),
    )


def for_third() -> Conflict:
    """The official is one of the two who differ."""
    return Conflict(
        "for-third",
        Text(
            id="Dua petugas berbeda pendapat tentang pengajuan ini, dan Anda salah satunya. "
            "Petugas ketiga memutuskannya.",
            en="Two officials differ on this application, you are one of them. A third decides.",
        ),
    )


def officials_differ() -> Conflict:
    """Another official proposed to approve; who differs says so, and a third decides."""
    return Conflict(
        "officials-differ",
        Text(
            id="Petugas lain mengusulkan pekerja ini disetujui. Bila Anda tidak sependapat, tolak "
            "usulannya: petugas ketiga yang memutuskan.",
            en="Another officer proposed to approve this worker. If you differ, decline the "
            "proposal: a third officer decides.",
        ),
    )


def _wrong(code: str, text: Text) -> InvalidInput:
    return InvalidInput(code, text, fields=[FieldError("note", code, text)])


_MISSING = Text(
    id="Tulis apa yang perlu diputuskan penyelia.",
    en="Write what the supervisor is to decide.",
)
_TOO_LONG = Text(
    id=f"Catatan paling banyak {MOST_CHARACTERS} karakter.",
    en=f"A note has at most {MOST_CHARACTERS} characters.",
)
