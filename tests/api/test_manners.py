"""What people ask of notices is theirs; what a unit asks is set by its HR and inherited below."""

import asyncpg
import httpx
import pytest

from tests.api.conftest import Signed
from tests.builders import City

MINE = "/v1/me/notice-preferences"


async def test_whoever_asked_nothing_gets_everything(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    answer = await client.get(MINE, headers=await signed(city.ani))
    assert answer.json() == {"preferences": [], "quiet_hours": None}


async def test_wishes_replace_the_earlier_ones_and_are_nobody_elses(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    headers = await signed(city.ani)
    first = {
        "preferences": [{"kind": "nudge", "channel": "*", "enabled": False}],
        "quiet_hours": {"start_minute": 1200, "end_minute": 360},
    }
    assert (await client.put(MINE, json=first, headers=headers)).json() == first
    assert (await client.get(MINE, headers=headers)).json() == first
    second = {"preferences": [{"kind": "*", "channel": "fcm", "enabled": True}]}
    answer = await client.put(MINE, json=second, headers=headers)
    assert answer.json() == second | {"quiet_hours": None}
    others = await client.get(MINE, headers=await signed(city.budi))
    assert others.json() == {"preferences": [], "quiet_hours": None}


async def test_a_minute_that_no_day_has_is_refused(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    body = {"quiet_hours": {"start_minute": 1440, "end_minute": 0}}
    assert (await client.put(MINE, json=body, headers=await signed(city.ani))).status_code == 422


async def test_hr_sets_a_policy_and_what_is_below_inherits_it(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    headers = await signed(city.hr)
    body = {"daily_cap": 5, "rungs_off": ["nudge"], "reason": "rapat dinas"}
    address = f"/v1/units/{city.health}/notice-policy"
    answer = (await client.put(address, json=body, headers=headers)).json()
    assert answer["settings"] == {"daily_cap": 5, "rungs_off": ["nudge"]}
    below = (await client.get(f"/v1/units/{city.clinic}/notice-policy", headers=headers)).json()
    assert below["settings"] == {}
    assert (below["policy"]["daily_cap"], below["policy"]["digest_above"]) == (5, 3)
    assert below["policy"]["rungs_off"] == ["nudge"]
    details = await pool.fetchval("SELECT details FROM audit_entry ORDER BY at DESC LIMIT 1")
    assert "rapat dinas" in details


async def test_a_policy_that_makes_no_sense_is_refused(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    address = f"/v1/units/{city.health}/notice-policy"
    body = {"digest_minutes": 7, "reason": "coba"}
    answer = await client.put(address, json=body, headers=await signed(city.hr))
    assert answer.status_code == 422


@pytest.mark.parametrize("who", ["ani", "health_head", "administrator"])
async def test_only_hr_reads_and_sets_a_policy(
    client: httpx.AsyncClient, city: City, signed: Signed, who: str
) -> None:
    headers = await signed(city.people[who])
    address = f"/v1/units/{city.health}/notice-policy"
    asked = await client.get(address, headers=headers)
    wanted = await client.put(address, json={"reason": "coba"}, headers=headers)
    assert [each.json()["code"] for each in (asked, wanted)] == ["not_allowed", "not_allowed"]
