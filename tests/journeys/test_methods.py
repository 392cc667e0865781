"""What an address does not serve is said with what it does serve, at both doors and the room."""

import pytest

from tests.journeys.running import Installation

ADDRESSES = {
    "/waiting-room.json": "GET, HEAD",
    "/waiting-room/tickets": "POST",
    "/waiting-room/order.json": "GET, HEAD",
    "/api/v1/applications": "OPTIONS, POST",
    "/api/v1/policy": "GET, HEAD, OPTIONS",
    "/verify": "GET, HEAD, OPTIONS, POST",
}


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["TRACE", "DELETE", "PATCH"])
def test_a_method_that_is_not_served_is_405_and_allow_names_the_others(
    city: Installation, address: str, method: str
) -> None:
    with city.client() as client:
        answer = client.request(method, address)
    assert (answer.status_code, answer.headers["allow"]) == (405, ADDRESSES[address])


def test_a_ticket_takes_no_longer_idempotency_key_than_the_description_says(
    city: Installation,
) -> None:
    with city.client() as client:
        answers = [
            client.post("/waiting-room/tickets", headers={"Idempotency-Key": "k" * length})
            for length in (255, 256)
        ]
    assert [answer.status_code for answer in answers] == [201, 422]
    assert answers[1].json()["code"] == "idempotency-key-malformed"
