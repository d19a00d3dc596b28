"""Policies come down the tree, the nearest unit's word wins; what a person wants is theirs."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any

import asyncpg
import pytest

from models.queries.policies import (
    policies_of,
    policy_for,
    preferences_of,
    preferences_set,
    quiet_hours_of,
    quiet_hours_set,
    unit_policy,
    unit_policy_set,
    wanted,
)
from models.rules.manners import DEFAULT_POLICY, QuietHours, Rung
from models.rules.refusals import InvalidValue
from tests.builders import City, make_city


@pytest.fixture
async def connection(pool: asyncpg.Pool) -> AsyncGenerator[Any]:
    async with pool.acquire() as acquired:
        yield acquired


@pytest.fixture
async def city(connection: Any) -> City:
    return await make_city(connection)


async def test_the_nearest_unit_wins_and_others_keep_the_defaults(
    connection: Any, city: City
) -> None:
    await unit_policy_set(connection, city.clinic, {"daily_cap": 3}, city.hr)
    await unit_policy_set(
        connection, city.health, {"daily_cap": 8, "rungs_off": ["nudge"]}, city.hr
    )
    found = await policies_of(connection, {city.ani, city.citra, city.dedi})
    assert (found[city.ani].daily_cap, found[city.citra].daily_cap) == (3, 8)
    assert not found[city.ani].has(Rung.NUDGE)
    assert city.dedi not in found
    assert policy_for(found, city.dedi) == DEFAULT_POLICY
    assert await policies_of(connection, set()) == {}


async def test_a_unit_shows_what_it_sets_and_what_holds(connection: Any, city: City) -> None:
    await unit_policy_set(connection, city.city, {"digest_above": 5}, city.hr)
    await unit_policy_set(connection, city.clinic, {"daily_cap": 3}, city.hr)
    own, holds = await unit_policy(connection, city.clinic)
    assert own == {"daily_cap": 3}
    assert (holds.digest_above, holds.daily_cap) == (5, 3)
    assert (await unit_policy(connection, city.works))[0] == {}
    await unit_policy_set(connection, city.clinic, {}, city.hr)
    assert (await unit_policy(connection, city.clinic))[1].daily_cap == DEFAULT_POLICY.daily_cap


@pytest.mark.parametrize(
    "settings", [{"daily_cap": 0}, {"loud": 1}, {"rungs_off": ["loud"]}, {"rungs_off": 5}]
)
async def test_what_makes_no_sense_is_refused(
    connection: Any, city: City, settings: Mapping[str, Any]
) -> None:
    with pytest.raises(InvalidValue):
        await unit_policy_set(connection, city.clinic, settings, city.hr)
    assert (await unit_policy(connection, city.clinic))[0] == {}


async def test_what_contradicts_the_inherited_is_refused(connection: Any, city: City) -> None:
    await unit_policy_set(
        connection, city.health, {"escalate_above_after_working_days": 2}, city.hr
    )
    with pytest.raises(InvalidValue):
        await unit_policy_set(connection, city.clinic, {"escalate_after_working_days": 3}, city.hr)


async def test_the_narrowest_wish_counts(connection: Any, city: City) -> None:
    wishes = {("*", "fcm"): False, ("slip", "*"): True, ("slip", "web_push"): False}
    await preferences_set(connection, city.ani, wishes)
    found = (await preferences_of(connection, {city.ani, city.budi}))[city.ani]
    assert found == wishes
    assert wanted(found, "slip", "fcm")
    assert not wanted(found, "slip", "web_push")
    assert not wanted(found, "at_risk", "fcm")
    assert wanted(found, "at_risk", "web_push")
    assert not wanted({("*", "*"): False}, "slip", "fcm")
    await preferences_set(connection, city.ani, {})
    assert await preferences_of(connection, {city.ani}) == {}


async def test_quiet_hours_are_set_changed_and_given_up(connection: Any, city: City) -> None:
    await quiet_hours_set(connection, city.ani, QuietHours(60, 120))
    await quiet_hours_set(connection, city.ani, QuietHours(1200, 400))
    assert await quiet_hours_of(connection, {city.ani, city.budi}) == {
        city.ani: QuietHours(1200, 400)
    }
    await quiet_hours_set(connection, city.ani, None)
    assert await quiet_hours_of(connection, {city.ani}) == {}
