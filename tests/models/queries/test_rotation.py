"""One family under any loss of answers; ended when a token turns out to be shared."""

import asyncio
import random
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from models.queries.rotation import refreshed
from models.queries.sessions import UsedDevice, opened
from models.queries.tokens import Lifetimes, OpenSession
from models.rules.refusals import (
    NotSignedIn,
    RefreshReused,
    Refusal,
    SessionExpired,
    SessionRevoked,
)
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


async def refresh(
    pool: asyncpg.Pool, token: str, lifetimes: Lifetimes = STRICT
) -> OpenSession | Refusal:
    async with pool.acquire() as connection, connection.transaction():
        return await refreshed(connection, token, lifetimes)


def good(outcome: OpenSession | Refusal) -> OpenSession:
    assert isinstance(outcome, OpenSession), outcome
    return outcome


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_answers_are_lost_the_phone_stays_signed_in(
    pool: asyncpg.Pool, city: City, seed: int
):
    """A phone keeps the last answer that reached it and asks again when one did not."""
    chance = random.Random(seed)
    held = (await sign_in(pool, city.ani)).refresh_token
    for _ in range(20):
        outcome = good(await refresh(pool, held))
        if chance.random() < 0.5:
            held = outcome.refresh_token
    assert await pool.fetchval("SELECT count(*) FROM session WHERE revoked_at IS NULL") == 1


@pytest.mark.parametrize("seed", range(8))
async def test_two_holders_of_one_token_are_found_out(pool: asyncpg.Pool, city: City, seed: int):
    """A copy of the token is in other hands; both go on, in any order, until one is refused."""
    chance = random.Random(seed)
    first = (await sign_in(pool, city.ani)).refresh_token
    held = {"owner": first, "thief": first}
    for holder in ("owner", "thief"):
        held[holder] = good(await refresh(pool, held[holder])).refresh_token
    for _ in range(3):
        holder = chance.choice(["owner", "thief"])
        outcome = await refresh(pool, held[holder])
        if isinstance(outcome, Refusal):
            assert isinstance(outcome, RefreshReused)
            break
        held[holder] = outcome.refresh_token
    else:
        other = "owner" if holder == "thief" else "thief"
        assert isinstance(await refresh(pool, held[other]), RefreshReused)
    for token in held.values():
        assert isinstance(await refresh(pool, token), SessionRevoked)


async def test_a_reuse_is_committed_with_its_rights_and_entry(pool: asyncpg.Pool, city: City):
    first = await sign_in(pool, city.ani)
    second = good(await refresh(pool, first.refresh_token))
    good(await refresh(pool, second.refresh_token))
    assert isinstance(await refresh(pool, first.refresh_token), RefreshReused)
    session = await pool.fetchrow("SELECT revoked_at, revoked_reason FROM session")
    assert session["revoked_at"] is not None
    assert session["revoked_reason"] == "refresh_reused"
    told = await pool.fetchval(
        "SELECT employee_ids FROM rights_change ORDER BY version DESC LIMIT 1"
    )
    assert told == [city.ani]
    assert await pool.fetchval("SELECT action FROM audit_entry") == "refresh_reused"


async def test_many_refreshes_at_once_make_one_chain(pool: asyncpg.Pool, city: City):
    lifetimes = Lifetimes(concurrent_refresh_s=60)
    first = await sign_in(pool, city.ani, lifetimes)
    outcomes = await asyncio.gather(
        *(refresh(pool, first.refresh_token, lifetimes) for _ in range(5))
    )
    pairs = [good(outcome) for outcome in outcomes]
    assert {pair.session_id for pair in pairs} == {first.session_id}
    used = await pool.fetchval("SELECT count(*) FROM session_token WHERE used_at IS NOT NULL")
    assert used == 1
    good(await refresh(pool, pairs[2].refresh_token, lifetimes))
    void = await pool.fetchval("SELECT count(*) FROM session_token WHERE void")
    assert void == 4  # the four other answers


async def test_a_refresh_forgets_tokens_that_ran_out(pool: asyncpg.Pool, city: City):
    first = await sign_in(pool, city.ani)
    await pool.execute(
        "UPDATE session_token SET expires_at = now() - interval '1 hour' WHERE kind = 'access'"
    )
    good(await refresh(pool, first.refresh_token))
    assert await pool.fetchval("SELECT count(*) FROM session_token WHERE kind = 'access'") == 1


async def test_a_used_token_is_remembered_for_a_while_only(pool: asyncpg.Pool, city: City):
    first = await sign_in(pool, city.ani)
    second = good(await refresh(pool, first.refresh_token))
    await pool.execute("UPDATE session_token SET used_at = used_at - interval '8 days'")
    good(await refresh(pool, second.refresh_token))
    assert isinstance(await refresh(pool, first.refresh_token), NotSignedIn)
    assert await pool.fetchval("SELECT revoked_at FROM session") is None


@pytest.mark.parametrize(
    ("prepare", "answer"),
    [
        ("UPDATE session SET expires_at = now() - interval '1 s'", SessionExpired),
        ("UPDATE session_token SET expires_at = now() - interval '1 s'", SessionExpired),
        ("UPDATE session SET revoked_at = now()", SessionRevoked),
        ("UPDATE employee SET active = false", SessionRevoked),
        ("DELETE FROM session_token", NotSignedIn),
    ],
)
async def test_why_a_token_is_refused(
    pool: asyncpg.Pool, city: City, prepare: str, answer: type[Refusal]
):
    first = await sign_in(pool, city.ani)
    await pool.execute(prepare)
    assert isinstance(await refresh(pool, first.refresh_token), answer)
