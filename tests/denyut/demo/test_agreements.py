"""The demo's agreements: everybody's, serving upwards, measured by the targets of the year."""

from collections import Counter

import asyncpg

from denyut.demo.agreements import (
    agreement_tables,
    linked_by,
    promises_of,
    proposal_tables,
    states_of,
    year_of,
)
from denyut.demo.city import DemoCity
from denyut.demo.load import write_city
from models.queries.agreements import agreement_of
from models.queries.rollover import ending_of
from models.queries.targets import target_row, targets_of_results
from models.rules.rollover import Stage, stage

SERVING_SIDEWAYS = """
    SELECT count(*) FROM work_result w JOIN agreement a ON a.id = w.agreement_id
      JOIN work_result s ON s.id = w.serves_id JOIN agreement sa ON sa.id = s.agreement_id
     WHERE a.employee_id = sa.employee_id OR a.year <> sa.year OR sa.state = 'draft'
"""
FOREIGN = """
    SELECT count(*) FROM target t JOIN work_result w ON w.id = t.work_result_id
      JOIN agreement a ON a.id = w.agreement_id WHERE a.employee_id <> t.employee_id
"""


def test_it_is_the_same_whenever_it_is_asked_for(city: DemoCity) -> None:
    first, again = (
        [list(rows) for tables in (agreement_tables, proposal_tables) for *_, rows in tables(city)]
        for _ in range(2)
    )
    assert first == again


def test_everybody_promises_something_and_few_an_additional_result(city: DemoCity) -> None:
    people = city.staff.people
    kinds = Counter(
        promise.kind
        for number, person in enumerate(people, 1)
        for promise in promises_of(person, number)
    )
    assert kinds["main"] >= len(people) > kinds["additional"] > 0


def test_one_is_proposed_and_one_a_draft_beside_the_supervisor(city: DemoCity) -> None:
    cast, states = city.staff.cast, states_of(city)
    beside = {person.id for person in city.staff.by_unit[cast.supervisor.unit.id]}
    assert {state for person, state in states.items() if person in beside} <= {"proposed", "draft"}
    assert cast.employee.id not in states


async def test_the_rows_stand_in_a_real_database_and_agree(
    pool: asyncpg.Pool, city: DemoCity
) -> None:
    cast = city.staff.cast
    async with pool.acquire() as connection:
        await write_city(connection, city, "a hash")
        assert await connection.fetchval(SERVING_SIDEWAYS) == 0
        assert await connection.fetchval(FOREIGN) == 0
        counts = {
            table: await connection.fetchval(f"SELECT count(*) FROM {table}")
            for table in ("agreement", "work_result", "agreement_change", "target_proposal")
        }
        assert counts["agreement"] == len(city.staff.people) < counts["work_result"]
        assert (counts["agreement_change"], counts["target_proposal"]) == (2, 3)
        found = await agreement_of(connection, cast.employee.id, year_of(city))
        assert found is not None
        assert (found.state, found.results[0].serves_name) == ("agreed", cast.supervisor.name)
        measured = await targets_of_results(connection, [each.id for each in found.results])
        assert measured
        rolled = [key for key, link in linked_by(city).items() if link.rolled_over_at is not None]
        assert rolled
        for target_id in rolled:
            row = await target_row(connection, target_id)
            assert row is not None
            assert stage(ending_of(row)) is Stage.ROLLED_OVER
