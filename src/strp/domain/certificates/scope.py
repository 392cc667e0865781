"""Which certificates one act is about: those of an employer, of a sector, of a period."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from strp.domain.errors import InvalidInput, NotFound
from strp.domain.identifiers import Nib, PeriodId
from strp.domain.text import Text

MOST_ON_A_PAGE = 50_000
"""So many are changed while somebody waits for a page; more are a command's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Certificates that have all of these in common; one of them at least is said.

    Args:
        nib: their employer.
        sector: code of the sector that they name.
        period: the period that they were issued for.
    """

    nib: Nib | None = None
    sector: str | None = None
    period: PeriodId | None = None

    def require_some(self) -> None:
        """Refuse what would mean every certificate there is.

        Raises:
            InvalidInput: `scope-missing`.
        """
        if self == Scope():
            raise InvalidInput("scope-missing", _SCOPE_MISSING)


class InScope(NamedTuple):
    """How many certificates a scope holds, and what they are.

    Args:
        employers: how many employers have them.
    """

    certificates: int
    employers: int
    suspended: int
    ended: int
    revoked: int

    @property
    def standing(self) -> int:
        """Those that are VALID by their status."""
        return self.certificates - self.suspended - self.ended - self.revoked


class GroupAct(NamedTuple):
    """An act on many certificates, as it stands.

    Args:
        certificates: how many it changed.
        done_at: None: it was cut off, and did not reach all.
        undone_at: when its suspensions were ended, or None.
    """

    act_id: int
    act: str
    nib: Nib | None
    sector: str | None
    period_id: int | None
    reason: str
    actor: str
    at: datetime
    certificates: int
    done_at: datetime | None
    undone_at: datetime | None


def nothing_in_scope() -> NotFound:
    """No certificate is touched by an act."""
    return NotFound("scope-empty", _SCOPE_EMPTY)


def too_many_for_a_page(count: int) -> InvalidInput:
    """An act is too large for a page."""
    return InvalidInput(
        "scope-too-large",
        Text(
            f"Ini mengenai {count} surat, terlalu banyak untuk halaman ini. Operator melakukannya "
            "dengan `strp certificate suspend` atau `strp revoke`.",
            f"This touches {count} certificates, too many for this page. An operator does it with "
            "`strp certificate suspend` or `strp revoke`.",
        ),
    )


def act_unknown() -> NotFound:
    """There is no such act, or none that can be undone."""
    return NotFound("act-unknown", _ACT_UNKNOWN)


_SCOPE_MISSING = Text(
    "Sebutkan perusahaan (NIB), sektor atau masa berlaku yang dimaksud.",
    "Name an employer (NIB), a sector or a period.",
)
_SCOPE_EMPTY = Text(
    "Tidak ada surat yang berubah karenanya. Periksa NIB, sektor dan masa berlakunya.",
    "No certificate would change. Check the NIB, the sector and the period.",
)
_ACT_UNKNOWN = Text(
    "Tidak ada penangguhan dengan nomor ini yang dapat dipulihkan. Lihat daftarnya.",
    "There is no suspension of this number that can be undone. Look at the list of acts.",
)
