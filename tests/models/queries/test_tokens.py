"""Tokens are random, kept as hashes only, and end with their session."""

import hashlib
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from models.queries.sessions import UsedDevice, opened
from models.queries.tokens import Lifetimes, OpenSession, new_token, token_hash
from tests.builders import City, make_city

STRICT = Lifetimes(concurrent_refresh_s=0)


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


async def sign_in(
    pool: asyncpg.Pool, employee_id: UUID, lifetimes: Lifetimes = STRICT, device: Any = None
) -> OpenSession:
    async with pool.acquire() as connection, connection.transaction():
        return await opened(connection, employee_id, device or UsedDevice(uuid4()), lifetimes)


def test_tokens_are_long_random_and_hashed_the_way_the_principals_read_them():
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) == 43 for token in tokens)
    token = tokens.pop()
    assert token_hash(token) == hashlib.sha256(token.encode()).digest()


async def test_no_token_outlives_its_session(pool: asyncpg.Pool, city: City):
    short = Lifetimes(access_s=600, refresh_s=600, session_s=5)
    await sign_in(pool, city.ani, short)
    late = await pool.fetchval(
        "SELECT count(*) FROM session_token t JOIN session s ON s.id = t.session_id"
        " WHERE t.expires_at > s.expires_at"
    )
    assert late == 0
