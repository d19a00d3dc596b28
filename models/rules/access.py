"""The one answer to "may this person do this to that?", for routes and feed events alike.

Sources: design.md, "Who sees whom"; domain.md, "Personal data". Nobody sees performance outside
the reporting line and HR. Everything handed in is what holds *now*: the queries have filtered
dated rows, so a former or future head simply has no headship here, and gets nothing.

Which tie allows which action stands in `models.rules.actions`.

What happened before somebody moved, in a year that is over, is closed to today's line. So that it
never waits for nobody, its decider of then (`event_decider`) reads and decides it: whoever decides
now in the unit where it happened; if nobody heads that unit or one above, today's decider.

An activation code signs its holder in as the person it is for: whoever issues it needs, besides the
tie in the table, every role that the person holds, for that unit or one above it (`covers`).

Invariants: a deactivated person may nothing; an office (head, HR, administrator) gives nothing
over oneself; one more office never takes a right away; administrators read no performance.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from models.rules.actions import (
    ALLOWED,
    FOR_HEADS,
    OF_A_UNIT,
    UNIT_ROLES,
    Action,
    Relationship,
    Role,
)


@dataclass(frozen=True, slots=True)
class Headship:
    """A unit headed now. `deciding` is False for the definitive head while an acting one is."""

    unit_id: UUID
    kind: Literal["definitive", "acting"] = "definitive"
    deciding: bool = True


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held now, for a unit and everything below it."""

    role: Role
    unit_id: UUID


@dataclass(frozen=True, slots=True)
class HeldGrant:
    """A role that somebody who is asked about holds now; `unit_path` runs to the unit it is for."""

    role: Role
    unit_path: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks. `assigned`: the employees whose personal supervisor they are now.

    `mentees`: the employees whose mentor they are now.
    """

    employee_id: UUID
    active: bool
    unit_path: tuple[UUID, ...] = ()
    headships: tuple[Headship, ...] = ()
    grants: tuple[Grant, ...] = ()
    assigned: frozenset[UUID] = frozenset()
    mentees: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is asked about, and for something that happened, where they were then.

    `unit_path` runs from the city to today's unit; `heads` are the units they head now, deciding
    or not; `decider_id` is what `decider_of` says. `at_unit_path` and `at_heads` are the same two
    at the time of the event (None: it is about today), whose period may still be running.
    `then_decider_id` decides the event when today's line may not see it. `grants`
    are their roles; None: nobody looked, and no code is issued for them. For an appraisal,
    `part_decider_id` decides the part that is asked about and `objection_decider_id` objections.
    """

    employee_id: UUID
    unit_path: tuple[UUID, ...]
    heads: frozenset[UUID] = frozenset()
    decider_id: UUID | None = None
    at_unit_path: tuple[UUID, ...] | None = None
    at_heads: frozenset[UUID] = frozenset()
    in_running_period: bool = True
    then_decider_id: UUID | None = None
    grants: tuple[HeldGrant, ...] | None = None
    part_decider_id: UUID | None = None
    objection_decider_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class UnitHeads:
    """The employees who head a unit now. Leave out those whose account is deactivated."""

    definitive: UUID | None = None
    acting: UUID | None = None

    @property
    def deciding(self) -> UUID | None:
        """The acting head while there is one, else the definitive one."""
        return self.acting or self.definitive


def may(person: Person, action: Action, subject: Subject) -> bool:
    """Whether `person` may do `action` to, or to something of, `subject`."""
    if action in OF_A_UNIT:
        return may_in_unit(person, action, subject.unit_path)
    if action is Action.ISSUE_ACTIVATION and not covers(person, subject.grants):
        return False
    return not ALLOWED[action].isdisjoint(relationship(person, subject))


def covers(person: Person, held: tuple[HeldGrant, ...] | None) -> bool:
    """Whether `person` holds every one of these roles, as widely or more so. None: unknown."""
    return held is not None and all(
        any(grant.role is each.role and grant.unit_id in each.unit_path for grant in person.grants)
        for each in held
    )


def may_in_unit(person: Person, action: Action, unit_path: tuple[UUID, ...]) -> bool:
    """Whether `person` may do `action` to the unit at the end of `unit_path`, as a whole.

    False for actions on one person. For GRANT_ROLE ask `may` about the receiver, too: nobody
    grants to themselves.
    """
    if not person.active:
        return False
    roles = UNIT_ROLES.get(action, frozenset[Role]())
    if any(grant.role in roles and grant.unit_id in unit_path for grant in person.grants):
        return True
    return action in FOR_HEADS and any(
        headship.unit_id in unit_path for headship in person.headships
    )


def may_see_event(person: Person, event: Subject) -> bool:
    """Whether a feed event may reach `person`; `event`: whose it is, and where it happened."""
    return may(person, Action.READ_REPORT, event)


def relationship(person: Person, subject: Subject) -> frozenset[Relationship]:
    """Everything that `person` is to `subject`; nothing for a stranger or a deactivated person."""
    if not person.active:
        return frozenset()
    if person.employee_id == subject.employee_id:
        return frozenset({Relationship.SELF})
    line = _line(person, subject)
    is_open = _is_open_to_line(subject)
    found = line if is_open else set[Relationship]()
    headed = {headship.unit_id for headship in person.headships}
    above_then = reporting_path(subject.at_unit_path or (), subject.at_heads)
    if not headed.isdisjoint(above_then):
        found.add(Relationship.EVENT_UNIT_HEAD)
    if not is_open and subject.then_decider_id == person.employee_id and (found or line):
        found.add(Relationship.EVENT_DECIDER)
    if subject.employee_id in person.mentees:
        found.add(Relationship.MENTOR)
    if subject.part_decider_id == person.employee_id:
        found.add(Relationship.PART_DECIDER)
    if subject.objection_decider_id == person.employee_id:
        found.add(Relationship.ABOVE_DECIDER)
    for grant in person.grants:
        if grant.unit_id in subject.unit_path:
            found.add(Relationship(grant.role.value))
    return frozenset(found)


def reporting_path(unit_path: tuple[UUID, ...], heads: frozenset[UUID]) -> tuple[UUID, ...]:
    """The units whose heads are above somebody: the path, cut before the first unit they head.

    So a head answers to the parent unit, never to the unit's other head or to a unit below.
    """
    for place, unit_id in enumerate(unit_path):
        if unit_id in heads:
            return unit_path[:place]
    return unit_path


def decider_of(
    assignment_supervisor: UUID | None,
    heads_by_unit: Mapping[UUID, UnitHeads],
    unit_path: tuple[UUID, ...],
    employee_id: UUID,
) -> UUID | None:
    """Who decides on the reports of `employee_id` now; None: nobody does.

    A personal assignment wins. Otherwise it is the deciding head of the nearest unit upwards that
    has one, from the employee's own unit, or for a head from above the highest unit they head.
    """
    if assignment_supervisor is not None and assignment_supervisor != employee_id:
        return assignment_supervisor
    headed = frozenset(
        unit_id
        for unit_id, heads in heads_by_unit.items()
        if employee_id in (heads.definitive, heads.acting)
    )
    above = reversed(reporting_path(unit_path, headed))
    deciders = (heads_by_unit[unit_id].deciding for unit_id in above if unit_id in heads_by_unit)
    return next((decider for decider in deciders if decider is not None), None)


def _line(person: Person, subject: Subject) -> set[Relationship]:
    """What `person` is in today's reporting line of somebody else."""
    decides = subject.decider_id == person.employee_id
    above = reporting_path(subject.unit_path, subject.heads)
    found: set[Relationship] = set()
    for headship in person.headships:
        if headship.unit_id not in above:
            continue
        if not headship.deciding:
            found.add(Relationship.DEFINITIVE_READING)
        elif decides:
            found |= {Relationship.DIRECT_HEAD, Relationship.DECIDER}
        else:
            found.add(Relationship.GRAND_HEAD)
    if subject.employee_id in person.assigned:
        found.add(Relationship.ASSIGNED)
        if decides:
            found.add(Relationship.DECIDER)
    return found


def _is_open_to_line(subject: Subject) -> bool:
    """Whether today's line may see it: of the time before a transfer, only the running period."""
    moved = subject.at_unit_path is not None and subject.at_unit_path != subject.unit_path
    return subject.in_running_period or not moved
