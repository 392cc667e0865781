"""Declared staff: the representative answers for numbers that the registry has wrong.

The registry counts employees. Partners, day labourers and outsourced people of a platform are on no
payroll, and yet on the road; registered numbers are old. A declaration holds for one period; its
partners count with the people at service sites. Officials look at some, and a ruling corrects it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from strp.domain.employers.caps import Staff
from strp.domain.errors import Conflict, FieldError, InvalidInput
from strp.domain.identifiers import Nib
from strp.domain.screening.ruling import MOST_STAFF, STAFF_INVALID
from strp.domain.text import Text

MOST_CHANGES = 10
"""How often an employer may change its declaration in a period: each screens who waits again."""
FAR_ABOVE = 2
"""A declaration of more than so many times the registered staff is always looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredStaff:
    """People who work for an employer, by site type; partners work at service sites."""

    service: int
    administration: int
    partners: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffDeclaration:
    """A declaration as it is stored.

    Args:
        declared_by: label of who declared it.
        drawn: whether an official looks at it.
    """

    nib: Nib
    service: int
    administration: int
    partners: int
    declared_by: str
    declared_at: datetime
    drawn: bool
    seen_at: datetime | None
    changes: int

    @property
    def numbers(self) -> DeclaredStaff:
        """The numbers alone."""
        return DeclaredStaff(
            service=self.service, administration=self.administration, partners=self.partners
        )


def check_declaration(declared: DeclaredStaff) -> None:
    """Hold declared numbers against what can be.

    Raises:
        InvalidInput: `declaration-incomplete`; names each field that is wrong.
    """
    numbers = {
        "service": declared.service,
        "administration": declared.administration,
        "partners": declared.partners,
    }
    fields = [
        FieldError(name, "invalid", STAFF_INVALID)
        for name, number in numbers.items()
        if not 0 <= number <= MOST_STAFF
    ]
    if fields:
        raise InvalidInput("declaration-incomplete", STAFF_INVALID, fields=fields)


def read_declaration(sent: object) -> DeclaredStaff:
    """Read a declaration as a filing brings it: an object of whole numbers; partners may be absent.

    Raises:
        InvalidInput: `declaration-incomplete`; names each field that is wrong.
    """
    numbers = sent if isinstance(sent, Mapping) else {}
    found = {
        "service": numbers.get("service"),
        "administration": numbers.get("administration"),
        "partners": numbers.get("partners", 0),
    }
    sound = {name: n for name, n in found.items() if type(n) is int and 0 <= n <= MOST_STAFF}
    if len(sound) < len(found):
        fields = [FieldError(name, "invalid", STAFF_INVALID) for name in found if name not in sound]
        raise InvalidInput("declaration-incomplete", STAFF_INVALID, fields=fields)
    return DeclaredStaff(**sound)


def is_far_above(declared: DeclaredStaff, registered: Staff) -> bool:
    """Whether a declaration is so far above the registry that an official looks at it.

    Args:
        declared: numbers that the representative answers for.
        registered: numbers of the registry; an unknown one counts as 0.
    """
    pairs = (
        (declared.service + declared.partners, registered.service),
        (declared.administration, registered.administration),
    )
    return any(number > FAR_ABOVE * (known or 0) for number, known in pairs)


def changed_too_often() -> Conflict:
    """The answer to an employer that changes its declaration again and again."""
    return Conflict("declaration-changed-often", _TOO_OFTEN)


_TOO_OFTEN = Text(
    id="Pernyataan jumlah pegawai sudah 10 kali diubah pada masa berlaku ini. Minta petugas "
    "menetapkan jumlahnya.",
    en="The declaration of staff was changed 10 times in this period. Ask the office to rule on "
    "the numbers.",
)
