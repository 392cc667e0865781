"""Credentials show by themselves who made them; those of earlier releases stay good."""

import secrets

import pytest

from strp.domain.people.api_key import SECRET_BYTES, is_api_key, write_api_key
from strp.domain.people.sign_in import SESSION_TOKEN_BYTES, is_session_token
from strp.usecases.process.own_credentials import (
    is_made_up_token,
    is_own_key,
    is_own_token,
    new_api_key,
    write_session_token,
)
from strp.usecases.process.system import System

pytestmark = pytest.mark.anyio


async def test_a_token_of_ours_is_known_by_its_tag(system: System) -> None:
    token = write_session_token(system, secrets.token_bytes(SESSION_TOKEN_BYTES))
    assert is_session_token(token)
    assert is_own_token(system, token)
    assert not is_made_up_token(system, token)


async def test_a_token_with_one_letter_changed_is_made_up(system: System) -> None:
    token = write_session_token(system, secrets.token_bytes(SESSION_TOKEN_BYTES))
    for at in range(len(token)):
        other = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        assert is_made_up_token(system, other)


async def test_a_token_without_tag_may_be_of_an_earlier_release(system: System) -> None:
    old = secrets.token_urlsafe(SESSION_TOKEN_BYTES)
    assert is_session_token(old)
    assert not is_own_token(system, old)
    assert not is_made_up_token(system, old)


async def test_a_key_keeps_its_shape_and_is_known_by_its_tag(system: System) -> None:
    key = new_api_key(system)
    assert is_api_key(key)
    assert is_own_key(system, key)
    assert not is_own_key(system, write_api_key(secrets.token_bytes(SECRET_BYTES)))
