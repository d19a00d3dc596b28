"""Units and people as topics."""

from uuid import uuid4

import pytest

from models.queries.scopes import headed_scopes, person_shards, unit_scope
from tests.builders import CITY_SHARD, HEALTH_SHARD, WORKS_SHARD, City, deactivate, make_city


@pytest.fixture
async def city(pool) -> City:
    return await make_city(pool)


async def test_a_unit_knows_its_shard_path_and_people(pool, city):
    found = await unit_scope(pool, city.health, 100)
    assert found is not None
    assert (found.unit_id, found.shard, found.zone) == (city.health, HEALTH_SHARD, "Asia/Jakarta")
    assert found.path == (city.city, city.health)
    assert found.people == 6
    assert await unit_scope(pool, uuid4(), 100) is None


async def test_counting_stops_at_the_limit_and_leaves_out_who_left(pool, city):
    await deactivate(pool, city.ani)
    assert (await unit_scope(pool, city.health, 100)).people == 5
    assert (await unit_scope(pool, city.health, 3)).people == 3


async def test_above_the_agencies_each_agency_is_a_topic_of_its_own(pool, city):
    found = await headed_scopes(pool, [city.city], 100)
    assert [scope.unit_id for scope in found] == [
        city.city,
        *sorted([city.health, city.works]),
    ]
    assert {scope.unit_id: scope.shard for scope in found} == {
        city.city: CITY_SHARD,
        city.health: HEALTH_SHARD,
        city.works: WORKS_SHARD,
    }
    assert found[0].people == 4  # its own people: those below are in the agencies' topics


async def test_within_an_agency_a_unit_is_one_topic_with_all_below(pool, city):
    assert [scope.unit_id for scope in await headed_scopes(pool, [city.health], 9)] == [city.health]
    assert [scope.unit_id for scope in await headed_scopes(pool, [city.clinic], 9)] == [city.clinic]


async def test_a_persons_topic_lies_where_they_work_today(pool, city):
    shards = await person_shards(pool, [city.ani, city.dedi, uuid4()])
    assert shards == {city.ani: HEALTH_SHARD, city.dedi: WORKS_SHARD}
