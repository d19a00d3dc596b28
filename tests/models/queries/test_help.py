"""An offer of help is answered once, by a free choice, and closed when it is done."""

from dataclasses import replace
from uuid import uuid4

import asyncpg
import pytest

from models.queries.help import (
    NewOffer,
    answered,
    offer_closed,
    offer_row,
    offered,
    offers_to,
)
from models.rules.refusals import Conflict
from tests.builders import City, make_city


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


def offer(city: City) -> NewOffer:
    return NewOffer(uuid4(), city.ani, ("many_returns",), "Mari dibahas?", city.hr)


async def test_the_same_offer_twice_is_one(pool: asyncpg.Pool, city: City) -> None:
    new = offer(city)
    assert await offered(pool, new)
    assert not await offered(pool, new)
    (row,) = await offers_to(pool, city.ani)
    assert (row["state"], list(row["signals"]), row["offered_by"]) == (
        "open",
        ["many_returns"],
        city.hr,
    )
    with pytest.raises(Conflict):
        await offered(pool, replace(new, text="Wajib hadir."))
    assert await offers_to(pool, city.budi) == []


async def test_an_answer_is_given_once(pool: asyncpg.Pool, city: City) -> None:
    new = offer(city)
    await offered(pool, new)
    assert await answered(pool, new.id, "declined")
    assert not await answered(pool, new.id, "declined")
    with pytest.raises(Conflict):
        await answered(pool, new.id, "accepted")
    with pytest.raises(Conflict):
        await answered(pool, uuid4(), "accepted")


async def test_an_offer_that_is_done_takes_no_answer(pool: asyncpg.Pool, city: City) -> None:
    new = offer(city)
    await offered(pool, new)
    assert await offer_closed(pool, new.id)
    assert not await offer_closed(pool, new.id)
    row = await offer_row(pool, new.id)
    assert row is not None
    assert row["state"] == "done"
    assert row["closed_at"] is not None
    with pytest.raises(Conflict):
        await answered(pool, new.id, "accepted")
