"""Reading agreements: results in their order, whom they serve, and what may be linked to them."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from models.queries.agreements import (
    agreement_by_id,
    agreement_history,
    agreement_of,
    agreements_of,
    chain_of,
    check_links,
    proposed_agreements,
    superior_results,
)
from models.queries.targets import targets_of_results, targets_within
from models.rules.refusals import InvalidValue, NotFound
from models.tables.columns import new_id
from tests.builders import make_assignment, make_city, make_head
from tests.making.agreements import make_agreement, make_result


async def test_an_agreement_is_read_with_its_results_and_whom_they_serve(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    above = await make_result(pool, await make_agreement(pool, city.clinic_head), "Puskesmas sehat")
    agreement_id = await make_agreement(pool, city.ani)
    first = await make_result(pool, agreement_id, "Kunjungan rumah", serves_id=above)
    second = await make_result(pool, agreement_id, "Panitia", kind="additional")
    await make_agreement(pool, city.ani, 2025)
    found = await agreement_of(pool, city.ani, 2026)
    assert found is not None
    assert [
        (each.id, each.kind, each.serves_title, each.serves_name) for each in found.results
    ] == [
        (first, "main", "Puskesmas sehat", "Clinic Head"),
        (second, "additional", None, None),
    ]
    assert [each.year for each in await agreements_of(pool, city.ani)] == [2026, 2025]
    assert await agreement_by_id(pool, agreement_id) == found
    assert await agreement_of(pool, city.budi, 2026) is None
    assert await agreement_history(pool, agreement_id) == []


async def test_above_somebody_are_their_decider_and_the_heads_over_them(
    pool: asyncpg.Pool,
) -> None:
    city, now = await make_city(pool), datetime.now(UTC)
    chain = await chain_of(pool, city.ani, 2026)
    assert chain.above == {city.clinic_head, city.health_head, city.mayor}
    of_head = await chain_of(pool, city.clinic_head, 2026)
    assert of_head.above == {city.health_head, city.mayor}
    await make_assignment(pool, city.ani, city.dedi, valid_from=now - timedelta(days=1))
    await make_head(pool, city.clinic, city.budi, kind="acting", valid_from=now - timedelta(days=1))
    assert {city.dedi, city.budi} < (await chain_of(pool, city.ani, 2026)).above
    with pytest.raises(NotFound):
        await chain_of(pool, new_id(), 2026)


async def test_one_may_serve_what_those_above_have_put_forward(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    for person, state in (
        (city.clinic_head, "agreed"),
        (city.health_head, "proposed"),
        (city.mayor, "draft"),
        (city.works_head, "agreed"),
    ):
        await make_result(pool, await make_agreement(pool, person, state=state), f"dari {state}")
    await pool.execute("UPDATE work_result SET dropped_at = now() WHERE title = 'dari proposed'")
    rows = await superior_results(pool, city.ani, 2026)
    assert [(row["title"], row["employee_name"]) for row in rows] == [
        ("dari agreed", "Clinic Head")
    ]
    assert await superior_results(pool, city.ani, 2025) == []


async def test_a_target_belongs_to_a_standing_result_of_its_own_employee(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    mine = await make_result(pool, await make_agreement(pool, city.ani))
    other = await make_result(pool, await make_agreement(pool, city.budi))
    await check_links(pool, city.ani, mine, None)
    await check_links(pool, city.ani, None, None)
    with pytest.raises(InvalidValue) as refused:
        await check_links(pool, city.ani, other, None)
    assert refused.value.details == {"field": "work_result_id"}
    await pool.execute("UPDATE work_result SET dropped_at = now() WHERE id = $1", mine)
    with pytest.raises(InvalidValue):
        await check_links(pool, city.ani, mine, None)
    service_id = new_id()
    with pytest.raises(InvalidValue) as refused:
        await check_links(pool, city.ani, None, service_id)
    assert refused.value.details == {"field": "service_id"}
    await pool.execute(
        "INSERT INTO public_service (id, unit_id, name) VALUES ($1, $2, 'Loket')",
        service_id,
        city.clinic,
    )
    await check_links(pool, city.ani, None, service_id)


async def test_the_targets_of_a_time_come_with_the_kind_of_their_result(
    pool: asyncpg.Pool,
) -> None:
    city, now = await make_city(pool), datetime.now(UTC)
    result = await make_result(
        pool, await make_agreement(pool, city.ani), "Panitia", kind="additional"
    )
    target_id = city.targets[city.ani]
    (before,) = await targets_within(pool, city.ani, now - timedelta(days=1), now)
    assert (before["id"], before["kind"], before["work_result_id"]) == (target_id, None, None)
    await pool.execute("UPDATE target SET work_result_id = $2 WHERE id = $1", target_id, result)
    (row,) = await targets_within(pool, city.ani, now - timedelta(days=1), now)
    assert (row["kind"], row["result_title"], row["service_id"]) == ("additional", "Panitia", None)
    (measured,) = await targets_of_results(pool, [result])
    assert measured["id"] == target_id
    start, end = row["period_start"], row["period_end"]
    assert await targets_within(pool, city.ani, start - timedelta(days=9), start) == []
    assert await targets_within(pool, city.ani, end, end + timedelta(days=9)) == []


async def test_the_proposed_ones_below_a_unit_or_of_somebody(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    of_ani = await make_agreement(pool, city.ani, state="proposed")
    of_dedi = await make_agreement(pool, city.dedi, state="proposed")
    await make_agreement(pool, city.budi, state="draft")
    below = await proposed_agreements(pool, [city.health], [], 9)
    assert [each.id for each in below] == [of_ani]
    both = await proposed_agreements(pool, [city.health], [city.dedi], 9)
    assert {each.id for each in both} == {of_ani, of_dedi}
