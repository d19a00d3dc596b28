"""Tokens and families: hashes only, one family under any loss of answers, ended when shared."""

import asyncio
import hashlib
import random
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from models.queries.sessions import (
    Lifetimes,
    OpenSession,
    UsedDevice,
    credentials_of,
    ended,
    live_sessions,
    new_token,
    opened,
    own_password_hash,
    refreshed,
    still_holds,
    token_hash,
)
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


def test_tokens_are_long_random_and_hashed_the_way_the_principals_read_them():
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) == 43 for token in tokens)
    token = tokens.pop()
    assert token_hash(token) == hashlib.sha256(token.encode()).digest()


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


async def test_no_token_outlives_its_session(pool: asyncpg.Pool, city: City):
    short = Lifetimes(access_s=600, refresh_s=600, session_s=5)
    await sign_in(pool, city.ani, short)
    late = await pool.fetchval(
        "SELECT count(*) FROM session_token t JOIN session s ON s.id = t.session_id"
        " WHERE t.expires_at > s.expires_at"
    )
    assert late == 0


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


async def test_whoever_signs_in_sweeps_what_others_left(pool: asyncpg.Pool, city: City):
    for _ in range(30):
        await sign_in(pool, city.ani)
    await pool.execute("UPDATE session_token SET expires_at = now() - interval '2 days'")
    await asyncio.gather(*(sign_in(pool, city.budi) for _ in range(3)))
    left = "SELECT count(*) FROM session_token WHERE expires_at < now()"
    assert await pool.fetchval(left) == 0


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


async def test_ending_takes_all_one_or_all_but_one(pool: asyncpg.Pool, city: City):
    sessions = [await sign_in(pool, city.ani) for _ in range(4)]
    others = await sign_in(pool, city.budi)
    async with pool.acquire() as connection:
        first = await ended(connection, city.ani, "test", only=sessions[0].session_id)
        assert list(first) == [sessions[0].session_id]
        assert not await ended(connection, city.ani, "test", only=others.session_id)
        rest = await ended(connection, city.ani, "test", besides=sessions[3].session_id)
        assert set(rest) == {sessions[1].session_id, sessions[2].session_id}
        assert list(await ended(connection, city.ani, "test")) == [sessions[3].session_id]
        assert not await ended(connection, city.ani, "test")
        assert [row.id for row in await live_sessions(connection, city.budi, limit=5)] == [
            others.session_id
        ]


async def test_pushes_end_with_the_last_session_on_a_phone(pool: asyncpg.Pool, city: City):
    phone = UsedDevice(uuid4(), "Redmi", "android")
    one, other = [await sign_in(pool, city.ani, device=phone) for _ in range(2)]
    await pool.execute("UPDATE device SET push_kind = 'fcm_token', push_target = 't'")
    target = "SELECT push_target FROM device"
    async with pool.acquire() as connection:
        await ended(connection, city.ani, "test", only=one.session_id)
        assert await connection.fetchval(target) == "t"
        await ended(connection, city.ani, "test", only=other.session_id)
        assert await connection.fetchval(target) is None


async def test_a_device_is_known_to_its_person_alone(pool: asyncpg.Pool, city: City):
    phone = UsedDevice(uuid4())
    await sign_in(pool, city.ani, device=phone)
    nips = {row["id"]: row["nip"] for row in await pool.fetch("SELECT id, nip FROM employee")}
    async with pool.acquire() as connection:
        for employee_id, device_id, known in (
            (city.ani, phone.id, True),
            (city.budi, phone.id, False),
            (city.ani, uuid4(), False),
        ):
            found = await credentials_of(connection, nips[employee_id], device_id)
            assert found is not None
            assert (found.employee_id, found.known_device) == (employee_id, known)
        assert await credentials_of(connection, "198001012005011999", phone.id) is None


async def test_a_checked_password_must_still_be_the_one(pool: asyncpg.Pool, city: City):
    await pool.execute(
        "INSERT INTO account (employee_id, password_hash) VALUES ($1, 'a')", city.ani
    )
    async with pool.acquire() as connection:
        assert await own_password_hash(connection, city.ani) == "a"
        assert await own_password_hash(connection, city.budi) is None
        assert await still_holds(connection, city.ani, "a")
        assert not await still_holds(connection, city.ani, "b")
        await connection.execute("UPDATE employee SET active = false")
        assert not await still_holds(connection, city.ani, "a")
