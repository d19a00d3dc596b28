"""Signals rest on facts of the database, by name and never by how bad it is."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from models.queries.help import NewOffer, answered, offer_closed, offered
from models.queries.signals import Struggling, struggling
from models.rules.signals import Signal, SignalLimits
from tests.builders import City, make_city, make_leave, make_report
from tests.making.support import activated, make_person_day

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
LIMITS = SignalLimits()


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    """Everybody of the health agency has an account and was heard just now."""
    city = await make_city(pool)
    for name in ("health_head", "clinic_head", "ani", "budi", "pharmacy_head", "citra"):
        await activated(pool, city.people[name], NOW)
    return city


async def found(pool: asyncpg.Pool, unit_id: UUID) -> dict[UUID, Struggling]:
    return {each.employee_id: each for each in await struggling(pool, [unit_id], NOW, LIMITS)}


async def heard(pool: asyncpg.Pool, employee_id: UUID, at: datetime) -> None:
    await pool.execute("UPDATE last_contact SET at = $2 WHERE employee_id = $1", employee_id, at)


async def test_whoever_is_fine_is_not_on_the_list(pool: asyncpg.Pool, city: City) -> None:
    assert await found(pool, city.health) == {}


async def test_late_reports_are_a_signal_and_excused_ones_are_none(
    pool: asyncpg.Pool, city: City
) -> None:
    yesterday = (NOW - DAY).date()
    for who, late, excused in ((city.ani, 5, 0), (city.budi, 0, 5)):
        await make_person_day(
            pool, who, city.targets[who], yesterday, reports=5, late=late, excused=excused
        )
    signs = await found(pool, city.clinic)
    assert signs.keys() == {city.ani}
    assert signs[city.ani].signals == (Signal.ALWAYS_LATE,)
    assert (signs[city.ani].facts.reports, signs[city.ani].facts.late) == (5, 5)


async def test_what_lies_before_the_window_is_over(pool: asyncpg.Pool, city: City) -> None:
    long_ago = (NOW - 40 * DAY).date()
    await make_person_day(pool, city.ani, city.targets[city.ani], long_ago, reports=9, late=9)
    assert await found(pool, city.clinic) == {}


async def test_many_returns_are_a_signal(pool: asyncpg.Pool, city: City) -> None:
    yesterday = (NOW - DAY).date()
    await make_person_day(
        pool,
        city.ani,
        city.targets[city.ani],
        yesterday,
        reports=6,
        approved_reports=5,
        first_time=3,
        returned_reports=3,
    )
    (only,) = (await found(pool, city.clinic)).values()
    assert only.signals == (Signal.MANY_RETURNS,)
    assert (only.facts.decided, only.facts.returned) == (6, 3)


async def test_reports_that_lay_in_a_phone_for_days_are_a_signal(
    pool: asyncpg.Pool, city: City
) -> None:
    for _ in range(2):
        await make_report(pool, city.ani, city.targets[city.ani])
    await make_report(pool, city.budi, city.targets[city.budi])
    await pool.execute("UPDATE report SET corrected_at = received_at - interval '4 days'")
    signs = await found(pool, city.clinic)
    assert signs.keys() == {city.ani}
    assert signs[city.ani].signals == (Signal.OUTBOX_STUCK,)


async def test_a_phone_that_is_silent_for_five_working_days_is_a_signal_unless_on_leave(
    pool: asyncpg.Pool, city: City
) -> None:
    for who in (city.ani, city.budi):
        await heard(pool, who, NOW - 12 * DAY)
    away = (NOW - 12 * DAY).date(), NOW.date()
    await make_leave(pool, city.budi, *away, "annual")
    signs = await found(pool, city.clinic)
    assert signs.keys() == {city.ani}
    assert (signs[city.ani].facts.silent_working_days or 0) >= LIMITS.silent_working_days


async def test_who_never_signed_in_is_on_the_list_after_two_weeks(
    pool: asyncpg.Pool, city: City
) -> None:
    await pool.execute(
        "UPDATE account SET activated_at = NULL WHERE employee_id = ANY ($1::uuid[])",
        [city.ani, city.budi],
    )
    await pool.execute(
        "UPDATE placement SET valid_from = $2 WHERE employee_id = $1", city.ani, NOW - 14 * DAY
    )
    await pool.execute(
        "UPDATE placement SET valid_from = $2 WHERE employee_id = $1", city.budi, NOW - 13 * DAY
    )
    signs = await found(pool, city.clinic)
    assert {who: each.signals for who, each in signs.items()} == {
        city.ani: (Signal.NEVER_SIGNED_IN,)
    }


async def test_leave_for_the_whole_window_is_no_signal(pool: asyncpg.Pool, city: City) -> None:
    yesterday = (NOW - DAY).date()
    await make_person_day(pool, city.ani, city.targets[city.ani], yesterday, reports=9, late=9)
    await make_leave(pool, city.ani, (NOW - 31 * DAY).date(), NOW.date(), "sick")
    assert await found(pool, city.clinic) == {}


async def test_the_list_goes_by_name_and_keeps_people_of_one_name_apart(
    pool: asyncpg.Pool, city: City
) -> None:
    yesterday = (NOW - DAY).date()
    late = {city.ani: 9, city.budi: 5, city.citra: 7}
    for who, count in late.items():
        await make_person_day(pool, who, city.targets[who], yesterday, reports=count, late=count)
    await pool.execute(
        "UPDATE employee SET name = 'Siti' WHERE id = ANY ($1::uuid[])", [city.ani, city.citra]
    )
    await pool.execute("UPDATE employee SET name = 'Budi' WHERE id = $1", city.budi)
    listed = await struggling(pool, [city.health], NOW, LIMITS)
    assert [each.name for each in listed] == ["Budi", "Siti", "Siti"]
    assert len({(each.unit_name, each.nip) for each in listed}) == 3
    but = await struggling(pool, [city.health], NOW, LIMITS, but=[city.budi])
    assert [each.name for each in but] == ["Siti", "Siti"]


async def test_an_offer_that_stands_is_shown_until_it_is_done(
    pool: asyncpg.Pool, city: City
) -> None:
    yesterday = (NOW - DAY).date()
    await make_person_day(pool, city.ani, city.targets[city.ani], yesterday, reports=9, late=9)
    offer = NewOffer(uuid4(), city.ani, ("always_late",), "Boleh kami bantu?", city.hr)
    assert not (await found(pool, city.clinic))[city.ani].helped
    await offered(pool, offer)
    await answered(pool, offer.id, "accepted")
    assert (await found(pool, city.clinic))[city.ani].helped
    await offer_closed(pool, offer.id)
    assert not (await found(pool, city.clinic))[city.ani].helped
