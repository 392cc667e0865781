"""What a ticket costs where STRP_PROOF_OF_WORK is on: a challenge solved, and each only once."""

from collections import OrderedDict
from typing import Any, Final

from strp.domain.errors import InvalidInput
from strp.domain.text import Text
from strp.domain.waiting_room.ticket import SEAT_BYTES
from strp.outside.proof_of_work import ProofKeys, new_challenge, solved_challenge
from strp.usecases.process.system import System

PROOF_LIFE_S: Final = 300
"""Long enough for a page on a slow line and an old phone's computing."""
MOST_USED: Final = 50_000


class Proofs:
    """Asks for proofs and takes them.

    A seat that a proof is good for follows from its challenge. So whatever a proof is replayed for,
    in this process or another, lets one visitor in: a seat comes in once. That no proof takes two
    numbers is remembered here, by each process for itself; the oldest of MOST_USED is forgotten
    for a new one, which somebody has to compute.

    Args:
        system: the installation.
    """

    def __init__(self, system: System) -> None:
        self._mac = system.keys.mac
        self._keys = ProofKeys(
            challenge=self._mac("proof-of-work", b"challenge"),
            solution=self._mac("proof-of-work", b"solution"),
        )
        self._used: OrderedDict[bytes, None] = OrderedDict()
        self.are_needed = system.settings.proof_of_work

    def challenge(self) -> dict[str, Any]:
        """A new challenge, good for PROOF_LIFE_S."""
        return new_challenge(self._keys, PROOF_LIFE_S)

    def seat_for(self, proof: str) -> bytes:
        """The seat of the ticket that a proof is good for, SEAT_BYTES.

        Raises:
            InvalidInput: `proof-needed`; or `proof-invalid`: it is forged, expired, not solved, or
                has been spent.
        """
        if not proof:
            raise InvalidInput("proof-needed", _NEEDED)
        solved = solved_challenge(proof, self._keys)
        seat = None if solved is None else self._mac("proof-of-work-seat", solved)[:SEAT_BYTES]
        if seat is None or seat in self._used:
            raise InvalidInput("proof-invalid", _INVALID)
        return seat

    def spend(self, seat: bytes) -> None:
        """Take no other number for this seat."""
        if len(self._used) >= MOST_USED:
            self._used.popitem(last=False)
        self._used[seat] = None


_NEEDED = Text(
    id="Setiap nomor antrean kini perlu satu hitungan. Selesaikan `challenge` dan kirim hasilnya "
    "sebagai `proof`.",
    en="Each ticket takes a calculation at the moment. Solve `challenge`, and send what solves it "
    "as `proof`.",
)
_INVALID = Text(
    id="Hasil hitungan ini salah, kedaluwarsa, atau sudah dipakai. Hitung sekali lagi.",
    en="This calculation is wrong, too old, or was used already. Calculate once more.",
)
