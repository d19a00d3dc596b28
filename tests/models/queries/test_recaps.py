"""What a recap says: live while a period runs, the frozen evidence once it is decided."""

from datetime import UTC, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from models.queries import recaps
from models.queries.recaps import (
    national_rows,
    people_within,
    person_recap,
    place_of,
    subjects_within,
    unit_recap,
)
from models.rules.refusals import InvalidValue, NotFound
from tests.builders import City, decide, make_city, make_feedback, make_report, move_employee
from tests.making.appraisal import month_before
from tests.making.exports import make_decided
from tests.making.survey import CONTENT, make_day, make_service
from tests.models.queries.test_rolling import roll

NOW = datetime.now(UTC)
BEFORE = month_before(NOW)
JAKARTA = ZoneInfo("Asia/Jakarta")
RUNNING = f"{NOW.astimezone(JAKARTA):%Y-%m}"


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


async def test_a_running_period_is_told_as_it_stands(pool: asyncpg.Pool, city: City) -> None:
    await make_report(pool, city.ani, city.targets[city.ani], quantity=3)
    await make_feedback(pool, city.clinic_head, city.ani, target_id=city.targets[city.ani])
    recap = await person_recap(pool, city.ani, RUNNING)

    (part,) = recap.parts
    assert part.decided is None
    assert (recap.holder.name, recap.holder.unit_name) == ("Ani", "Puskesmas")
    assert recap.holder.city_name == "Kota"
    assert [target["pending"] for target in part.content["targets"]] == [3]
    assert recap.agreement is None
    assert sum(given for given, _ in recap.feedback.values()) == 1


async def test_what_was_decided_is_told_as_it_was_then(pool: asyncpg.Pool, city: City) -> None:
    await make_decided(pool, city.ani, city.clinic_head, BEFORE)
    await pool.execute("UPDATE employee SET name = 'Ani Baru' WHERE id = $1", city.ani)
    await pool.execute("UPDATE target SET quantity = 1 WHERE employee_id = $1", city.ani)
    recap = await person_recap(pool, city.ani, BEFORE)

    (part,) = recap.parts
    assert part.decided is not None
    assert part.decided["predicate"] == "good"
    assert part.content["employee"]["name"] == "Ani"
    assert part.content["decision"]["by"]["name"] == "Clinic Head"
    assert {target["achievement"] for target in part.content["targets"]} >= {95.0}


async def test_a_year_tells_of_the_decisions_within_it(pool: asyncpg.Pool, city: City) -> None:
    await make_decided(pool, city.ani, city.clinic_head, BEFORE)
    recap = await person_recap(pool, city.ani, BEFORE[:4])

    assert [each["period"] for each in recap.earlier] == [BEFORE]
    assert recap.parts[0].decided is None


async def test_nothing_reported_is_missing_and_not_zero(pool: asyncpg.Pool, city: City) -> None:
    recap = await person_recap(pool, city.budi, "2020-01")

    (part,) = recap.parts
    assert part.content["targets"] == []
    assert part.content["quality"]["approval_rate"] is None
    assert part.content["satisfaction"]["unit"]["index"] is None


async def test_a_unit_is_told_by_its_child_units(pool: asyncpg.Pool, city: City) -> None:
    report_id = uuid4()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id, quantity=3)
    await decide(pool, city.clinic_head, report_id)
    await roll(pool)
    service_id = await make_service(pool, city.clinic, "Loket")
    await make_day(pool, service_id, NOW.astimezone(JAKARTA).date(), CONTENT)
    recap = await unit_recap(pool, city.health, RUNNING)

    assert recap.place.name == "Dinas Kesehatan"
    clinic = next(each for each in recap.rollup.children if each.unit_id == city.clinic)
    assert clinic.counts.approved_reports == 1
    assert recap.satisfaction[city.clinic].responses == 1
    assert recap.satisfaction[city.pharmacy].index is None
    assert recap.distribution.decided == 0


async def test_everybody_of_a_unit_is_found_once(pool: asyncpg.Pool, city: City) -> None:
    people = await people_within(pool, city.health, RUNNING)

    assert len(people) == len(set(people)) == 6
    assert city.ani in people
    assert city.dedi not in people


async def test_of_a_past_year_those_who_worked_elsewhere_are_left_out(
    pool: asyncpg.Pool, city: City
) -> None:
    last_year = str(NOW.astimezone(JAKARTA).year - 1)
    await pool.execute("UPDATE placement SET valid_from = valid_from - interval '3 years'")
    await move_employee(pool, city.dedi, city.clinic)
    await move_employee(pool, city.citra, city.clinic)

    assert city.dedi in await people_within(pool, city.clinic, RUNNING)
    assert city.dedi not in await people_within(pool, city.clinic, last_year)
    assert city.citra not in await people_within(pool, city.clinic, last_year)
    assert city.citra in await people_within(pool, city.health, last_year)


async def test_a_person_is_asked_about_wherever_they_worked(pool: asyncpg.Pool, city: City) -> None:
    last_year = str(NOW.astimezone(JAKARTA).year - 1)
    await pool.execute("UPDATE placement SET valid_from = valid_from - interval '3 years'")
    await move_employee(pool, city.dedi, city.clinic)

    running = await subjects_within(pool, city.dedi, str(NOW.astimezone(JAKARTA).year))
    assert {subject.at_unit_path[-1] for subject in running if subject.at_unit_path} == {
        city.clinic,
        city.roads,
    }
    assert {subject.in_running_period for subject in running} == {True}
    (past,) = await subjects_within(pool, city.dedi, last_year)
    assert (past.at_unit_path or ())[-1] == city.roads
    assert not past.in_running_period
    (before,) = await subjects_within(pool, city.dedi, "2001")
    assert before.at_unit_path is None


async def test_national_rows_hold_what_stands(
    pool: asyncpg.Pool, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who, head in ((city.ani, city.clinic_head), (city.citra, city.pharmacy_head)):
        await make_decided(pool, who, head, BEFORE)
    reopened = await make_decided(pool, city.budi, city.clinic_head, BEFORE)
    await pool.execute("UPDATE appraisal SET state = 'reopened' WHERE id = $1", reopened)
    monkeypatch.setattr(recaps, "PEOPLE_A_PAGE", 1)

    pages = [list(page) async for page in national_rows(pool, city.health, BEFORE)]
    rows = [row for page in pages for row in page]
    assert {row["name"] for row in rows} == {"Ani", "Citra"}
    assert [row["nip"] for row in rows] == sorted(row["nip"] for row in rows)
    assert {row["predicate"] for row in rows} == {"good"}
    assert [page async for page in national_rows(pool, city.works, BEFORE)] == []


async def test_who_or_what_is_not_there_has_no_recap(pool: asyncpg.Pool, city: City) -> None:
    for asking in (
        person_recap(pool, uuid4(), RUNNING),
        unit_recap(pool, uuid4(), RUNNING),
        people_within(pool, uuid4(), RUNNING),
        subjects_within(pool, uuid4(), RUNNING),
        place_of(pool, uuid4()),
    ):
        with pytest.raises(NotFound):
            await asking
    with pytest.raises(InvalidValue):
        await person_recap(pool, city.ani, "besok")
