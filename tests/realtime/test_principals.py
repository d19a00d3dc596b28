"""Token → principal: what is cached, for how long, and what forgets it."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from models.rules.refusals import DatabaseAway, NotSignedIn, SessionExpired, SessionRevoked
from realtime.principals import PrincipalOptions, Principals
from tests.builders import (
    City,
    make_city,
    make_head,
    make_session,
    make_token,
    revoke_session,
    session_of,
)

NOW = datetime.now(UTC)


class Counted:
    """A pool that counts its questions, and may be told to fail or to wait."""

    def __init__(self, pool) -> None:
        self._pool = pool
        self.asked = 0
        self.error: Exception | None = None
        self.answered = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def fetchrow(self, *arguments):
        self.asked += 1
        if self.error:
            raise self.error
        row = await self._pool.fetchrow(*arguments)
        self.answered.set()
        await self.gate.wait()
        return row


class World:
    """Principals over a counted pool, with a clock and a freshness that a test sets."""

    def __init__(self, pool, **options) -> None:
        self.pool = Counted(pool)
        self.fresh = True
        self.now_s = 0.0
        self.principals = Principals(
            self.pool,
            PrincipalOptions(**options),
            fresh=lambda: self.fresh,
            clock=lambda: self.now_s,
        )


@pytest.fixture
def world(pool) -> World:
    return World(pool)


@pytest.fixture
async def city(pool) -> City:
    return await make_city(pool)


async def test_the_second_question_is_answered_from_the_cache(pool, city, world):
    token = await make_session(pool, city.clinic_head)
    assert world.principals.cached(token) is None
    found = await world.principals.principal(token)
    assert await world.principals.principal(token) is found
    assert world.principals.cached(token) is found
    assert world.pool.asked == 1
    assert found.person.employee_id == city.clinic_head
    assert found.unit_path == (city.city, city.health, city.clinic)
    assert found.valid_until == found.token_expires_at


@pytest.mark.parametrize("token", ["", "nonsense", "\ud800", "x" * 100_000])
async def test_what_is_no_token_is_not_signed_in(world, token):
    with pytest.raises(NotSignedIn):
        await world.principals.principal(token)


async def test_an_ended_session_and_an_expired_token_say_so(pool, city, world):
    token = await make_session(pool, city.ani, lifetime_s=-1)
    with pytest.raises(SessionExpired):
        await world.principals.principal(token)
    await revoke_session(pool, token)
    with pytest.raises(SessionRevoked):
        await world.principals.principal(token)


async def test_an_entry_ends_with_its_token(pool, city, world):
    token = await make_session(pool, city.ani, lifetime_s=300)
    await world.principals.principal(token)
    world.now_s = 100.0
    assert world.principals.cached(token)
    world.now_s = 300.1
    assert world.principals.cached(token) is None


async def test_an_entry_ends_where_a_headship_does(pool, city, world):
    ends = datetime.now(UTC) + timedelta(seconds=120)
    await make_head(
        pool,
        city.clinic,
        city.budi,
        kind="acting",
        valid_from=NOW - timedelta(days=1),
        valid_to=ends,
    )
    token = await make_session(pool, city.budi)
    found = await world.principals.principal(token)
    assert found.valid_until == ends < found.token_expires_at
    world.now_s = 120.1
    assert world.principals.cached(token) is None


async def test_a_change_of_rights_forgets_that_person_alone(pool, city, world):
    mine, other = await make_session(pool, city.ani), await make_session(pool, city.budi)
    again = "second token"
    await make_token(pool, await session_of(pool, mine), again)
    for token in (mine, other, again):
        await world.principals.principal(token)
    world.principals.rights_changed(frozenset({city.ani}))
    assert world.principals.cached(mine) is None
    assert world.principals.cached(again) is None
    assert world.principals.cached(other) is not None
    world.principals.rights_changed(None)
    assert world.principals.cached(other) is None


async def test_without_a_fresh_pulse_every_request_asks(pool, city, world):
    token = await make_session(pool, city.ani)
    await world.principals.principal(token)
    world.fresh = False
    assert world.principals.cached(token) is None
    await world.principals.principal(token)
    await world.principals.principal(token)
    assert world.pool.asked == 3


async def test_askers_of_one_token_share_the_question(pool, city, world):
    token = await make_session(pool, city.ani)
    found = await asyncio.gather(*(world.principals.principal(token) for _ in range(20)))
    assert world.pool.asked == 1
    assert all(principal is found[0] for principal in found)


async def test_an_asker_that_goes_away_does_not_end_the_question(pool, city, world):
    token = await make_session(pool, city.ani)
    world.pool.gate.clear()
    first = asyncio.create_task(world.principals.principal(token))
    second = asyncio.create_task(world.principals.principal(token))
    await world.pool.answered.wait()
    first.cancel()
    world.pool.gate.set()
    assert (await second).person.employee_id == city.ani
    assert world.pool.asked == 1


async def test_an_answer_older_than_a_change_is_asked_for_again(pool, city, world):
    token = await make_session(pool, city.ani)
    world.pool.gate.clear()
    asking = asyncio.create_task(world.principals.principal(token))
    await world.pool.answered.wait()
    await revoke_session(pool, token)
    world.principals.rights_changed(frozenset({city.ani}))
    world.pool.gate.set()
    with pytest.raises(SessionRevoked):
        await asking


async def test_the_cache_forgets_whom_it_has_not_seen_for_longest(pool, city):
    world = World(pool, cache_entries=2)
    ani, budi, citra = [
        await make_session(pool, employee_id) for employee_id in (city.ani, city.budi, city.citra)
    ]
    await world.principals.principal(ani)
    await world.principals.principal(budi)
    assert world.principals.cached(ani)
    await world.principals.principal(citra)
    assert world.principals.cached(budi) is None
    assert world.principals.cached(ani)
    assert world.principals.cached(citra)


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        asyncpg.ConnectionDoesNotExistError(),
        asyncpg.CannotConnectNowError(),
    ],
)
async def test_a_database_that_is_away_is_a_refusal_that_says_when_to_come_back(world, error):
    world.pool.error = error
    with pytest.raises(DatabaseAway) as refused:
        await world.principals.principal("any")
    assert refused.value.details == {"retry_after_s": 5}


async def test_a_database_that_hangs_is_away_too(pool, city):
    world = World(pool, timeout_s=0.05)
    world.pool.gate.clear()
    with pytest.raises(DatabaseAway):
        await world.principals.principal(await make_session(pool, city.ani))
