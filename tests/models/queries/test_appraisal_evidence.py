"""What a suggestion stands on, from real reports; and that what was frozen never moves."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models.queries.appraisal_decisions import appraisal_decided, author_of
from models.queries.appraisal_evidence import (
    Evidence,
    days_of,
    evidence_frozen,
    evidence_of,
    newest_evidence,
)
from models.queries.appraisals import appraisal_row
from models.rules.evidence import reproduced, told
from models.rules.ratings import ASSUMED, Bands, Rating
from tests.builders import City, make_city, make_leave, make_unit, move_employee, submit
from tests.making.appraisal import (
    JAKARTA,
    bounds_of,
    decision,
    make_appraisal,
    make_approved,
    make_past_target,
    month_before,
)

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
PERIOD = month_before(NOW)
START, END = bounds_of(PERIOD)
EARLY, LATE = START + 5 * DAY, START + 20 * DAY


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


async def evidence(pool: asyncpg.Pool, appraisal_id: UUID, bands: Bands = ASSUMED) -> Evidence:
    row = await appraisal_row(pool, appraisal_id)
    assert row is not None
    return await evidence_of(pool, row, bands)


def target_in(found: Evidence, target_id: UUID) -> dict[str, Any]:
    (target,) = (each for each in found.content["targets"] if each["id"] == str(target_id))
    return target


async def test_approved_reports_of_the_part_are_counted_and_named(
    pool: asyncpg.Pool, city: City
) -> None:
    target_id = await make_past_target(pool, city.ani, PERIOD)
    ids = [
        await make_approved(pool, city.clinic_head, city.ani, target_id, 40, at)
        for at in (EARLY, LATE)
    ]
    await make_approved(pool, city.clinic_head, city.ani, target_id, 99, END + DAY)
    waiting = await make_appraisal(pool, city.ani)
    await submit(
        pool, "create", city.ani, report_id=waiting, target_id=target_id, quantity=7, at=LATE
    )
    found = await evidence(pool, waiting)
    target = target_in(found, target_id)
    assert (target["approved"], target["pending"], target["observations"]) == (80, 7, 2)
    assert target["report_ids"] == sorted(str(each) for each in ids)
    assert (target["achievement"], target["rating"]) == (80.0, Rating.MEETS)
    assert found.suggestion.rating is Rating.MEETS
    assert found.content["employee"]["name"] == "Ani"


async def test_a_target_without_a_report_is_missing_and_lowers_nothing(
    pool: asyncpg.Pool, city: City
) -> None:
    reported = await make_past_target(pool, city.ani, PERIOD)
    silent = await make_past_target(pool, city.ani, PERIOD, indicator="Posyandu")
    await make_approved(pool, city.clinic_head, city.ani, reported, 90, LATE)
    found = await evidence(pool, await make_appraisal(pool, city.ani))
    assert str(silent) in found.suggestion.missing
    assert found.suggestion.mean == 90.0


async def test_each_part_is_asked_for_its_share_of_the_working_time(
    pool: asyncpg.Pool, city: City
) -> None:
    target_id = await make_past_target(pool, city.ani, PERIOD)
    await make_approved(pool, city.clinic_head, city.ani, target_id, 50, EARLY)
    middle = START + 10 * DAY
    before = await make_appraisal(pool, city.ani, part=(START, middle))
    after = await make_appraisal(pool, city.ani, part=(middle, END))
    first, second = await evidence(pool, before), await evidence(pool, after)
    shares = [target_in(each, target_id)["share"] for each in (first, second)]
    assert all(0 < share < 1 for share in shares)
    assert sum(shares) == pytest.approx(1)
    assert target_in(first, target_id)["approved"] == 50
    assert target_in(second, target_id)["observations"] == 0
    assert second.suggestion.rating is None


async def test_leave_of_the_whole_period_suggests_nothing(pool: asyncpg.Pool, city: City) -> None:
    target_id = await make_past_target(pool, city.ani, PERIOD)
    await make_leave(pool, city.ani, (START - DAY).date(), (END + DAY).date())
    found = await evidence(pool, await make_appraisal(pool, city.ani))
    assert found.content["working_s"] == 0
    assert str(target_id) in found.suggestion.missing
    assert (found.suggestion.rating, found.suggestion.mean) == (None, None)


async def test_a_target_that_names_a_service_and_the_unit_show_what_the_public_says(
    pool: asyncpg.Pool, city: City
) -> None:
    service_id = await pool.fetchval(
        "INSERT INTO public_service (id, unit_id, name, yearly_users)"
        " VALUES (gen_random_uuid(), $1, 'Loket', 50) RETURNING id",
        city.clinic,
    )
    await pool.execute(
        "INSERT INTO verdict_day VALUES ($1, $2, $3, 29, 0, 107, 106, 106, 106, 106, 106, 106,"
        " 106, 106)",
        service_id,
        days_of((START, END), JAKARTA)[0],
        city.clinic,
    )
    named = await make_past_target(
        pool, city.ani, PERIOD, aspect="quality", quantity=88.31, service_id=service_id
    )
    found = await evidence(pool, await make_appraisal(pool, city.ani))
    target = target_in(found, named)
    assert (target["value"], target["observations"]) == (91.48, 29)
    assert target["achievement"] == 103.59
    said = found.content["satisfaction"]
    assert said["unit"] == {"index": 91.48, "grade": "A", "responses": 29, "adequate": False}
    assert [each["name"] for each in said["services"]] == ["Loket"]


async def test_what_was_decided_is_reproduced_after_transfers_renames_and_new_bands(
    pool: asyncpg.Pool, city: City
) -> None:
    target_id = await make_past_target(pool, city.ani, PERIOD)
    await make_approved(pool, city.clinic_head, city.ani, target_id, 95, LATE)
    appraisal_id = await make_appraisal(pool, city.ani)
    before = await evidence(pool, appraisal_id)
    row = await appraisal_row(pool, appraisal_id)
    assert row is not None
    author = await author_of(pool, city.clinic_head)
    await appraisal_decided(pool, row, before, decision(), author, NOW)
    frozen = await newest_evidence(pool, appraisal_id)
    assert frozen is not None

    await make_approved(pool, city.clinic_head, city.ani, target_id, 500, LATE + DAY)
    await move_employee(pool, city.ani, await make_unit(pool, "Baru", city.works))
    await pool.execute("UPDATE employee SET name = 'Lain'")
    await pool.execute("UPDATE unit SET name = 'Lain'")
    await pool.execute("UPDATE target SET quantity = 10 WHERE id = $1", target_id)
    now = await evidence(pool, appraisal_id, Bands(10, 20, 30))
    assert now.suggestion.rating is Rating.ABOVE

    (kept,) = await evidence_frozen(pool, appraisal_id)
    assert (kept["content"], kept["sha256"]) == (frozen["content"], frozen["sha256"])
    assert hashlib.sha256(kept["content"].encode()).digest() == kept["sha256"]
    again = reproduced(kept["content"])
    assert (again.result.rating, again.result.mean, again.behaviour) == told(kept["content"])
    assert (again.result.rating, again.result.mean) == (Rating.MEETS, 95.0)
    content = json.loads(kept["content"])
    assert content["employee"]["name"] == "Ani"
    assert content["decision"]["by"]["name"] == "Clinic Head"
    assert content["appraisal"]["unit"]["name"] == "Puskesmas"


def test_days_are_local_and_the_last_instant_is_not_in_them() -> None:
    first, last = days_of((START, END), JAKARTA)
    assert first.day == 1
    assert f"{first:%Y-%m}" == f"{last:%Y-%m}" == PERIOD
