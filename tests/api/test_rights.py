"""What routes say when the answer is no: known, unknown, and not to be known."""

from uuid import UUID

import asyncpg
import pytest

from api.rights import (
    decides_below,
    keeps_everything,
    manages,
    require,
    require_managed_unit,
    require_person,
    require_report,
    require_target,
    units_kept,
    units_watched,
)
from models.rules.access import Action, Grant, Headship, Person, Role, Subject
from models.rules.refusals import NotAllowed, NotFound, UnknownReport
from models.tables.columns import new_id
from tests.builders import make_city, make_report

CITY, AGENCY, SCHOOL = (UUID(int=number) for number in (1, 2, 3))
PATH = (CITY, AGENCY, SCHOOL)
TEACHER = Subject(UUID(int=10), PATH, decider_id=UUID(int=11))


def person(*grants: Grant, heads: tuple[UUID, ...] = (), number: int = 11) -> Person:
    headships = tuple(Headship(unit_id) for unit_id in heads)
    return Person(UUID(int=number), True, PATH, headships, grants)


def test_who_sees_but_may_not_do_hears_so_and_who_sees_nothing_hears_nothing() -> None:
    head, mayor, stranger = person(heads=(SCHOOL,)), person(heads=(CITY,), number=12), person()
    assert require(head, Action.DECIDE_REPORT, TEACHER) is TEACHER
    with pytest.raises(NotAllowed):
        require(mayor, Action.DECIDE_REPORT, TEACHER)
    with pytest.raises(NotFound):
        require(stranger, Action.DECIDE_REPORT, TEACHER)
    with pytest.raises(NotFound):
        require(head, Action.DECIDE_REPORT, None)


def test_hr_and_administrators_keep_their_part_of_the_tree() -> None:
    for role in Role:
        keeper = person(Grant(role, AGENCY))
        assert manages(keeper, PATH)
        assert not manages(keeper, (CITY,))
        assert not keeps_everything(keeper, PATH)
        assert keeps_everything(person(Grant(role, CITY)), PATH)
    assert not manages(person(heads=(CITY,)), PATH)
    assert not keeps_everything(person(Grant(Role.HR, CITY)), ())


def test_administrators_keep_units_and_watch_none() -> None:
    keeper = person(Grant(Role.ADMINISTRATOR, CITY), Grant(Role.HR, AGENCY), heads=(SCHOOL,))
    assert units_watched(keeper) == [AGENCY, SCHOOL]
    assert units_kept(keeper) == [CITY, AGENCY, SCHOOL]


def test_one_looks_for_what_waits_where_one_decides_and_at_ones_own_people() -> None:
    resting = Headship(SCHOOL, deciding=False)
    me = Person(
        UUID(int=9), True, headships=(Headship(AGENCY), resting), assigned=frozenset({CITY})
    )
    assert decides_below(me) == ([AGENCY], [CITY])
    assert decides_below(Person(UUID(int=9), True)) == ([], [])


async def test_people_are_no_secret_and_reports_and_targets_are(pool: asyncpg.Pool) -> None:
    city, report_id = await make_city(pool), new_id()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id)
    stranger = Person(city.dedi, True)
    with pytest.raises(NotAllowed):
        await require_person(pool, stranger, Action.READ_TARGET, city.ani)
    with pytest.raises(NotFound):
        await require_person(pool, stranger, Action.READ_TARGET, new_id())
    for unknown in (report_id, new_id()):
        with pytest.raises(UnknownReport):
            await require_report(pool, stranger, Action.READ_REPORT, unknown)
    for unknown in (city.targets[city.ani], new_id()):
        with pytest.raises(NotFound):
            await require_target(pool, stranger, Action.READ_TARGET, unknown)
    for unit_id, refusal in ((city.clinic, NotAllowed), (new_id(), NotFound)):
        with pytest.raises(refusal):
            await require_managed_unit(pool, stranger, unit_id)
