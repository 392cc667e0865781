"""Sessions of officials in a running installation, as the database holds them after a sign-in."""

import base64
import secrets

from strp.usecases.people.authenticate import token_hash
from tests.journeys.running import Installation

ACCOUNT = """
INSERT INTO account (role, email_index, email_sealed, language, created_at)
VALUES (%s, %s, 'sealed', 'id', now()) RETURNING account_id
"""
SESSION = """
INSERT INTO session (token_hash, account_id, created_at, last_seen_at)
VALUES (%s, %s, now(), now())
"""


def session_of(city: Installation, role: str) -> str:
    """The cookie of a new account that has just signed in."""
    token = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    with city.database() as conn:
        found = conn.execute(ACCOUNT, (role, secrets.token_bytes(16))).fetchone()
        assert found is not None
        conn.execute(SESSION, (token_hash(token), found[0]))  # type: ignore[arg-type]
    return f"strp_session={token}"
