"""Services and points are made once, changed in place, and codes of visits never shown again."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from models.queries.services import (
    NewPoint,
    NewService,
    open_point,
    point_changed,
    point_made,
    point_row,
    service_changed,
    service_made,
    service_row,
    services_below,
    visit_codes_made,
)
from models.rules.refusals import Conflict
from models.rules.survey_codes import LETTERS, visit_hash
from models.tables.columns import new_id
from tests.builders import City, make_city
from tests.making.survey import make_point, make_service

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


async def test_the_same_service_twice_is_one(pool: Any, city: City):
    service = NewService(new_id(), city.clinic, "Rawat jalan", 9_000)
    assert [await service_made(pool, service) for _ in range(2)] == [True, False]
    for other in (replace(service, name="Lain"), replace(service, unit_id=city.roads)):
        with pytest.raises(Conflict):
            await service_made(pool, other)
    row = await service_row(pool, service.id)
    assert row is not None
    assert (row["name"], row["yearly_users"], row["points"]) == ("Rawat jalan", 9_000, "[]")


async def test_two_services_of_a_unit_have_two_names(pool: Any, city: City):
    await make_service(pool, city.clinic, "Rawat jalan")
    await make_service(pool, city.pharmacy, "Rawat jalan")
    with pytest.raises(asyncpg.UniqueViolationError):
        await service_made(pool, NewService(new_id(), city.clinic, "Rawat jalan"))


async def test_a_units_list_holds_everything_below_by_name(pool: Any, city: City):
    for unit, name in ((city.clinic, "B"), (city.health, "A"), (city.roads, "C")):
        await make_service(pool, unit, name)
    retired = await make_service(pool, city.clinic, "D")
    await service_changed(pool, retired, "D", None, NOW)
    assert [row["name"] for row in await services_below(pool, city.health)] == ["A", "B"]
    everything = await services_below(pool, city.city, retired_too=True)
    assert [row["name"] for row in everything] == ["A", "B", "C", "D"]


async def test_a_point_keeps_its_code_whatever_else_changes(pool: Any, city: City):
    service_id = await make_service(pool, city.clinic)
    point = NewPoint(new_id(), service_id, "Loket 1")
    assert [await point_made(pool, point) for _ in range(2)] == [True, False]
    with pytest.raises(Conflict):
        await point_made(pool, replace(point, name="Loket 2"))
    before = await point_row(pool, point.id)
    assert before is not None
    assert len(before["code"]) == LETTERS
    assert before["city_name"] == "Kota"
    await point_changed(pool, point.id, "Loket utama", True, None)
    after = await open_point(pool, before["code"].lower())
    assert after is not None
    assert (after["id"], after["name"], after["asks_visit_code"]) == (point.id, "Loket utama", True)
    row = await service_row(pool, service_id)
    assert row is not None
    assert [each["name"] for each in json.loads(row["points"])] == ["Loket utama"]


async def test_a_point_that_is_out_of_use_is_not_there(pool: Any, city: City):
    service_id = await make_service(pool, city.clinic)
    await make_point(pool, service_id, code="AAAA1111")
    point_id = await make_point(pool, service_id, code="BBBB1111")
    await point_changed(pool, point_id, "Loket", False, NOW)
    assert await open_point(pool, "BBBB1111") is None
    assert await open_point(pool, "aaaa-llll") is not None  # ones, as somebody read them
    await service_changed(pool, service_id, "KTP-el", None, NOW)
    assert await open_point(pool, "AAAA1111") is None
    assert await open_point(pool, "nothing") is None


async def test_codes_are_stored_as_hashes_alone(pool: Any, city: City):
    point_id = await make_point(pool, await make_service(pool, city.clinic))
    codes = await visit_codes_made(pool, point_id, 50, NOW, 1)
    assert len(set(codes)) == 50
    rows = await pool.fetch("SELECT hash, used_at FROM visit_code WHERE point_id = $1", point_id)
    assert {row["hash"] for row in rows} == {visit_hash(code) for code in codes}
    assert {row["used_at"] for row in rows} == {None}


async def test_codes_of_the_past_go_when_new_ones_are_made(pool: Any, city: City):
    point_id = await make_point(pool, await make_service(pool, city.clinic))
    await visit_codes_made(pool, point_id, 3, NOW, 1)
    await visit_codes_made(pool, point_id, 2, NOW + timedelta(days=1), 1)
    assert await pool.fetchval("SELECT count(*) FROM visit_code") == 2
