"""Four eyes: an approval against the rules is proposed by one official, confirmed by another.

A proposed worker is pending: nothing is issued, the place under the cap is kept, the due time
stays.
"""

from collections.abc import Container, Iterable
from typing import NamedTuple

from strp.domain.desk.acts import Approval, approval
from strp.domain.rules.policy import FourEyes


class Grounds(NamedTuple):
    """What decides how a pending worker may be approved.

    Args:
        row: line of the roster.
        reasons: codes of screening.
        proposed_by: account of the official who proposed it, or None.
        remark: of that official.
        sector: code of the host's, where the worker is at another employer's site.
    """

    row: int
    reasons: tuple[str, ...]
    proposed_by: int | None
    remark: str | None = None
    sector: str | None = None


class SortedApprovals(NamedTuple):
    """Workers whom an official would approve, by what may happen to each.

    Args:
        impossible: sector or staff is unknown.
        proposed: from now on wait for a second official.
        own: wait for a second official already, proposed by the same account.
        confirmed: proposed by another account, and approved now.
    """

    impossible: list[int]
    proposed: list[int]
    own: list[int]
    confirmed: list[int]


def sort_approvals(
    workers: Iterable[Grounds], sector: str, four_eyes: Container[FourEyes], account_id: int
) -> SortedApprovals:
    """Say of each worker what an approval by this official comes to; the rest is approved.

    Args:
        workers: pending ones whom screening did not let pass.
        sector: code of the application's sector.
        four_eyes: what the policy asks a second official for.
        account_id: of the official.
    """
    found = SortedApprovals([], [], [], [])
    for each in workers:
        how = approval(each.sector or sector, each.reasons, four_eyes)
        if how is Approval.IMPOSSIBLE:
            found.impossible.append(each.row)
        elif how is Approval.PROPOSED and each.proposed_by is None:
            found.proposed.append(each.row)
        elif how is Approval.PROPOSED and each.proposed_by == account_id:
            found.own.append(each.row)
        elif each.proposed_by is not None:
            found.confirmed.append(each.row)
    return found
