"""Who hears of nothing needs no shard; who hears of something needs everybody's."""

from collections.abc import AsyncGenerator
from typing import Any

import asyncpg
import pytest

from models.queries.slips import Claim, due_targets
from notifications.pace_refresh import paced_all
from notifications.slip_claims import claims_of, left_alone
from tests.builders import CITY_SHARD, HEALTH_SHARD, City, make_assignment
from tests.notifications.city import DAY, ON_TRACK, ago, make_city_at_work, make_slipping_target
from tests.notifications.seen import END, TARGET, seen


@pytest.fixture
async def connection(pool: asyncpg.Pool) -> AsyncGenerator[Any]:
    async with pool.acquire() as acquired:
        yield acquired


@pytest.fixture
async def city(connection: Any) -> City:
    return await make_city_at_work(connection)


async def claims(connection: Any) -> list[Claim]:
    targets = await due_targets(connection, HEALTH_SHARD, 100)
    return await claims_of(connection, await paced_all(connection, targets), {"fcm_token"})


async def test_quiet_targets_are_claimed_apart_and_without_shards(
    connection: Any, city: City
) -> None:
    on_track = await make_slipping_target(connection, city.ani, ON_TRACK)
    slipped = await make_slipping_target(connection, city.budi)
    quiet, heard = await claims(connection)
    assert [each.change.target_id for each in quiet.targets] == [on_track]
    assert list(quiet.shards) == []
    assert [each.change.target_id for each in heard.targets] == [slipped]
    assert set(heard.shards) == {HEALTH_SHARD}
    assert set(heard.push_kinds) == {"fcm_token"}
    change = heard.targets[0].change
    assert (change.state, change.slip_number) == ("slipped", 1)
    assert quiet.targets[0].change.slips_at is not None


async def test_the_shards_are_those_of_employees_and_recipients(
    connection: Any, city: City
) -> None:
    await make_assignment(connection, city.ani, city.mayor, valid_from=ago(DAY))
    await make_slipping_target(connection, city.ani)
    (heard,) = await claims(connection)
    assert set(heard.shards) == {CITY_SHARD, HEALTH_SHARD}
    assert [notice.recipient_id for notice in heard.targets[0].notices] == [city.ani, city.mayor]


async def test_nothing_due_is_no_claim(connection: Any, city: City) -> None:
    assert await claims(connection) == []


def test_what_cannot_be_told_keeps_its_state_and_does_not_come_back() -> None:
    claim = left_alone(seen(state="at_risk", slip_number=2))
    assert claim.is_quiet
    change = claim.change
    assert (change.target_id, change.state, change.slip_number) == (TARGET, "at_risk", 2)
    assert (change.slips_at, change.at_risk_at, change.period_end) == (None, None, END)
