"""Which workers whom the rules let pass are looked at by an officer afterwards, and why those.

Everybody has the same chance in the lot; from this random part alone the error rate is measured.
Who carries a risk that the policy names has a higher chance; these, and who is drawn for a reason
of their own, are looked at as well but are no measure of the others.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from strp.domain.employers.employer import EmployerTerms
from strp.domain.rules.filing_rules import SampleRisk
from strp.domain.rules.policy import Policy
from strp.domain.text import Text

_TAIL_BITS: Final = 32
_TAIL_BYTES: Final = 4


class DrawnBecause(StrEnum):
    """Why a worker is among the samples."""

    LOT = "lot"
    REMARK = "remark"
    OTHER_SITE = "other-site"
    DECLARED_STAFF = "declared-staff"
    TWO_EMPLOYERS = "two-employers"
    NAMES_DIFFER = "names-differ"
    CORRECTED = "corrected"
    UNKNOWN = "unknown"


class Lots(NamedTuple):
    """The chances of a policy, as bounds of the end of a keyed index.

    Args:
        everybody: who lies below is drawn by the lot that all share.
        by_risk: the same for who carries a risk.
        highest: who does not lie below is not drawn at all.
    """

    everybody: bytes
    by_risk: Mapping[SampleRisk, bytes]
    highest: bytes

    def draws(self, nik_index: bytes, risks: Collection[SampleRisk]) -> DrawnBecause | None:
        """Why a worker is drawn, or None.

        Args:
            nik_index: keyed index of the worker.
            risks: what the worker carries.
        """
        tail = nik_index[-_TAIL_BYTES:]
        if tail < self.everybody:
            return DrawnBecause.LOT
        for risk, below in self.by_risk.items():
            if risk in risks and tail < below:
                return DrawnBecause(risk.value)
        return None


def lots_of(policy: Policy) -> Lots:
    """The chances that a policy gives."""
    return _lots_of(policy.sample_percent, policy.sample_rates)


@lru_cache(maxsize=64)
def _lots_of(percent: float, rates: tuple[tuple[SampleRisk, float], ...]) -> Lots:
    everybody = sample_mark(percent)
    by_risk = {risk: sample_mark(percent) for risk, percent in rates}
    return Lots(everybody, by_risk, max(everybody, *by_risk.values(), b""))


def sample_mark(share_percent: float) -> bytes:
    """What the end of a keyed index lies below where a worker is drawn for an officer's look.

    The keyed index is uniform and unknown to applicants, so the draw can be neither foreseen nor
    steered, and needs no random numbers: a worker is drawn where
    `nik_index[-4:] < sample_mark(share_percent)`.

    Args:
        share_percent: share of workers to draw, 0–100.
    """
    share = int(share_percent / 100 * (1 << _TAIL_BITS))
    return share.to_bytes(_TAIL_BYTES) if share < 1 << _TAIL_BITS else b"\xff" * 5


def risks_of(
    reasons: Collection[str], terms: EmployerTerms, *, at_other_site: bool
) -> frozenset[SampleRisk]:
    """What makes a look at a worker who passed more worth than at another.

    Args:
        reasons: codes of the screening; of one who passed: remarks.
        terms: what counts for the employer beside the registry.
        at_other_site: whether the worker is at another employer's site.
    """
    declared = any(one is not None for one in terms.declared_staff)
    carried = {
        SampleRisk.REMARK: bool(reasons),
        SampleRisk.OTHER_SITE: at_other_site,
        SampleRisk.DECLARED_STAFF: declared,
    }
    return frozenset(risk for risk, so in carried.items() if so)


DRAWN_BECAUSE: Final = {
    DrawnBecause.LOT: Text("Terpilih secara acak", "Drawn at random"),
    DrawnBecause.REMARK: Text("Ada catatan pada NIK", "A remark on the NIK"),
    DrawnBecause.OTHER_SITE: Text(
        "Bekerja di lokasi perusahaan lain", "Works at another company's site"
    ),
    DrawnBecause.DECLARED_STAFF: Text(
        "Jumlah staf dinyatakan sendiri oleh perusahaan", "The company declared its staff itself"
    ),
    DrawnBecause.TWO_EMPLOYERS: Text("Diajukan oleh dua perusahaan", "Filed by two companies"),
    DrawnBecause.NAMES_DIFFER: Text(
        "Perusahaan lain mengajukan NIK ini dengan nama lain",
        "Another company filed this NIK under another name",
    ),
    DrawnBecause.CORRECTED: Text("Data diperbaiki perusahaan", "Corrected by the company"),
    DrawnBecause.UNKNOWN: Text("Sebab tidak dicatat", "The cause was not kept"),
}
"""Why somebody is among the samples, as an officer reads it."""
