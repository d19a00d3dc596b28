"""Who may do what to whom: the whole table, relationship by relationship, and its laws."""

from dataclasses import dataclass, replace
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.access import (
    Action,
    Grant,
    Headship,
    HeldGrant,
    Person,
    Relationship,
    Role,
    Subject,
    UnitHeads,
    covers,
    decider_of,
    may,
    may_in_unit,
    may_see_event,
    relationship,
    reporting_path,
)


def named(name: str) -> UUID:
    return uuid5(UUID(int=0), name)


CITY, HEALTH, CENTRE, SECTION, SCHOOLS, SCHOOL = (
    named(unit) for unit in ("city", "health", "centre", "section", "schools", "school")
)
NURSE, CHIEF, DIRECTOR, MAYOR, DEPUTY, ANOTHER = (
    named(person) for person in ("nurse", "chief", "director", "mayor", "deputy", "another")
)
CENTRE_PATH = (CITY, HEALTH, CENTRE)
SCHOOL_PATH = (CITY, SCHOOLS, SCHOOL)

nurse = Subject(NURSE, CENTRE_PATH, decider_id=CHIEF, grants=())


def person(
    employee_id: UUID = ANOTHER,
    heads: tuple[UUID, ...] = (),
    reads: tuple[UUID, ...] = (),
    hr: tuple[UUID, ...] = (),
    administrator: tuple[UUID, ...] = (),
    assigned: tuple[UUID, ...] = (),
    active: bool = True,
    mentees: tuple[UUID, ...] = (),
) -> Person:
    return Person(
        employee_id,
        active=active,
        unit_path=CENTRE_PATH,
        headships=tuple(Headship(unit) for unit in heads)
        + tuple(Headship(unit, "definitive", deciding=False) for unit in reads),
        grants=tuple(Grant(Role.HR, unit) for unit in hr)
        + tuple(Grant(Role.ADMINISTRATOR, unit) for unit in administrator),
        assigned=frozenset(assigned),
        mentees=frozenset(mentees),
    )


OWN = {
    "read_report", "make_report", "revise_report", "withdraw_report", "acknowledge_feedback",
    "read_target", "subscribe_person", "read_person", "read_views", "read_last_contact",
    "end_session", "manage_devices", "read_inbox", "read_deliveries", "read_agreement",
    "write_agreement", "propose_target", "read_quality", "add_evidence", "read_response",
    "ask_feedback", "read_appraisal", "assess_self", "acknowledge_appraisal", "object",
    "answer_help", "export_person", "export_own",
}  # fmt: skip
READING = {
    "read_report", "read_target", "give_feedback", "subscribe_person", "read_person",
    "read_last_contact", "read_agreement", "read_quality", "read_response", "read_appraisal",
    "export_person",
}  # fmt: skip
UNIT = {
    "read_board", "subscribe_unit", "read_rollup", "read_distribution", "read_verdicts",
    "reply_verdict", "read_adoption", "read_impact", "export_unit",
}  # fmt: skip
UNIT_FILES = {
    "set_notice_policy", "open_appraisals", "set_unit_predicate", "read_signals", "publish",
    "manage_training", "export_national", "manage_survey",
}  # fmt: skip
DECIDING = READING | {
    "decide_report", "set_target", "issue_activation", "write_agreement", "agree", "set_mentor",
    "offer_help",
}  # fmt: skip
FILES = {
    "read_deliveries", "read_agreement", "write_agreement", "read_quality", "read_response",
    "read_appraisal", "reopen_appraisal", "set_mentor", "offer_help", "export_person",
    "read_report", "read_target", "set_target", "subscribe_person", "read_person", "read_views",
    "read_last_contact", "issue_activation", "manage_people", "read_audit", "end_session",
} | UNIT | UNIT_FILES  # fmt: skip
SYSTEM = {"read_person", "grant_role", "read_audit", "end_session", "administer", "manage_survey"}
PAST = {"read_report", "read_target", "read_agreement", "read_appraisal"}


@dataclass(frozen=True)
class Case:
    """One line of the matrix: who asks about whom, and everything they may."""

    who: str
    person: Person
    allowed: set[str]
    subject: Subject = nurse


moved = replace(nurse, at_unit_path=SCHOOL_PATH)  # the nurse was at the school when it happened
moved_before = replace(moved, in_running_period=False)
left_waiting = replace(moved_before, then_decider_id=ANOTHER)  # a report of last year's
left_to_nobody = replace(moved_before, then_decider_id=CHIEF)  # the school is headed by nobody
acting_since = replace(nurse, decider_id=DEPUTY)
assigned_away = replace(nurse, decider_id=ANOTHER)
part = replace(moved_before, part_decider_id=ANOTHER, objection_decider_id=DEPUTY)
the_chief = Subject(CHIEF, CENTRE_PATH, heads=frozenset({CENTRE}), decider_id=DIRECTOR, grants=())

MATRIX = [
    Case("self", person(NURSE), OWN),
    Case("self who is HR and administrator", person(NURSE, hr=(CITY,), administrator=(CITY,)),
         OWN | UNIT | UNIT_FILES | {"administer"}),
    Case("a peer", person(), set()),
    Case("a former or future head (no headship today)", person(CHIEF), set()),
    Case("the direct head", person(CHIEF, heads=(CENTRE,)), DECIDING | UNIT),
    Case("the grand-head", person(DIRECTOR, heads=(HEALTH,)), READING | UNIT),
    Case("the head of it all", person(MAYOR, heads=(CITY,)), READING | UNIT),
    Case("the acting head", person(DEPUTY, heads=(CENTRE,)), DECIDING | UNIT, acting_since),
    Case("the definitive head meanwhile", person(CHIEF, reads=(CENTRE,)), READING | UNIT,
         acting_since),
    Case("an expired acting head", person(DEPUTY), set()),
    Case("the head of another unit", person(heads=(SCHOOL,)), set()),
    Case("the head of a unit below", person(heads=(SECTION,)), set()),
    Case("the personally assigned supervisor", person(assigned=(NURSE,)), DECIDING, assigned_away),
    Case("the unit's head when another is assigned", person(CHIEF, heads=(CENTRE,)), READING | UNIT,
         assigned_away),
    Case("the supervisor of somebody else", person(assigned=(CHIEF,)), set()),
    Case("HR of the unit", person(hr=(CENTRE,)), FILES),
    Case("HR of a unit above", person(hr=(CITY,)), FILES),
    Case("HR of another unit", person(hr=(SCHOOLS,)), set()),
    Case("HR of a unit below", person(hr=(SECTION,)), set()),
    Case("the administrator", person(administrator=(CITY,)), SYSTEM),
    Case("the administrator of another unit", person(administrator=(SCHOOLS,)), set()),
    Case("HR and administrator", person(hr=(CITY,), administrator=(CITY,)), FILES | SYSTEM),
    Case("everything, but deactivated",
         person(CHIEF, (CENTRE,), (HEALTH,), (CITY,), (CITY,), (NURSE,), active=False), set()),
    Case("oneself, but deactivated", person(NURSE, active=False), set()),
    # A head's own reports go to the head of the parent unit.
    Case("a head about themselves", person(CHIEF, heads=(CENTRE,)), OWN | UNIT, the_chief),
    Case("the parent unit's head about a head", person(DIRECTOR, heads=(HEALTH,)), DECIDING | UNIT,
         the_chief),
    Case("the acting head about the definitive one", person(DEPUTY, heads=(CENTRE,)), UNIT,
         the_chief),
    # After a transfer from the school to the health centre.
    Case("the new head about the running period", person(CHIEF, heads=(CENTRE,)), DECIDING | UNIT,
         moved),
    Case("the new head about an earlier period", person(CHIEF, heads=(CENTRE,)), UNIT,
         moved_before),
    Case("the head of the old unit about then", person(heads=(SCHOOL,)), PAST, moved),
    Case("the head of the old unit about an earlier period", person(heads=(SCHOOL,)), PAST,
         moved_before),
    Case("the decider of then about what waits from an earlier period", person(heads=(SCHOOL,)),
         PAST | {"decide_report"}, left_waiting),
    Case("the new head about what waits from an earlier period", person(CHIEF, heads=(CENTRE,)),
         UNIT, left_waiting),
    Case("the head above both about what waits", person(MAYOR, heads=(CITY,)), PAST | UNIT,
         left_waiting),
    Case("the decider of then about the running period", person(heads=(SCHOOL,)), PAST,
         replace(moved, then_decider_id=ANOTHER)),
    Case("today's decider where nobody heads the old unit", person(CHIEF, heads=(CENTRE,)),
         UNIT | {"read_report", "decide_report"}, left_to_nobody),
    Case("who is named as the decider of then without any tie", person(), set(), left_waiting),
    Case("the head of the old agency about then", person(heads=(SCHOOLS,)), PAST, moved_before),
    Case("the head above both about an earlier period", person(heads=(CITY,)), PAST | UNIT,
         moved_before),
    Case("HR of today's unit about an earlier period", person(hr=(HEALTH,)), FILES, moved_before),
    Case("HR of the old unit", person(hr=(SCHOOLS,)), set(), moved),
    Case("the successor about what the old unit's head did as its head", person(heads=(SCHOOL,)),
         set(), replace(moved, at_heads=frozenset({SCHOOL}))),
    Case("the head about an earlier period in the same unit", person(CHIEF, heads=(CENTRE,)),
         DECIDING | UNIT, replace(nurse, at_unit_path=CENTRE_PATH, in_running_period=False)),
    Case("the mentor", person(mentees=(NURSE,)), {"report_for", "read_mentee"}),
    Case("the mentor of somebody else", person(mentees=(CHIEF,)), set()),
    Case("one's own mentor", person(NURSE, mentees=(NURSE,)), OWN),
    Case("the decider of a part", person(), {"read_appraisal", "decide_appraisal"}, part),
    Case("who decides for that decider", person(DEPUTY), {"read_appraisal", "decide_objection"},
         part),
    Case("the decider of one's own part", person(NURSE), OWN,
         replace(nurse, part_decider_id=NURSE, objection_decider_id=NURSE)),
    Case("the decider of a part, deactivated", person(active=False), set(), part),
]  # fmt: skip


@pytest.mark.parametrize("case", MATRIX, ids=lambda case: case.who)
@pytest.mark.parametrize("action", list(Action))
def test_the_matrix(action: Action, case: Case):
    assert may(case.person, action, case.subject) is (action.value in case.allowed)


@pytest.mark.parametrize("case", MATRIX, ids=lambda case: case.who)
def test_a_feed_event_reaches_whoever_may_read_its_report(case: Case):
    assert may_see_event(case.person, case.subject) is ("read_report" in case.allowed)


@pytest.mark.parametrize(
    ("who", "about", "is_"),
    [
        (person(NURSE), nurse, {"self"}),
        (person(), nurse, set[str]()),
        (person(CHIEF, heads=(CENTRE,)), nurse, {"direct_head", "decider"}),
        (person(CHIEF, heads=(CENTRE, HEALTH)), nurse, {"direct_head", "decider"}),
        (person(DIRECTOR, heads=(HEALTH,)), nurse, {"grand_head"}),
        (person(CHIEF, reads=(CENTRE,)), acting_since, {"definitive_reading"}),
        (person(assigned=(NURSE,)), assigned_away, {"assigned", "decider"}),
        (person(heads=(SCHOOL,)), moved, {"event_unit_head"}),
        (person(hr=(CITY,), administrator=(HEALTH,)), nurse, {"hr", "administrator"}),
        (
            person(CHIEF, heads=(CENTRE,), mentees=(NURSE,)),
            nurse,
            {"direct_head", "decider", "mentor"},
        ),
        (person(), part, {"part_decider"}),
        (person(DEPUTY), part, {"above_decider"}),
    ],
)
def test_what_people_are_to_each_other(who: Person, about: Subject, is_: set[str]):
    assert relationship(who, about) == {Relationship(name) for name in is_}


def test_being_named_as_decider_without_any_tie_allows_nothing():
    assert relationship(person(CHIEF), nurse) == frozenset()


# --- units ------------------------------------------------------------------------------------

UNIT_MATRIX = [
    ("a stranger", person(), set[str]()),
    ("its head", person(heads=(CENTRE,)), UNIT),
    ("a head above", person(heads=(CITY,)), UNIT),
    ("its definitive head while another acts", person(reads=(CENTRE,)), UNIT),
    ("a head below", person(heads=(SECTION,)), set[str]()),
    ("the head of another unit", person(heads=(SCHOOLS,)), set[str]()),
    ("HR", person(hr=(HEALTH,)),
     UNIT | UNIT_FILES | {"manage_people", "issue_activation", "set_target", "read_audit"}),
    ("HR elsewhere", person(hr=(SCHOOLS,)), set[str]()),
    ("an administrator", person(administrator=(CITY,)),
     {"read_audit", "grant_role", "administer", "manage_survey"}),
    ("an administrator elsewhere", person(administrator=(SECTION,)), set[str]()),
    ("an assigned supervisor", person(assigned=(NURSE,)), set[str]()),
    ("a deactivated head", person(heads=(CENTRE,), hr=(CITY,), active=False), set[str]()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "asks", "allowed"), UNIT_MATRIX, ids=[row[0] for row in UNIT_MATRIX]
)
@pytest.mark.parametrize("action", list(Action))
def test_the_matrix_of_units(action: Action, who: str, asks: Person, allowed: set[str]):
    assert may_in_unit(asks, action, CENTRE_PATH) is (action.value in allowed), who


# --- who decides ------------------------------------------------------------------------------

HEADS = {
    CITY: UnitHeads(definitive=MAYOR),
    HEALTH: UnitHeads(definitive=DIRECTOR),
    CENTRE: UnitHeads(definitive=CHIEF),
}


def test_the_head_of_ones_unit_decides():
    assert decider_of(None, HEADS, CENTRE_PATH, NURSE) == CHIEF


def test_an_acting_head_decides_before_the_definitive_one():
    heads = HEADS | {CENTRE: UnitHeads(definitive=CHIEF, acting=DEPUTY)}
    assert decider_of(None, heads, CENTRE_PATH, NURSE) == DEPUTY


def test_a_personal_assignment_goes_before_every_head():
    assert decider_of(ANOTHER, HEADS, CENTRE_PATH, NURSE) == ANOTHER


def test_a_unit_without_a_head_is_answered_for_by_the_one_above():
    assert decider_of(None, HEADS, (*CENTRE_PATH, SECTION), NURSE) == CHIEF
    assert decider_of(None, {CITY: HEADS[CITY], CENTRE: UnitHeads()}, CENTRE_PATH, NURSE) == MAYOR


def test_a_heads_own_reports_go_to_the_parent_unit():
    assert decider_of(None, HEADS, CENTRE_PATH, CHIEF) == DIRECTOR


@pytest.mark.parametrize("head", [CHIEF, DEPUTY])
def test_neither_of_two_heads_decides_for_the_other(head: UUID):
    heads = HEADS | {CENTRE: UnitHeads(definitive=CHIEF, acting=DEPUTY)}
    assert decider_of(None, heads, CENTRE_PATH, head) == DIRECTOR


def test_whoever_acts_for_a_unit_above_is_not_judged_from_below():
    heads = HEADS | {HEALTH: UnitHeads(definitive=DIRECTOR, acting=NURSE)}
    assert decider_of(None, heads, CENTRE_PATH, NURSE) == MAYOR
    assert decider_of(None, heads, CENTRE_PATH, CHIEF) == NURSE


def test_nobody_decides_for_the_one_at_the_top_nor_for_themselves():
    assert decider_of(None, HEADS, (CITY,), MAYOR) is None
    assert decider_of(NURSE, {}, CENTRE_PATH, NURSE) is None


# --- activation codes -------------------------------------------------------------------------

HR_OF_HEALTH = HeldGrant(Role.HR, (CITY, HEALTH))
ADMINISTERS_HEALTH = HeldGrant(Role.ADMINISTRATOR, (CITY, HEALTH))


@pytest.mark.parametrize(
    ("who", "grants", "may_issue"),
    [
        (person(CHIEF, heads=(CENTRE,)), (), True),
        (person(CHIEF, heads=(CENTRE,)), (HR_OF_HEALTH,), False),
        (person(CHIEF, heads=(CENTRE,), hr=(HEALTH,)), (HR_OF_HEALTH,), True),
        (person(hr=(HEALTH,)), (HR_OF_HEALTH,), True),
        (person(hr=(CITY,)), (HR_OF_HEALTH,), True),
        (person(hr=(CENTRE,)), (HR_OF_HEALTH,), False),
        (person(hr=(HEALTH,)), (HeldGrant(Role.HR, (CITY,)),), False),
        (person(hr=(CITY,)), (ADMINISTERS_HEALTH,), False),
        (person(hr=(CITY,), administrator=(CENTRE,)), (ADMINISTERS_HEALTH,), False),
        (person(hr=(CITY,), administrator=(CITY,)), (HR_OF_HEALTH, ADMINISTERS_HEALTH), True),
        (person(hr=(CITY,)), (HR_OF_HEALTH, ADMINISTERS_HEALTH), False),
        (person(administrator=(CITY,)), (ADMINISTERS_HEALTH,), False),  # neither HR nor head
        (person(hr=(CITY,)), None, False),  # nobody looked
    ],
)
def test_a_code_is_issued_only_by_whoever_holds_all_that_it_opens(
    who: Person, grants: tuple[HeldGrant, ...] | None, may_issue: bool
):
    assert may(who, Action.ISSUE_ACTIVATION, replace(nurse, grants=grants)) is may_issue


# --- laws -------------------------------------------------------------------------------------

units = st.sampled_from([CITY, HEALTH, CENTRE, SECTION, SCHOOLS, SCHOOL])
employees = st.sampled_from([NURSE, CHIEF, DIRECTOR, MAYOR, DEPUTY, ANOTHER])
paths = st.sampled_from(
    [(CITY,), (CITY, HEALTH), CENTRE_PATH, (*CENTRE_PATH, SECTION), (CITY, SCHOOLS), SCHOOL_PATH]
)
headships = st.builds(
    Headship, units, st.sampled_from(["definitive", "acting"]), deciding=st.booleans()
)
grants = st.builds(Grant, st.sampled_from(Role), units)
people = st.builds(
    Person,
    employees,
    active=st.just(True),
    unit_path=paths,
    headships=st.lists(headships, max_size=2).map(tuple),
    grants=st.lists(grants, max_size=2).map(tuple),
    assigned=st.frozensets(employees, max_size=2),
    mentees=st.frozensets(employees, max_size=2),
)
subjects = st.builds(
    Subject,
    employees,
    paths,
    heads=st.frozensets(units, max_size=1),
    decider_id=st.none() | employees,
    at_unit_path=st.none() | paths,
    at_heads=st.frozensets(units, max_size=1),
    in_running_period=st.booleans(),
    then_decider_id=st.none() | employees,
    grants=st.none() | st.lists(st.builds(HeldGrant, st.sampled_from(Role), paths)).map(tuple),
    part_decider_id=st.none() | employees,
    objection_decider_id=st.none() | employees,
)
PERFORMANCE = {"read_report", "read_target", "subscribe_person", "read_board", "subscribe_unit",
               "give_feedback", "decide_report", "set_target", "read_last_contact", "agree",
               "read_agreement", "read_quality", "read_response", "export_person", *UNIT,
               *(UNIT_FILES - {"manage_survey"})}  # fmt: skip
UNIT_WIDE = {Action(name) for name in UNIT | UNIT_FILES | {"administer"}}


def rights(who: Person, about: Subject) -> set[Action]:
    return {action for action in Action if may(who, action, about)}


@given(people, subjects)
def test_a_deactivated_person_may_nothing(who: Person, about: Subject):
    gone = replace(who, active=False)
    assert rights(gone, about) == set()
    assert not any(may_in_unit(gone, action, about.unit_path) for action in Action)


@given(people, subjects)
def test_without_any_tie_nothing_is_allowed(who: Person, about: Subject):
    if not relationship(who, about):
        assert rights(who, about) <= UNIT_WIDE  # those are about the unit, not the person


@given(people, subjects, headships, grants, employees)
def test_one_more_office_never_takes_a_right_away(
    who: Person, about: Subject, headship: Headship, grant: Grant, employee: UUID
):
    before = rights(who, about)
    assert before <= rights(replace(who, headships=(*who.headships, headship)), about)
    assert before <= rights(replace(who, grants=(*who.grants, grant)), about)
    assert before <= rights(replace(who, assigned=who.assigned | {employee}), about)
    assert before <= rights(replace(who, mentees=who.mentees | {employee}), about)


@given(people, subjects)
def test_offices_give_nothing_personal_over_oneself(who: Person, about: Subject):
    own = replace(about, employee_id=who.employee_id)
    plain = Person(who.employee_id, active=True)
    extra = rights(who, own) - rights(plain, own)
    assert extra <= UNIT_WIDE


@given(people, subjects)
def test_an_administrator_without_other_ties_reads_no_performance(who: Person, about: Subject):
    only = Person(
        who.employee_id,
        active=True,
        grants=tuple(grant for grant in who.grants if grant.role is Role.ADMINISTRATOR),
    )
    if about.employee_id != who.employee_id:
        assert not {action.value for action in rights(only, about)} & PERFORMANCE


@given(people, subjects)
def test_only_one_person_decides(who: Person, about: Subject):
    if may(who, Action.DECIDE_REPORT, about):
        assert who.employee_id != about.employee_id
        assert who.employee_id in (about.decider_id, about.then_decider_id)
        moved_on = about.at_unit_path not in (None, about.unit_path)
        closed = moved_on and not about.in_running_period
        assert who.employee_id == (about.then_decider_id if closed else about.decider_id)


@given(paths, st.frozensets(units, max_size=2))
def test_the_reporting_path_ends_before_the_first_unit_one_heads(
    path: tuple[UUID, ...], heads: frozenset[UUID]
):
    above = reporting_path(path, heads)
    assert path[: len(above)] == above
    assert heads.isdisjoint(above)
    assert above == path or path[len(above)] in heads


@given(
    st.dictionaries(units, st.builds(UnitHeads, st.none() | employees, st.none() | employees)),
    paths,
    employees,
)
def test_whoever_decides_heads_a_unit_above_and_is_somebody_else(
    heads: dict[UUID, UnitHeads], path: tuple[UUID, ...], employee: UUID
):
    decider = decider_of(None, heads, path, employee)
    headed = frozenset(
        unit for unit, two in heads.items() if employee in (two.definitive, two.acting)
    )
    candidates = [heads[unit].deciding for unit in reporting_path(path, headed) if unit in heads]
    deciding = [head for head in candidates if head is not None]
    assert decider != employee
    assert decider == (deciding[-1] if deciding else None)


@given(people, subjects)
def test_nobody_gains_a_role_by_a_code(who: Person, about: Subject):
    """Whoever may issue a code holds for themselves all that it would let them hold."""
    if may(who, Action.ISSUE_ACTIVATION, about):
        assert covers(who, about.grants)
        for held in about.grants or ():
            assert any(
                grant.role is held.role and grant.unit_id in held.unit_path for grant in who.grants
            )
