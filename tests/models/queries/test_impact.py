"""Before and after come from the roll-ups, missing stays missing, and caveats stand beside."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest

from models.queries.impact import Impact, impact_of
from models.rules.impact import Caveat, windows
from tests.builders import City, make_city

SPANS = windows(date(2026, 8, 1), 3)
MAY, AUGUST, NOVEMBER = (datetime(2026, month, 1, tzinfo=UTC) for month in (5, 8, 11))
EDGES = (MAY, AUGUST, NOVEMBER)
TODAY = date(2026, 11, 24)


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    city = await make_city(pool)
    await pool.execute("UPDATE placement SET valid_from = '2026-01-01T00:00:00Z'")
    return city


async def counted(
    pool: asyncpg.Pool, unit_ids: list[UUID], month: date, reports: int, approved: int, late: int
) -> None:
    for unit_id in unit_ids:
        await pool.execute(
            "INSERT INTO unit_month (unit_id, month, indicator, unit_of_measure, reports,"
            " approved_reports, first_time, returned_reports, late, excused, with_evidence,"
            " measured, approved, pending)"
            " VALUES ($1, $2, 'Kunjungan', 'kali', $3, $4, $4, 0, $5, 0, 0, 0, 1, 0)",
            unit_id,
            month,
            reports,
            approved,
            late,
        )


async def impact(pool: asyncpg.Pool, unit_id: UUID) -> dict[UUID, Impact]:
    found = await impact_of(pool, unit_id, SPANS, EDGES, TODAY)
    assert found is not None
    assert found[0].unit_id == unit_id
    return {each.unit_id: each for each in found}


async def test_quantity_and_quality_stand_before_and_after(pool: asyncpg.Pool, city: City) -> None:
    line = [city.clinic, city.health]
    await counted(pool, line, date(2026, 5, 1), 10, 4, 5)
    await counted(pool, line, date(2026, 9, 1), 20, 16, 2)
    units = await impact(pool, city.health)
    assert set(units) == {city.health, city.clinic, city.pharmacy}
    clinic = units[city.clinic]
    assert (clinic.before.quantity_reports, clinic.after.quantity_reports) == (10, 20)
    assert (clinic.before.approved_share, clinic.after.approved_share) == (0.4, 0.8)
    assert (clinic.before.on_time_share, clinic.after.on_time_share) == (0.5, 0.9)
    assert clinic.caveats == (Caveat.NOT_A_CAUSE,)
    assert (units[city.health].before, units[city.health].after) == (clinic.before, clinic.after)


async def test_what_is_missing_is_null_and_said(pool: asyncpg.Pool, city: City) -> None:
    pharmacy = (await impact(pool, city.health))[city.pharmacy]
    for measured in (pharmacy.before, pharmacy.after):
        assert (measured.quantity_reports, measured.responses) == (0, 0)
        assert measured.approved_share is None
        assert measured.on_time_share is None
        assert measured.satisfaction_index is None
    assert pharmacy.caveats == (Caveat.BEFORE_HAS_NO_DATA, Caveat.NOT_A_CAUSE)


async def test_few_verdicts_are_said_with_their_index(pool: asyncpg.Pool, city: City) -> None:
    service_id = uuid4()
    await pool.execute(
        "INSERT INTO public_service (id, unit_id, name) VALUES ($1, $2, 'KTP')",
        service_id,
        city.clinic,
    )
    await pool.execute(
        "INSERT INTO verdict_day VALUES ($1, '2026-09-01', $2, 10, 0, 40, 40, 40, 40, 40, 40, 40,"
        " 40, 40)",
        service_id,
        city.clinic,
    )
    clinic = (await impact(pool, city.health))[city.clinic]
    assert (clinic.before.satisfaction_index, clinic.after.satisfaction_index) == (None, 100.0)
    assert clinic.after.responses == 10
    assert Caveat.FEW_RESPONSES in clinic.caveats


async def test_a_change_of_staff_and_a_ramadan_on_one_side_are_said(
    pool: asyncpg.Pool, city: City
) -> None:
    await pool.execute(
        "UPDATE placement SET valid_to = '2026-08-01T00:00:00Z' WHERE unit_id = $1", city.pharmacy
    )
    await pool.execute("INSERT INTO ramadan (starts_on, ends_on) VALUES ($1, $1)", date(2026, 5, 9))
    units = await impact(pool, city.health)
    assert Caveat.OTHER_STAFF in units[city.pharmacy].caveats
    assert Caveat.OTHER_STAFF not in units[city.clinic].caveats
    assert all(Caveat.SEASONAL_RAMADAN in each.caveats for each in units.values())


async def test_a_unit_that_nobody_knows_has_no_impact(pool: asyncpg.Pool, city: City) -> None:
    assert await impact_of(pool, uuid4(), SPANS, EDGES, TODAY) is None


async def test_a_window_that_has_not_ended_is_said(pool: asyncpg.Pool, city: City) -> None:
    found = await impact_of(pool, city.health, SPANS, EDGES, date(2026, 10, 5))
    assert found is not None
    assert all(Caveat.AFTER_IS_RUNNING in each.caveats for each in found)
