"""Each supervisor their own part: parts of a period, and who decides for them now."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from models.rules.access import Subject, UnitHeads
from models.rules.parts import Part, Placement, opening_day, part_decider, parts

START = datetime(2026, 10, 1, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)
CLINIC, PHARMACY, HEALTH = uuid4(), uuid4(), uuid4()
moments = st.integers(-30, 120).map(lambda days: START + timedelta(days=days))


def test_who_stayed_has_one_part():
    placement = Placement(CLINIC, START - timedelta(days=300))
    assert parts([placement], (START, END)) == [Part(CLINIC, START, END)]


def test_a_transfer_makes_two_parts():
    moved = START + timedelta(days=40)
    before, after = Placement(CLINIC, START, moved), Placement(PHARMACY, moved)
    assert parts([after, before], (START, END)) == [
        Part(CLINIC, START, moved),
        Part(PHARMACY, moved, END),
    ]


def test_a_unit_that_follows_itself_is_one_part_and_one_that_returns_is_two():
    one, two = START + timedelta(days=20), START + timedelta(days=40)
    again = [Placement(CLINIC, START, one), Placement(CLINIC, one, two), Placement(PHARMACY, two)]
    assert [part.unit_id for part in parts(again, (START, END))] == [CLINIC, PHARMACY]
    back = [Placement(CLINIC, START, one), Placement(PHARMACY, one, two), Placement(CLINIC, two)]
    assert [part.unit_id for part in parts(back, (START, END))] == [CLINIC, PHARMACY, CLINIC]


def test_who_came_afterwards_has_no_part():
    assert parts([Placement(CLINIC, END)], (START, END)) == []


@given(st.lists(moments, min_size=1, max_size=8, unique=True), st.data())
def test_parts_lie_in_order_inside_the_period_and_cover_all_that_was_worked(moved, data):
    moved.sort()
    placements = [
        Placement(data.draw(st.sampled_from([CLINIC, PHARMACY])), start, end)
        for start, end in zip(moved, [*moved[1:], None], strict=True)
    ]
    found = parts(placements, (START, END))
    assert all(START <= part.start < part.end <= END for part in found)
    for before, after in pairwise(found):
        assert before.end == after.start
        assert before.unit_id != after.unit_id
    worked = max(timedelta(), END - max(START, moved[0]))
    assert sum((part.end - part.start for part in found), timedelta()) == worked


def today(path: tuple[UUID, ...], decider: UUID | None) -> Subject:
    return Subject(uuid4(), path, decider_id=decider)


def test_where_somebody_still_works_todays_decider_decides_a_personal_one_too():
    personal = uuid4()
    heads = {CLINIC: UnitHeads(uuid4())}
    person = today((HEALTH, CLINIC), personal)
    assert part_decider((HEALTH, CLINIC), frozenset(), heads, person) == personal


def test_a_part_elsewhere_is_for_whoever_decides_there_now():
    head, acting, chief, new = uuid4(), uuid4(), uuid4(), uuid4()
    person = today((HEALTH, PHARMACY), new)
    path = (HEALTH, CLINIC)
    heads = {HEALTH: UnitHeads(chief), CLINIC: UnitHeads(head)}
    assert part_decider(path, frozenset(), heads, person) == head
    heads[CLINIC] = UnitHeads(head, acting)
    assert part_decider(path, frozenset(), heads, person) == acting
    heads[CLINIC] = UnitHeads()
    assert part_decider(path, frozenset(), heads, person) == chief
    assert part_decider(path, frozenset(), {}, person) == new


def test_a_former_head_is_judged_from_above_and_not_by_their_successor():
    successor, chief, new = uuid4(), uuid4(), uuid4()
    person = today((HEALTH, PHARMACY), new)
    heads = {HEALTH: UnitHeads(chief), CLINIC: UnitHeads(successor)}
    assert part_decider((HEALTH, CLINIC), frozenset({CLINIC}), heads, person) == chief


def test_nobody_judges_themselves():
    new = uuid4()
    person = today((HEALTH, PHARMACY), new)
    heads = {CLINIC: UnitHeads(person.employee_id)}  # they head the unit that they worked in
    assert part_decider((HEALTH, CLINIC), frozenset(), heads, person) == new


def test_appraisals_open_on_the_first_working_day_after_the_period():
    closed = {date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)}
    assert opening_day(date(2026, 12, 31), lambda day: day not in closed) == date(2027, 1, 4)
    assert opening_day(date(2026, 11, 30), lambda day: True) == date(2026, 12, 1)
    assert opening_day(date(2026, 11, 30), lambda day: False) == date(2026, 12, 1)
