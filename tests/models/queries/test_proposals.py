"""Proposals in SQL: one an id, decided once, and kept as they were asked."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models.queries import proposals
from models.queries.proposals import (
    NewProposal,
    open_proposals,
    proposal_by_id,
    proposal_ended,
    proposal_made,
    proposals_of,
)
from models.rules.refusals import AlreadyDecided, Conflict, NotFound
from models.tables.columns import new_id
from tests.builders import City, make_city


def wish(city: City, **changed: Any) -> NewProposal:
    given: dict[str, Any] = {
        "id": new_id(),
        "employee_id": city.ani,
        "kind": "new",
        "target_id": None,
        "body": {"indicator": "Kunjungan", "quantity": 8.0},
        "reason": "wilayah bertambah",
    }
    return NewProposal(**given | changed)


async def test_asking_twice_makes_one_and_another_wish_under_its_id_is_a_conflict(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    first = wish(city)
    assert await proposal_made(pool, first)
    assert not await proposal_made(pool, first)
    for other in ({"reason": "lain"}, {"body": {"quantity": 9.0}}, {"employee_id": city.budi}):
        with pytest.raises(Conflict):
            await proposal_made(pool, wish(city, id=first.id, **other))
    (found,) = await proposals_of(pool, city.ani, 10)
    assert (found.state, found.body, found.employee_name) == ("open", dict(first.body), "Ani")


async def test_the_newest_comes_first_and_only_so_many(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    made = [wish(city) for _ in range(3)]
    for each in made:
        await proposal_made(pool, each)
    assert [each.id for each in await proposals_of(pool, city.ani, 2)] == [made[2].id, made[1].id]
    assert await proposals_of(pool, city.budi, 9) == []


async def test_of_many_who_decide_at_once_one_does(pool: asyncpg.Pool) -> None:
    city, asked = await make_city(pool), new_id()
    await proposal_made(pool, wish(city, id=asked))

    async def ended(state: str) -> bool:
        try:
            await proposal_ended(pool, asked, state, by=city.clinic_head, reason="ya")
        except AlreadyDecided:
            return False
        return True

    states = ("agreed", "declined", "withdrawn", "agreed")
    assert sorted(await asyncio.gather(*map(ended, states))) == [False] * 3 + [True]
    found = await proposal_by_id(pool, asked)
    assert found is not None
    assert (found.decided_by_name, found.decision_reason) == ("Clinic Head", "ya")
    with pytest.raises(NotFound):
        await proposal_ended(pool, new_id(), "agreed", by=city.clinic_head)


async def test_what_came_of_it_is_named_and_a_change_keeps_its_own_target(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    of_ani, of_budi = city.targets[city.ani], city.targets[city.budi]

    async def came_of(new: NewProposal, target_id: UUID) -> UUID | None:
        await proposal_made(pool, new)
        await proposal_ended(pool, new.id, "agreed", by=city.hr, target_id=target_id)
        found = await proposal_by_id(pool, new.id)
        assert found is not None
        assert not await proposal_made(pool, new)  # asking again is still no error
        return found.target_id

    assert await came_of(wish(city), of_budi) == of_budi
    change = wish(city, kind="change", target_id=of_ani, body={"quantity": 5.0})
    assert await came_of(change, of_budi) == of_ani


async def test_nobody_piles_up_wishes(pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    city = await make_city(pool)
    monkeypatch.setattr(proposals, "MOST_OPEN", 2)
    kept = [wish(city) for _ in range(2)]
    for each in kept:
        await proposal_made(pool, each)
    with pytest.raises(Conflict) as refused:
        await proposal_made(pool, wish(city))
    assert refused.value.details["reason"] == "too_many_open"
    await proposal_ended(pool, kept[0].id, "withdrawn", by=city.ani)
    assert await proposal_made(pool, wish(city))


async def test_the_open_ones_below_a_unit_or_of_somebody_the_oldest_first(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    of_ani, of_dedi, done = wish(city), wish(city, employee_id=city.dedi), wish(city)
    for each in (of_dedi, of_ani, done):
        await proposal_made(pool, each)
    await proposal_ended(pool, done.id, "declined", by=city.clinic_head, reason="tidak")
    below = await open_proposals(pool, [city.health], [], 9)
    assert [each.id for each in below] == [of_ani.id]
    both = await open_proposals(pool, [city.health], [city.dedi], 9)
    assert [each.id for each in both] == [of_dedi.id, of_ani.id]
    assert await open_proposals(pool, [], [], 9) == []
