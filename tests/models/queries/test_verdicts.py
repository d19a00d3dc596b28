"""A verdict is stored once and adds up at once; a visit code is used once; a low one is told."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from models.queries.feed import FeedRow
from models.queries.indices import index_of
from models.queries.services import open_point, visit_codes_made
from models.queries.verdicts import (
    NewVerdict,
    Taking,
    comment_hidden,
    replied,
    verdict_given,
    verdict_row,
    verdicts_page,
)
from models.rules.refusals import Conflict, NotFound, VisitCodeInvalid
from models.rules.satisfaction import ELEMENTS, Element, Tally
from models.rules.survey_codes import visit_hash
from models.tables.columns import new_id
from tests.builders import City, end_head, make_city
from tests.making.survey import CONTENT, make_point, make_service

CODE = "AAAA1111"
NOW = datetime(2026, 11, 24, 16, 59, tzinfo=UTC)  # 23:59 in WIB
POOR = dict.fromkeys(ELEMENTS, 2)
TAKING = Taking(NOW, 65.0)
DAYS: dict[str, Any] = {"first": date(2026, 11, 24), "last": date(2026, 11, 24)}


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


@pytest.fixture
async def point_id(pool: Any, city: City) -> Any:
    return await make_point(pool, await make_service(pool, city.clinic), code=CODE)


async def give(
    pool: Any, answers: dict[Element, int] = CONTENT, *, taking: Taking = TAKING, **facts: Any
) -> list[FeedRow]:
    verdict = NewVerdict(facts.pop("id", None) or new_id(), answers, **facts)
    async with pool.acquire() as connection, connection.transaction():
        point = await open_point(connection, CODE)
        assert point is not None
        return await verdict_given(connection, point, verdict, taking)


async def test_it_adds_up_to_its_local_day(pool: Any, city: City, point_id: Any):
    await give(pool)
    await give(pool, POOR)
    await give(pool, taking=replace(TAKING, now=NOW + timedelta(minutes=2)))  # after midnight
    tally = await index_of(pool, unit_id=city.clinic, **DAYS)
    assert (tally.responses, tally.low, tally.index) == (2, 1, 75.0)


async def test_the_sums_of_a_day_are_those_of_its_verdicts(pool: Any, city: City, point_id: Any):
    said = [
        {element: 1 + (place + shift) % 4 for place, element in enumerate(ELEMENTS)}
        for shift in range(6)
    ]
    await asyncio.gather(*(give(pool, answers) for answers in said))
    total = Tally()
    for answers in said:
        total = total.plus(Tally(answers, 1))
    tally = await index_of(pool, unit_id=city.city, **DAYS)
    assert (tally.sums, tally.responses) == (total.sums, total.responses)
    low = await pool.fetchval("SELECT count(*) FROM verdict WHERE low")
    assert tally.low == low


async def test_the_same_again_changes_nothing(pool: Any, city: City, point_id: Any):
    facts: dict[str, Any] = {"id": new_id(), "comment": "Antre lama"}
    assert len(await give(pool, POOR, **facts)) == 1
    assert await give(pool, POOR, **facts) == []
    assert (await index_of(pool, unit_id=city.clinic, **DAYS)).responses == 1
    with pytest.raises(Conflict):
        await give(pool, CONTENT, **facts)
    with pytest.raises(Conflict):
        await give(pool, POOR, id=facts["id"], comment="lain")


async def test_the_same_at_once_is_one(pool: Any, city: City, point_id: Any):
    verdict_id = new_id()
    await asyncio.gather(*(give(pool, POOR, id=verdict_id) for _ in range(5)))
    assert (await index_of(pool, unit_id=city.clinic, **DAYS)).responses == 1
    assert await pool.fetchval("SELECT count(*) FROM notice WHERE kind = 'low_verdict'") == 1


async def test_a_low_verdict_is_told_to_the_head_once_an_hour(pool: Any, city: City, point_id: Any):
    (row,) = await give(pool, POOR)
    assert (row.kind, row.employee_id) == ("notice", city.clinic_head)
    assert "Antre" not in row.content
    assert await give(pool, POOR) == []
    assert await give(pool, CONTENT) == []
    later = replace(TAKING, now=NOW + timedelta(hours=1))
    assert len(await give(pool, POOR, taking=later)) == 1
    rude = CONTENT | {Element.BEHAVIOUR: 1}
    latest = replace(TAKING, now=NOW + timedelta(hours=2))
    assert len(await give(pool, rude, taking=latest)) == 1


async def test_after_the_first_of_an_hour_no_shard_is_held(pool: Any, city: City, point_id: Any):
    await give(pool, POOR)
    async with pool.acquire() as other, other.transaction():
        await other.execute("SELECT FROM feed_shard FOR UPDATE")
        assert await asyncio.wait_for(give(pool, POOR), 20) == []


async def test_without_a_head_of_its_own_the_next_one_above_is_told(
    pool: Any, city: City, point_id: Any
):
    await end_head(pool, city.clinic, datetime.now(UTC) - timedelta(days=1))
    (row,) = await give(pool, POOR)
    assert row.employee_id == city.health_head


async def test_how_low_is_low_is_a_setting(pool: Any, city: City, point_id: Any):
    assert await give(pool, POOR, taking=replace(TAKING, low_below=40.0)) == []


async def test_a_visit_code_is_used_once_in_time_and_at_its_point(
    pool: Any, city: City, point_id: Any
):
    await pool.execute("UPDATE service_point SET asks_visit_code = true WHERE id = $1", point_id)
    elsewhere = await make_point(pool, await make_service(pool, city.roads))
    one, other = await visit_codes_made(pool, point_id, 2, NOW, 1)
    (old,) = await visit_codes_made(pool, point_id, 1, NOW - timedelta(days=1), 1)
    (others,) = await visit_codes_made(pool, elsewhere, 1, NOW - timedelta(hours=1), 1)
    first = {"id": new_id(), "visit_hash": visit_hash(one)}
    await give(pool, **first)
    await give(pool, **first)  # the same verdict again needs no second code
    for wrong in (one, old, others, "0000-0000-1", ""):
        with pytest.raises(VisitCodeInvalid):
            await give(pool, visit_hash=visit_hash(wrong))
    assert (await index_of(pool, unit_id=city.clinic, **DAYS)).responses == 1
    await give(pool, visit_hash=visit_hash(other.lower()))
    assert (await index_of(pool, unit_id=city.clinic, **DAYS)).responses == 2


async def test_one_code_from_two_people_at_once_is_one_verdict(
    pool: Any, city: City, point_id: Any
):
    await pool.execute("UPDATE service_point SET asks_visit_code = true WHERE id = $1", point_id)
    (code,) = await visit_codes_made(pool, point_id, 1, NOW, 1)
    outcomes = await asyncio.gather(
        *(give(pool, visit_hash=visit_hash(code)) for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["VisitCodeInvalid"] * 3 + ["list"]
    assert await pool.fetchval("SELECT count(*) FROM verdict") == 1


async def test_a_page_is_of_a_unit_and_below_newest_first(pool: Any, city: City, point_id: Any):
    for minute in range(5):
        at = replace(TAKING, now=NOW + timedelta(minutes=minute))
        await give(pool, POOR if minute % 2 else CONTENT, taking=at, comment=str(minute))
    facts: dict[str, Any] = {"low": False, "since": None, "before": None, "limit": 3}

    async def said(unit_id: Any, **changed: Any) -> list[str]:
        rows = await verdicts_page(pool, unit_id, **(facts | changed))
        return [row["comment"] for row in rows]

    assert await said(city.city) == ["4", "3", "2"]
    assert await said(city.clinic, low=True) == ["3", "1"]
    assert await said(city.clinic, since=NOW + timedelta(minutes=4)) == ["4"]
    assert await said(city.works) == []
    last = (await verdicts_page(pool, city.city, **facts))[-1]
    assert await said(city.city, before=(last["at"], last["id"])) == ["1", "0"]


async def test_a_citizen_is_answered_once(pool: Any, city: City, point_id: Any):
    verdict_id = new_id()
    await give(pool, id=verdict_id)
    assert await replied(pool, verdict_id, city.clinic_head, "Terima kasih") is True
    assert await replied(pool, verdict_id, city.clinic_head, "Terima kasih") is False
    with pytest.raises(Conflict):
        await replied(pool, verdict_id, city.health_head, "Lain")
    with pytest.raises(NotFound):
        await replied(pool, new_id(), city.health_head, "Lain")
    row = await verdict_row(pool, verdict_id)
    assert row is not None
    assert (row["reply"], row["replied_by_name"]) == ("Terima kasih", "Clinic Head")


async def test_a_hidden_comment_hides_no_number(pool: Any, city: City, point_id: Any):
    verdict_id = new_id()
    await give(pool, POOR, id=verdict_id, comment="Nama pasien")
    before = await index_of(pool, unit_id=city.clinic, **DAYS)
    assert [await comment_hidden(pool, verdict_id) for _ in range(2)] == [True, False]
    assert await index_of(pool, unit_id=city.clinic, **DAYS) == before
