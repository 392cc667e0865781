"""Which act of an official ends which reason for which screening refers a worker.

One table, so that no reason promises what nobody can do. A claim by another employer, an
earlier revocation and a note on the NIK are matters of one worker: they end with the decision on
that worker. What speaks of the employer ends with a ruling, which holds for all its workers. What
speaks of the employer at whose site the worker is (the host) ends with its word, or an officer's in
its place, with a ruling on it, or with the end of its closure.
"""

from collections.abc import Container, Iterable, Mapping
from enum import StrEnum

from strp.domain.rules.policy import FourEyes
from strp.domain.screening.screen import REFUSES
from strp.domain.screening.sector_of import UNDETERMINED
from strp.domain.text import Text


class Act(StrEnum):
    """What an official does about a reason."""

    NAME_SECTOR = "name-sector"
    ENTER_STAFF = "enter-staff"
    ACCEPT_EVIDENCE = "accept-evidence"
    CONFIRM_HOST = "confirm-host"
    RULE_HOST = "rule-host"
    OPEN_HOST = "open-host"
    DECIDE_WORKER = "decide-worker"


class Approval(StrEnum):
    """How a pending worker may be approved."""

    AT_ONCE = "at-once"
    PROPOSED = "proposed"
    IMPOSSIBLE = "impossible"


ACTS: Mapping[str, Act] = {
    "sector-review": Act.NAME_SECTOR,
    "kbli-edition-unmapped": Act.NAME_SECTOR,
    "kbli-mixed": Act.NAME_SECTOR,
    "kbli-by-site": Act.NAME_SECTOR,
    "outside-territory": Act.DECIDE_WORKER,
    "evidence-required": Act.ACCEPT_EVIDENCE,
    "staff-unknown": Act.ENTER_STAFF,
    "host-unconfirmed": Act.CONFIRM_HOST,
    "host-unknown": Act.CONFIRM_HOST,
    "host-undetermined": Act.RULE_HOST,
    "host-closed": Act.OPEN_HOST,
    "claimed-elsewhere": Act.DECIDE_WORKER,
    "claims-many": Act.DECIDE_WORKER,
    "revoked-before": Act.DECIDE_WORKER,
    "revoked-elsewhere": Act.DECIDE_WORKER,
    "nik-age": Act.DECIDE_WORKER,
    "nik-district-unknown": Act.DECIDE_WORKER,
}
"""Each reason that can refer a worker, and the act that ends it."""

UNKNOWN = frozenset(
    {
        "kbli-edition-unmapped",
        "kbli-mixed",
        "kbli-by-site",
        "staff-unknown",
        "host-unconfirmed",
        "host-unknown",
        "host-undetermined",
        "host-closed",
    }
)
"""Reasons that say that sector, staff or host is unknown, or the host closed: nobody is approved
meanwhile."""
OVERRIDDEN = frozenset({"evidence-required"}) | REFUSES
"""Reasons against which an approval goes: an override."""

HOSTED = frozenset({Act.CONFIRM_HOST, Act.RULE_HOST, Act.OPEN_HOST})
"""Acts about the employer at whose site the worker is."""

RULED = frozenset({Act.NAME_SECTOR, Act.ENTER_STAFF, Act.ACCEPT_EVIDENCE})
"""Acts that are a ruling on the employer."""

ACT_NAMES: Mapping[Act, Text] = {
    Act.NAME_SECTOR: Text("Tetapkan sektor", "Name the sector"),
    Act.ENTER_STAFF: Text("Tetapkan jumlah pegawai", "Enter the staff"),
    Act.ACCEPT_EVIDENCE: Text("Terima bukti", "Accept the evidence"),
    Act.CONFIRM_HOST: Text("Konfirmasi lokasi kerja", "Confirm the work site"),
    Act.RULE_HOST: Text("Tetapkan perusahaan lokasi kerja", "Rule on the host"),
    Act.OPEN_HOST: Text("Cabut penutupan perusahaan lokasi kerja", "Lift the host's closure"),
    Act.DECIDE_WORKER: Text("Putuskan pekerja ini", "Decide this worker"),
}


def acts_for(codes: Iterable[str]) -> tuple[Act, ...]:
    """The acts that end these reasons, each once, in the order of `Act`."""
    needed = {ACTS[code] for code in codes if code in ACTS}
    return tuple(act for act in Act if act in needed)


def approval(sector: str, codes: Iterable[str], four_eyes: Container[FourEyes]) -> Approval:
    """How a pending worker may be approved.

    Args:
        sector: code of the application's sector.
        codes: reasons of the worker.
        four_eyes: what the policy asks a second official for.
    """
    held = frozenset(codes)
    if sector == UNDETERMINED or not UNKNOWN.isdisjoint(held):
        return Approval.IMPOSSIBLE
    if FourEyes.OVERRIDES in four_eyes and not OVERRIDDEN.isdisjoint(held):
        return Approval.PROPOSED
    return Approval.AT_ONCE
