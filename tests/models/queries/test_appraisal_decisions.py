"""Deciding: reasons, too early, twice at once, a predicate with an author, targets that close."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models.queries.appraisal_decisions import (
    Decision,
    appraisal_decided,
    author_of,
    decided_appraisals,
    targets_ended,
)
from models.queries.appraisal_evidence import evidence_of, newest_evidence
from models.queries.appraisals import (
    appraisal_row,
    behaviours_of,
    reopened,
    self_assessed,
    steps_of,
)
from models.queries.asking import Row
from models.queries.locks import locked_units_of
from models.rules.predicates import Predicate
from models.rules.ratings import ASSUMED, Rating
from models.rules.refusals import (
    AlreadyDecided,
    AppraisalNotOpen,
    NotFound,
    OutdatedBase,
    ReasonRequired,
)
from models.tables.columns import new_id
from tests.builders import City, make_city
from tests.making.appraisal import (
    bounds_of,
    decision,
    make_appraisal,
    make_approved,
    make_past_target,
    month_before,
    seven,
)

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
PERIOD = month_before(NOW)
START, END = bounds_of(PERIOD)


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


async def read(pool: Any, appraisal_id: UUID) -> Row:
    row = await appraisal_row(pool, appraisal_id)
    assert row is not None
    return row


async def reached(pool: asyncpg.Pool, city: City, percent: float) -> UUID:
    """An open appraisal of Ani that suggests what this percentage suggests."""
    target_id = await make_past_target(pool, city.ani, PERIOD)
    await make_approved(pool, city.clinic_head, city.ani, target_id, percent, START + 9 * DAY)
    return await make_appraisal(pool, city.ani)


async def decide(
    pool: asyncpg.Pool, appraisal_id: UUID, by: UUID, wanted: Decision, now: datetime = NOW
) -> Predicate:
    async with pool.acquire() as connection, connection.transaction():
        row = await read(connection, appraisal_id)
        await locked_units_of(connection, [row["employee_id"]])
        evidence = await evidence_of(connection, row, ASSUMED)
        author = await author_of(connection, by)
        return await appraisal_decided(connection, row, evidence, wanted, author, now)


async def test_following_the_suggestion_needs_no_reason(pool: asyncpg.Pool, city: City) -> None:
    appraisal_id = await reached(pool, city, 95)
    assert await decide(pool, appraisal_id, city.clinic_head, decision()) is Predicate.GOOD
    row = await read(pool, appraisal_id)
    assert (row["state"], row["version"], row["decision_number"]) == ("decided", 2, 1)
    assert (row["result_rating"], row["behaviour_rating"]) == ("meets", "meets")
    assert (row["predicate"], row["decided_by"]) == ("good", city.clinic_head)
    assert len(await behaviours_of(pool, appraisal_id)) == 7
    assert [step["what"] for step in await steps_of(pool, appraisal_id)] == ["decided"]


@pytest.mark.parametrize(
    "departing",
    [
        decision(Rating.ABOVE),
        decision(Rating.MEETS, behaviour=Rating.ABOVE),
        replace(decision(Rating.BELOW), reason="   "),
    ],
)
async def test_departing_from_a_suggestion_needs_a_reason(
    pool: asyncpg.Pool, city: City, departing: Decision
) -> None:
    appraisal_id = await reached(pool, city, 95)
    with pytest.raises(ReasonRequired) as refused:
        await decide(pool, appraisal_id, city.clinic_head, departing)
    assert refused.value.details == {"field": "reason"}
    assert (await read(pool, appraisal_id))["state"] == "open"
    assert await newest_evidence(pool, appraisal_id) is None
    explained = replace(departing, reason="Dua bulan membantu loket")
    await decide(pool, appraisal_id, city.clinic_head, explained)


async def test_where_nothing_can_be_suggested_the_supervisor_gives_a_reason(
    pool: asyncpg.Pool, city: City
) -> None:
    appraisal_id = await make_appraisal(pool, city.ani)
    with pytest.raises(ReasonRequired):
        await decide(pool, appraisal_id, city.clinic_head, decision())
    reason = decision(reason="Cuti sepanjang periode; pekerjaan sebelumnya baik")
    assert await decide(pool, appraisal_id, city.clinic_head, reason) is Predicate.GOOD


async def test_each_value_needs_an_example(pool: asyncpg.Pool, city: City) -> None:
    appraisal_id = await reached(pool, city, 95)
    with pytest.raises(ReasonRequired) as refused:
        await decide(pool, appraisal_id, city.clinic_head, replace(decision(), shown=seven()[:-1]))
    assert refused.value.details == {"field": "behaviour.collaborative.example"}


async def test_a_part_is_not_decided_before_it_is_over(pool: asyncpg.Pool, city: City) -> None:
    appraisal_id = await reached(pool, city, 95)
    with pytest.raises(AppraisalNotOpen) as refused:
        await decide(pool, appraisal_id, city.clinic_head, decision(), END - DAY)
    assert refused.value.details == {"state": "open", "opens_at": END.isoformat()}


async def test_of_two_who_decide_at_once_one_hears_that_it_was_decided(
    pool: asyncpg.Pool, city: City
) -> None:
    appraisal_id = await reached(pool, city, 95)
    answers = await asyncio.gather(
        decide(pool, appraisal_id, city.clinic_head, decision()),
        decide(pool, appraisal_id, city.health_head, decision()),
        return_exceptions=True,
    )
    refused = [type(answer) for answer in answers if answer is not Predicate.GOOD]
    assert refused == [AlreadyDecided]
    row = await read(pool, appraisal_id)
    assert (row["decision_number"], row["version"]) == (1, 2)


async def test_who_decides_upon_an_old_version_looks_again(pool: asyncpg.Pool, city: City) -> None:
    appraisal_id = await reached(pool, city, 95)
    await self_assessed(pool, appraisal_id, "Baru", None)
    with pytest.raises(OutdatedBase) as refused:
        await decide(pool, appraisal_id, city.clinic_head, decision(version=1))
    assert refused.value.details == {"latest": 2}
    await decide(pool, appraisal_id, city.clinic_head, decision(version=2))
    with pytest.raises(AppraisalNotOpen):
        await decide(pool, appraisal_id, city.clinic_head, decision(version=3))


async def test_what_is_reopened_is_decided_anew_and_the_old_evidence_stays(
    pool: asyncpg.Pool, city: City
) -> None:
    appraisal_id = await reached(pool, city, 95)
    await decide(pool, appraisal_id, city.clinic_head, decision())
    await reopened(pool, appraisal_id, city.hr, "Cuti belum tercatat")
    assert await decided_appraisals(pool, city.ani, START, END) == []
    again = decision(Rating.ABOVE, version=3, reason="Cuti sudah tercatat")
    await decide(pool, appraisal_id, city.clinic_head, again)
    numbers = await pool.fetch(
        "SELECT decision_number FROM appraisal_evidence WHERE appraisal_id = $1 ORDER BY 1",
        appraisal_id,
    )
    assert [row["decision_number"] for row in numbers] == [1, 2]
    (standing,) = await decided_appraisals(pool, city.ani, START, END)
    assert (standing["decision_number"], standing["result_rating"]) == (2, "above")
    assert '"number":2' in standing["content"]


async def test_targets_close_when_the_last_part_is_decided(pool: asyncpg.Pool, city: City) -> None:
    target_id = await make_past_target(pool, city.ani, PERIOD)
    longer = await make_past_target(pool, city.ani, f"{START.year}")
    middle = START + 10 * DAY
    parts = [
        await make_appraisal(pool, city.ani, part=part) for part in ((START, middle), (middle, END))
    ]

    async def decide_and_close(appraisal_id: UUID) -> list[str]:
        reason = decision(reason="Belum ada laporan")
        await decide(pool, appraisal_id, city.clinic_head, reason)
        async with pool.acquire() as connection, connection.transaction():
            row = await read(connection, appraisal_id)
            return [event.kind for event in await targets_ended(connection, row, PERIOD)]

    assert await decide_and_close(parts[0]) == []
    assert await decide_and_close(parts[1]) == ["target_changed"]
    closed = await pool.fetch("SELECT id FROM target WHERE closed_at IS NOT NULL")
    assert [row["id"] for row in closed] == [target_id]
    assert longer != target_id


async def test_an_author_must_be_somebody(pool: asyncpg.Pool) -> None:
    with pytest.raises(NotFound):
        await author_of(pool, new_id())
