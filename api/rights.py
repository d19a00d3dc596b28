"""How routes ask `models.rules.access`, and what they say when the answer is no.

Invariant: of a report or target that somebody may not even know of they hear `not_found`, the same
as for one that does not exist; whoever may see it but not do this hears `not_allowed`. People and
units are no secret: `not_allowed`.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from models.queries.organisation import unit_row
from models.queries.subjects import report_subjects, subjects_of, target_subjects
from models.rules.access import Action, Person, Role, Subject, may, may_in_unit
from models.rules.refusals import NotAllowed, NotFound, UnknownReport


def require(
    person: Person, action: Action, subject: Subject | None, *, seen_by: Action = Action.READ_REPORT
) -> Subject:
    """The subject, if the person may; `seen_by` is the right that makes it known to them."""
    if subject is not None and may(person, action, subject):
        return subject
    if subject is not None and may(person, seen_by, subject):
        raise NotAllowed
    raise NotFound


async def require_person(
    connection: Any, person: Person, action: Action, employee_id: UUID
) -> Subject:
    """Somebody as they stand today, if the person may. Raises NotFound, NotAllowed."""
    subject = (await subjects_of(connection, [employee_id])).get(employee_id)
    if subject is None:
        raise NotFound
    if not may(person, action, subject):
        raise NotAllowed
    return subject


async def require_report(
    connection: Any, person: Person, action: Action, report_id: UUID
) -> Subject:
    """The same for a report, where its reporter was then. Raises UnknownReport, NotAllowed."""
    subject = (await report_subjects(connection, [report_id])).get(report_id)
    try:
        return require(person, action, subject)
    except NotFound:
        raise UnknownReport from None


async def require_target(
    connection: Any, person: Person, action: Action, target_id: UUID
) -> Subject:
    """The same for a target."""
    subject = (await target_subjects(connection, [target_id])).get(target_id)
    return require(person, action, subject, seen_by=Action.READ_TARGET)


def hears_below(person: Person, subject: Subject) -> list[UUID] | None:
    """Where what was said to the subject must have been said for this person to hear it.

    None: anywhere, for whoever may see them today. The head of a unit that the subject has left
    keeps what happened there, and not what others say about it since.
    """
    today = replace(subject, at_unit_path=None, at_heads=frozenset())
    return None if may(person, Action.READ_REPORT, today) else units_watched(person)


def manages(person: Person, unit_path: Sequence[UUID]) -> bool:
    """Whether they keep this unit's organisation and calendars: its HR or administrators."""
    path = tuple(unit_path)
    return may_in_unit(person, Action.MANAGE_PEOPLE, path) or may_in_unit(
        person, Action.ADMINISTER, path
    )


async def require_managed_unit(connection: Any, person: Person, unit_id: UUID) -> Any:
    """The unit's row, if they keep it. Raises NotFound, NotAllowed."""
    row = await unit_row(connection, unit_id)
    if row is None:
        raise NotFound
    if not manages(person, row["path"]):
        raise NotAllowed
    return row


def keeps_everything(person: Person, unit_path: Sequence[UUID]) -> bool:
    """Whether they hold an office at the top of their own tree, so may set what holds for all."""
    return bool(unit_path) and manages(person, (unit_path[0],))


def units_watched(person: Person) -> list[UUID]:
    """The units whose work they follow: those they head, and those they are HR for."""
    headed = {headship.unit_id for headship in person.headships}
    return sorted(headed | {grant.unit_id for grant in person.grants if grant.role is Role.HR})


def decides_below(person: Person) -> tuple[list[UUID], list[UUID]]:
    """Where to look for what waits for them: units they decide in, and people assigned to them.

    Whether they decide on one of it, `may` says: a nearer head comes first.
    """
    units = {headship.unit_id for headship in person.headships if headship.deciding}
    return sorted(units), sorted(person.assigned)


def units_kept(person: Person) -> list[UUID]:
    """The units they hold any office in."""
    return sorted({*units_watched(person), *(grant.unit_id for grant in person.grants)})
