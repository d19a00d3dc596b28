"""The public's verdict in the demo: sums that are true, a unit that is quick and graded C."""

from collections import defaultdict
from datetime import timedelta

import asyncpg

from denyut.demo.city import DemoCity
from denyut.demo.load import write_city
from denyut.demo.months import local
from denyut.demo.verdicts import SERVICES, named_by, services_of, verdict_tables
from models.queries.indices import index_of
from models.rules.satisfaction import ELEMENTS, Tally, is_low
from tests.denyut.demo.conftest import NOW


def test_it_is_the_same_whenever_it_is_asked_for(city: DemoCity) -> None:
    assert services_of(city) == services_of(city)
    codes = [point.code for service in services_of(city) for point in service.points]
    assert len(codes) == len(set(codes)) > len(SERVICES)


def test_nobody_speaks_before_they_came_or_after_now(city: DemoCity) -> None:
    for service in services_of(city):
        moments = [each.at for each in service.said]
        assert moments == sorted(moments)
        assert city.months[0].start <= moments[0] <= moments[-1] < NOW
        assert all(each.low == is_low(each.answers) for each in service.said)
        assert all(each.replied_at < NOW for each in service.said if each.replied_at)


def test_today_there_are_low_verdicts_and_one_is_answered(city: DemoCity) -> None:
    today = local(NOW).date()
    sorry = [service for service in services_of(city) if service.plan.sorry_today]
    assert city.staff.cast.supervisor.unit in [service.unit for service in sorry]
    for service in sorry:
        low = [each for each in service.said if each.low and local(each.at).date() == today]
        assert len(low) >= 2
        assert any(each.replied_at for each in low)
        assert any(not each.replied_at for each in low)


def test_grades_tell_services_apart_and_the_quick_unit_is_graded_c(city: DemoCity) -> None:
    grades: dict[str, str | None] = {}
    for service in services_of(city):
        total = Tally()
        for tally in service.days().values():
            total = total.plus(tally)
        grades[service.plan.name] = total.grade
    assert grades["Akta kelahiran dan KIA"] == "C"
    assert set(grades.values()) >= {"A", "B", "C"}


def test_the_unit_that_is_graded_c_did_more_than_was_asked(city: DemoCity) -> None:
    quick = next(s.unit for s in services_of(city) if s.plan.name == "Akta kelahiran dan KIA")
    ended = [
        book
        for book in city.books
        if book.target.person.unit is quick
        and not book.target.person.heads
        and not book.target.task.measured
        and book.target.end < NOW
    ]
    assert ended
    done = sum(book.approved / book.target.goal.quantity for book in ended) / len(ended)
    assert done > 1.1


def test_targets_about_satisfaction_name_the_service_of_their_unit(city: DemoCity) -> None:
    named, by_id = named_by(city), {service.id: service for service in services_of(city)}
    assert named
    for target in city.targets:
        if target.id in named:
            assert by_id[named[target.id]].unit is target.person.unit


def test_there_are_some_three_thousand_in_the_whole_city() -> None:
    assert 2_500 <= sum(service.verdicts for service in SERVICES) <= 3_500


async def test_the_sums_in_the_database_are_those_of_its_verdicts(
    pool: asyncpg.Pool, city: DemoCity
) -> None:
    async with pool.acquire() as connection:
        await write_city(connection, city, "a hash")
        names = ", ".join(f"sum({name})::int AS {name}" for name in ELEMENTS)
        asked = f"SELECT service_id, on_day, {{}} AS responses, {names} FROM {{}} GROUP BY 1, 2"
        said = await connection.fetch(asked.format("count(*)::int", "verdict"))
        summed = await connection.fetch(asked.format("sum(responses)::int", "verdict_day"))
        assert sorted(said) == sorted(summed)
        assert await connection.fetchval("SELECT count(*) FROM visit_code") > 0
        first, last = local(NOW - timedelta(days=120)).date(), local(NOW).date()
        whole = await index_of(connection, unit_id=city.units[0].id, first=first, last=last)
        assert whole.responses == sum(row["responses"] for row in said) > 150


def test_tables_have_rows(city: DemoCity) -> None:
    found: dict[str, int] = defaultdict(int)
    for name, columns, rows in verdict_tables(city):
        for row in rows:
            assert len(row) == len(columns)
            found[name] += 1
    assert set(found) == {
        *("public_service", "service_point", "visit_code", "verdict", "verdict_day"),
    }
