"""Agreements on the wire: every result with its own indicators, whomever they serve."""

from datetime import UTC, datetime

import asyncpg

from api.agreement_views import agreement_views
from models.queries.agreements import agreements_of
from tests.builders import make_city
from tests.making.agreements import make_agreement, make_result


async def test_each_result_has_its_own_indicators(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    above = await make_result(pool, await make_agreement(pool, city.clinic_head), "Sehat")
    agreement_id = await make_agreement(pool, city.ani)
    first = await make_result(pool, agreement_id, "Satu", serves_id=above)
    second = await make_result(pool, agreement_id, "Dua")
    target_id = city.targets[city.ani]
    await pool.execute("UPDATE target SET work_result_id = $2 WHERE id = $1", target_id, second)
    found = await agreements_of(pool, city.ani)
    (view,) = await agreement_views(pool, found, datetime.now(UTC))
    one, two = view.results
    assert (one.id, one.indicators, two.indicators[0].id) == (first, [], target_id)
    assert one.serves is not None
    assert (one.serves.title, one.serves.employee_name, two.serves) == (
        "Sehat",
        "Clinic Head",
        None,
    )
    assert await agreement_views(pool, [], datetime.now(UTC)) == []
