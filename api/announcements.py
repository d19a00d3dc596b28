"""Announcements and short lessons: HR publishes them to a unit, everybody below reads them.

Invariants: who has read is for HR alone, and a look at it is written down; where an announcement is
for few, each finds a notice in the inbox, never a push: nothing here is worth an alarm.
"""

from uuid import UUID

from fastapi import APIRouter, Response

from api.dependencies import Announcing, Caller, Database, TheParts
from api.pages import USUAL_ROWS, Cursor, Limit, cursor_of, key_of
from mobile_contract.guidance import (
    AnnouncementReaders,
    AnnouncementView,
    NewAnnouncement,
    PublishedAnnouncement,
    ReaderView,
    UnitReaders,
)
from models.queries.announcements import NewAnnouncement as Announcement
from models.queries.announcements import (
    announcement_made,
    announcement_read,
    announcement_row,
    announcement_withdrawn,
    announcements_for,
    announcements_of_unit,
    people_of,
    reader_counts,
    readers,
)
from models.queries.asking import Row
from models.queries.audit import Change, audited, viewed
from models.queries.locks import locked_units_of
from models.queries.organisation import unit_row
from models.queries.telling import Word, told
from models.rules.access import Action, Person, may_in_unit
from models.rules.refusals import NotAllowed, NotFound

router = APIRouter(tags=["announcements"])

MOST_TOLD = 500  # people who are told singly; beyond, an inbox row each would hold every shard


@router.post("/v1/announcements", status_code=201)
async def publish(
    body: NewAnnouncement,
    caller: Caller,
    database: Database,
    announcing: Announcing,
    parts: TheParts,
    response: Response,
) -> PublishedAnnouncement:
    """Publishes it; 200 when the same stood there already."""
    await _require_publisher(database, caller.person, body.unit_id)
    people = await people_of(database, body.unit_id)
    telling = sorted(people) if len(people) <= MOST_TOLD else []
    await locked_units_of(database, telling)
    me = caller.person.employee_id
    new = Announcement(made_by=me, **body.model_dump())
    if await announcement_made(database, new):
        words = [
            Word(
                "announcement",
                f"announcement:{body.id}:{employee_id}",
                employee_id,
                about_id=body.id,
                subject=body.title,
                pushed=False,
            )
            for employee_id in telling
        ]
        announcing.extend(await told(database, words, parts.push_kinds))
        details = {"announcement_id": body.id, "kind": body.kind, "title": body.title}
        change = Change("announcement_published", unit_id=body.unit_id, details=details)
        await audited(database, me, change)
    else:
        response.status_code = 200
    row = await _row(database, body.id, me)
    return PublishedAnnouncement(**_view(row).model_dump(), people=len(people), told=len(telling))


@router.get("/v1/announcements")
async def announcements(
    caller: Caller, database: Database, unit: UUID | None = None
) -> list[AnnouncementView]:
    """What is for me, unread first; with `unit`, what was published to it, for its HR."""
    person = caller.person
    if unit is None:
        rows = await announcements_for(database, person.employee_id, person.unit_path)
    else:
        await _require_publisher(database, person, unit)
        rows = await announcements_of_unit(database, person.employee_id, unit)
    return [_view(row) for row in rows]


@router.post("/v1/announcements/{announcement_id}/reading", status_code=204)
async def read(announcement_id: UUID, caller: Caller, database: Database) -> None:
    """I have read it. Saying so twice changes nothing."""
    person = caller.person
    row = await _row(database, announcement_id, person.employee_id)
    if row["unit_id"] not in person.unit_path:
        raise NotFound
    await announcement_read(database, announcement_id, person.employee_id)


@router.get("/v1/announcements/{announcement_id}/readers")
async def who_has_read(
    announcement_id: UUID,
    caller: Caller,
    database: Database,
    cursor: Cursor = None,
    limit: Limit = USUAL_ROWS,
) -> AnnouncementReaders:
    """Who has read it and who has not: counts by unit, and the people by name, page by page."""
    person = caller.person
    row = await _row(database, announcement_id, person.employee_id)
    await _require_publisher(database, person, row["unit_id"])
    counts = [UnitReaders(**each) for each in await reader_counts(database, announcement_id)]
    after: tuple[str, UUID] | None = None
    if cursor is not None:
        name, last_id = key_of(cursor, str, UUID)
        after = name, last_id
    rows = await readers(database, announcement_id, after, limit + 1)
    shown = [ReaderView(**each) for each in rows[:limit]]
    if cursor is None:
        await viewed(database, person.employee_id, "readers", unit_ids=[row["unit_id"]])
    return AnnouncementReaders(
        people=sum(each.people for each in counts),
        read=sum(each.read for each in counts),
        by_unit=counts,
        readers=shown,
        next_cursor=(
            cursor_of(shown[-1].name, shown[-1].employee_id) if len(rows) > limit else None
        ),
    )


@router.post("/v1/announcements/{announcement_id}/withdrawal", status_code=204)
async def withdraw(announcement_id: UUID, caller: Caller, database: Database) -> None:
    """Takes it out of everybody's list. Twice changes nothing."""
    me = caller.person.employee_id
    row = await _row(database, announcement_id, me)
    await _require_publisher(database, caller.person, row["unit_id"])
    if await announcement_withdrawn(database, announcement_id):
        details = {"announcement_id": announcement_id, "title": row["title"]}
        change = Change("announcement_withdrawn", unit_id=row["unit_id"], details=details)
        await audited(database, me, change)


async def _require_publisher(database: Database, person: Person, unit_id: UUID) -> None:
    """That they publish for this unit. Raises NotFound, NotAllowed."""
    unit = await unit_row(database, unit_id)
    if unit is None:
        raise NotFound
    if not may_in_unit(person, Action.PUBLISH, tuple(unit["path"])):
        raise NotAllowed


async def _row(database: Database, announcement_id: UUID, employee_id: UUID) -> Row:
    row = await announcement_row(database, announcement_id, employee_id)
    if row is None:
        raise NotFound
    return row


def _view(row: Row) -> AnnouncementView:
    return AnnouncementView.model_validate({**row})
