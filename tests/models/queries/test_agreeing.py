"""Writing agreements: steps that leave a history, results that serve upwards, and no circle."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models.queries.agreeing import (
    NewResult,
    agreement_made,
    agreement_stepped,
    results_changed,
)
from models.queries.agreements import agreement_by_id, agreement_history, agreement_of
from models.rules.agreements import Step
from models.rules.refusals import (
    AgreementNotOpen,
    Conflict,
    InvalidValue,
    NotFound,
    OutdatedBase,
    ReasonRequired,
)
from models.tables.columns import new_id
from tests.builders import City, make_assignment, make_city
from tests.making.agreements import make_agreement, make_result


def result(title: str = "Kunjungan", **changed: Any) -> NewResult:
    return NewResult(
        **{"id": new_id(), "kind": "main", "title": title, "serves_id": None, "place": 0} | changed
    )


async def drafted(pool: asyncpg.Pool, city: City, *results: NewResult) -> UUID:
    agreement_id = new_id()
    assert await agreement_made(pool, agreement_id, city.ani, 2026, results, city.ani)
    return agreement_id


async def replaced(
    pool: asyncpg.Pool,
    city: City,
    agreement_id: UUID,
    *results: NewResult,
    base: int,
    why: str = "",
) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await results_changed(
            connection,
            agreement_id,
            results,
            by=city.clinic_head,
            reason=why,
            base_version=base,
        )


async def test_asking_twice_makes_one_and_a_person_has_one_a_year(pool: asyncpg.Pool) -> None:
    city, promised = await make_city(pool), result()
    agreement_id = await drafted(pool, city, promised)
    assert not await agreement_made(pool, agreement_id, city.ani, 2026, [promised], city.ani)
    for wrong in (
        (agreement_id, city.ani, 2026, [result()]),
        (agreement_id, city.ani, 2027, [promised]),
        (agreement_id, city.budi, 2026, [promised]),
    ):
        with pytest.raises(Conflict) as refused:
            await agreement_made(pool, *wrong, city.ani)
        assert refused.value.details == {"field": "id"}
    with pytest.raises(Conflict) as refused:
        await agreement_made(pool, new_id(), city.ani, 2026, [], city.ani)
    assert refused.value.details == {"field": "year"}


async def test_each_step_leaves_a_row_of_history(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    agreement_id = await drafted(pool, city, result())
    for step, by, reason in (
        (Step.PROPOSE, city.ani, ""),
        (Step.RETURN, city.clinic_head, "kurang terukur"),
        (Step.PROPOSE, city.ani, ""),
        (Step.AGREE, city.clinic_head, ""),
    ):
        found = await agreement_stepped(pool, agreement_id, step, by=by, reason=reason)
    assert (found.state, found.version, found.agreed_by_name) == ("agreed", 5, "Clinic Head")
    rows = await agreement_history(pool, agreement_id)
    assert [json.loads(row["after"])["state"] for row in rows] == [
        *("proposed", "draft"),
        *("proposed", "agreed"),
    ]
    assert (rows[1]["reason"], rows[1]["by_name"]) == ("kurang terukur", "Clinic Head")
    with pytest.raises(AgreementNotOpen):
        await agreement_stepped(pool, agreement_id, Step.RETURN, by=city.clinic_head)
    with pytest.raises(NotFound):
        await agreement_stepped(pool, new_id(), Step.AGREE, by=city.clinic_head)


async def test_an_empty_agreement_is_not_proposed(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    agreement_id = await drafted(pool, city)
    with pytest.raises(Conflict):
        await agreement_stepped(pool, agreement_id, Step.PROPOSE, by=city.ani)


async def test_two_who_agree_at_once_agree_once(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    agreement_id = await drafted(pool, city, result())
    await agreement_stepped(pool, agreement_id, Step.PROPOSE, by=city.ani)

    async def agreed() -> bool:
        async with pool.acquire() as connection, connection.transaction():
            try:
                await agreement_stepped(connection, agreement_id, Step.AGREE, by=city.clinic_head)
            except AgreementNotOpen:
                return False
            return True

    assert sorted(await asyncio.gather(*(agreed() for _ in range(4)))) == [False] * 3 + [True]


async def test_after_the_agreement_a_change_has_a_reason_and_keeps_what_was(
    pool: asyncpg.Pool,
) -> None:
    city, old = await make_city(pool), result("Lama")
    agreement_id = await drafted(pool, city, old)
    await replaced(pool, city, agreement_id, result("Draf"), base=1)
    assert await agreement_history(pool, agreement_id) == []
    await replaced(pool, city, agreement_id, old, base=2)
    await pool.execute("UPDATE agreement SET state = 'agreed' WHERE id = $1", agreement_id)
    new = result("Baru", id=old.id)
    with pytest.raises(ReasonRequired):
        await replaced(pool, city, agreement_id, new, base=3)
    with pytest.raises(OutdatedBase) as refused:
        await replaced(pool, city, agreement_id, new, base=2, why="tugas baru")
    assert refused.value.details == {"latest": 3}
    await replaced(pool, city, agreement_id, new, base=3, why="tugas baru")
    await replaced(pool, city, agreement_id, new, base=3, why="sekali lagi")  # nothing new
    (row,) = await agreement_history(pool, agreement_id)
    assert row["reason"] == "tugas baru"
    before, after = json.loads(row["before"]), json.loads(row["after"])
    assert (before["results"][0]["title"], after["results"][0]["title"]) == ("Lama", "Baru")


async def test_a_result_with_targets_is_dropped_and_one_without_is_gone(
    pool: asyncpg.Pool,
) -> None:
    city, used, unused, kept = await make_city(pool), result("a"), result("b"), result("c")
    agreement_id = await drafted(pool, city, used, unused, kept)
    await pool.execute(
        "UPDATE target SET work_result_id = $2 WHERE id = $1", city.targets[city.ani], used.id
    )
    await replaced(pool, city, agreement_id, kept, base=1)
    found = await agreement_by_id(pool, agreement_id)
    assert found is not None
    assert {(each.id, each.dropped_at is not None) for each in found.results} == {
        (used.id, True),
        (kept.id, False),
    }
    await replaced(pool, city, agreement_id, kept, used, base=2)  # and it can come back
    found = await agreement_of(pool, city.ani, 2026)
    assert found is not None
    assert [each.dropped_at for each in found.results] == [None, None]


async def test_a_result_serves_upwards_and_nowhere_else(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    above = await make_result(pool, await make_agreement(pool, city.health_head))
    beside = await make_result(pool, await make_agreement(pool, city.budi))
    last_year = await make_result(pool, await make_agreement(pool, city.health_head, 2025))
    agreement_id = await drafted(pool, city, result(serves_id=above))
    for wrong, reason in ((beside, "not_above"), (last_year, "other_year"), (new_id(), "unknown")):
        with pytest.raises(InvalidValue) as refused:
            await replaced(pool, city, agreement_id, result(serves_id=wrong), base=1)
        assert refused.value.details == {"field": "serves_id", "reason": reason}


async def test_whom_a_result_served_stays_when_the_superior_leaves(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    above = await make_result(pool, await make_agreement(pool, city.clinic_head))
    promised = result(serves_id=above)
    agreement_id = await drafted(pool, city, promised)
    await pool.execute("DELETE FROM supervision WHERE supervisor_id = $1", city.clinic_head)
    reworded = result("Lain", id=promised.id, serves_id=above)
    await replaced(pool, city, agreement_id, reworded, base=1)
    with pytest.raises(InvalidValue):
        await replaced(pool, city, agreement_id, reworded, result(serves_id=above), base=2)


async def test_two_who_are_each_others_supervisor_close_no_circle_even_at_once(
    pool: asyncpg.Pool,
) -> None:
    city, since = await make_city(pool), datetime.now(UTC) - timedelta(days=1)
    await make_assignment(pool, city.ani, city.budi, valid_from=since)
    await make_assignment(pool, city.budi, city.ani, valid_from=since)
    of_ani, of_budi = await make_agreement(pool, city.ani), await make_agreement(pool, city.budi)
    ani, budi = await make_result(pool, of_ani), await make_result(pool, of_budi)

    async def served(agreement_id: UUID, own: UUID, other: UUID) -> str:
        try:
            changed = result(id=own, serves_id=other)
            await replaced(pool, city, agreement_id, changed, base=1, why="tautkan")
        except InvalidValue as refused:
            return str(refused.details["reason"])
        return "served"

    outcomes = await asyncio.gather(served(of_ani, ani, budi), served(of_budi, budi, ani))
    assert sorted(outcomes) == ["circle", "served"]


async def test_a_result_of_another_agreement_and_an_id_given_twice_are_refused(
    pool: asyncpg.Pool,
) -> None:
    city, once = await make_city(pool), result()
    foreign = await make_result(pool, await make_agreement(pool, city.budi))
    agreement_id = await drafted(pool, city)
    for wrong in ([result(id=foreign)], [once, once]):
        with pytest.raises(InvalidValue) as refused:
            await replaced(pool, city, agreement_id, *wrong, base=1)
        assert refused.value.details == {"field": "results"}
