"""Which addresses take a body, from whom, and how much."""

import pytest

from strp.front.body_doors import EVIDENCE_BYTES, KNOWN_FORM_BYTES, BodyDoors

DOORS = BodyDoors(250 << 20, lambda _method, path: "nothing" not in path)


@pytest.mark.parametrize(
    "path",
    ["/employer/8120001110001/evidence", "/api/v1/employers/8120001110001/evidence"],
)
def test_evidence_takes_a_letter_and_its_form_from_known_senders(path: str) -> None:
    door = DOORS.find("POST", path)
    assert door is not None
    assert (door.most_bytes, door.for_anyone) == (EVIDENCE_BYTES, False)


def test_what_an_officer_says_of_evidence_is_a_form_like_any_other() -> None:
    door = DOORS.find("POST", "/office/employers/8120001110001/evidence/7")
    assert door is not None
    assert (door.most_bytes, door.for_anyone) == (KNOWN_FORM_BYTES, False)
