"""Everybody has a place, and everybody but the highest somebody who decides."""

from datetime import timedelta

from denyut.demo.city import DemoCity
from tests.denyut.demo.conftest import NOW


def test_a_head_works_in_the_unit_that_they_head(city: DemoCity) -> None:
    heads = [person for person in city.staff.people if person.heads]
    assert len(heads) == len(city.units)
    assert all(person.unit is person.heads for person in heads)


def test_staff_answer_to_their_head_and_heads_to_the_one_above(city: DemoCity) -> None:
    special = {city.staff.cast.assigned} | set(
        city.staff.by_unit[city.staff.cast.absent_head.unit.id]
    )
    for person in city.staff.people:
        if person in special:
            continue
        decider = person.decider(NOW)
        if person.unit.kind == "city":
            assert decider is None
            continue
        assert decider is not None
        expected = person.unit.path[-2] if person.heads else person.unit.id
        assert decider.heads is not None
        assert decider.heads.id == expected


def test_an_acting_head_decides_from_the_day_of_the_decree(city: DemoCity) -> None:
    cast = city.staff.cast
    colleagues = [
        person
        for person in city.staff.by_unit[cast.absent_head.unit.id]
        if person not in (cast.absent_head, cast.acting_head)
    ]
    for person in colleagues:
        assert person.decider(NOW) is cast.acting_head
        assert person.decider(NOW - timedelta(days=30)) is cast.absent_head
    assert cast.acting_head.decider(NOW) is cast.absent_head


def test_a_personal_assignment_goes_before_the_head(city: DemoCity) -> None:
    cast = city.staff.cast
    assert cast.assigned.decider(NOW) is cast.assigned_to
    assert cast.assigned.decider(NOW - timedelta(days=60)) is not cast.assigned_to


def test_the_cast_are_different_people_in_the_right_places(city: DemoCity) -> None:
    cast = city.staff.cast
    introduced = [cast.employee, cast.supervisor, cast.outsider, cast.hr, cast.administrator]
    assert len({person.id for person in introduced}) == 5
    assert cast.employee.decider(NOW) is cast.supervisor
    assert cast.outsider.heads is not None
    assert cast.outsider.unit.agency_id != cast.supervisor.unit.agency_id
    assert len(city.staff.by_unit[cast.supervisor.unit.id]) < 500


def test_heads_of_wards_work_office_hours(city: DemoCity) -> None:
    for person in city.staff.people:
        on_roster = (person.pattern or person.unit.pattern) == "roster"
        assert not (on_roster and person.heads)
