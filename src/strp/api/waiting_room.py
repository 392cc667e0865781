"""What programs send to the waiting room and get from it; the front answers these calls itself."""

from typing import Annotated

import msgspec

from strp.api.field_types import Moment
from strp.domain.waiting_room.lanes import Lane

Numbers = Annotated[int, msgspec.Meta(ge=0)]


class RoomOut(msgspec.Struct):
    """What is being served, the same for everybody: whose number is not above it comes in."""

    open: bool
    serving: dict[Lane, Numbers]
    rate: dict[Lane, float]
    at: Moment


class TicketIn(msgspec.Struct):
    """Which line to stand in, and the proof of work where one is asked for."""

    lane: Lane = Lane.EMPLOYERS
    proof: str = ""


class TicketOut(msgspec.Struct):
    """A place in line, how many are before it, and for how many seconds, as an interval."""

    ticket: str
    lane: Lane
    number: Numbers
    ahead: Numbers
    expected_s: Annotated[list[int | None], msgspec.Meta(min_length=2, max_length=2)]
    poll_after_s: Annotated[int, msgspec.Meta(ge=1)]


class AdmissionIn(msgspec.Struct):
    """The ticket, and the line that it is shown in."""

    # Told in the description alone: what is no ticket is answered with its own error.
    ticket: Annotated[str, msgspec.Meta(extra_json_schema={"pattern": "^[A-Za-z0-9_-]{59}$"})]
    lane: Lane | None = None


class AdmissionOut(msgspec.Struct):
    """Leave to enter, to be sent as the cookie that comes with it."""

    admission: str
    lane: Lane
    number: Numbers
    valid_for_s: Annotated[int, msgspec.Meta(ge=1)]
