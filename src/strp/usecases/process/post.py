"""What a web process knows of the post, so that pages can say that letters are late."""

from dataclasses import dataclass


@dataclass(slots=True)
class Post:
    """As last looked at.

    Args:
        oldest_code_s: seconds since the oldest code was written that waits to be sent.
    """

    oldest_code_s: float = 0.0
