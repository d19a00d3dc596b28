"""A supervisor's board: people and their targets, worst first.

Invariants: it shows whom the access rules show, today; a look at it is written down for each unit
looked at; it costs its page and the scope's people, whatever was ever reported.
"""

from collections import defaultdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.dependencies import Caller, Database, Now
from api.pages import Cursor, cursor_of, instant, key_of
from api.rights import units_watched
from api.target_views import target_views
from mobile_contract.board import Board, BoardPerson
from mobile_contract.targets import TargetView
from models.queries.asking import Row
from models.queries.audit import viewed
from models.queries.board import (
    LAST_RANK,
    MOST_PEOPLE,
    BoardScope,
    Place,
    board_page,
    place_of_person,
    running_targets,
)
from models.queries.organisation import unit_row
from models.queries.subjects import subjects_of
from models.rules.access import Action, may, may_in_unit
from models.rules.refusals import NotAllowed, NotFound

router = APIRouter(tags=["board"])

People = Annotated[int, Query(ge=1, le=MOST_PEOPLE)]
USUAL_PEOPLE = 30


@router.get("/v1/board")
async def board(
    caller: Caller,
    database: Database,
    now: Now,
    unit: UUID | None = None,
    cursor: Cursor = None,
    limit: People = USUAL_PEOPLE,
) -> Board:
    """Everybody whose work I follow, or those in one `unit` and below; the worst off first."""
    person = caller.person
    if unit is not None:
        row = await unit_row(database, unit)
        if row is None:
            raise NotFound
        if not may_in_unit(person, Action.READ_BOARD, tuple(row["path"])):
            raise NotAllowed
        units, assigned = [unit], []
    else:
        units, assigned = units_watched(person), sorted(person.assigned)
    hidden = [
        head.employee_id for head in caller.near_heads if not may(person, Action.READ_TARGET, head)
    ]
    scope = BoardScope(person.employee_id, units, assigned, hidden)
    after: Place | None = None
    if cursor is not None:
        rank, due_at, last_id = key_of(cursor, _rank, instant, UUID)
        after = rank, due_at, last_id
    found = await board_page(database, scope, now, after, limit + 1)
    page = found.rows[:limit]
    subjects = await subjects_of(database, [row["employee_id"] for row in page])
    shown = [row for row in page if may(person, Action.READ_TARGET, subjects[row["employee_id"]])]
    targets: dict[UUID, list[TargetView]] = defaultdict(list)
    running = await running_targets(database, [row["employee_id"] for row in shown], now)
    for view in await target_views(database, running, now):
        targets[view.employee_id].append(view)
    await viewed(
        database,
        person.employee_id,
        "board",
        employee_ids=scope.people if cursor is None else (),
        unit_ids=scope.units if cursor is None else (),
    )
    return Board(
        people=[
            _person(
                row,
                targets[row["employee_id"]],
                may(person, Action.DECIDE_REPORT, subjects[row["employee_id"]]),
            )
            for row in shown
        ],
        total_people=found.people,
        slipped=found.slipped,
        at_risk=found.at_risk,
        waiting=found.waiting,
        next_cursor=cursor_of(*place_of_person(page[-1])) if len(found.rows) > limit else None,
    )


def _rank(text: str) -> int:
    """A rank of the board's order; else ValueError."""
    rank = int(text)
    if not 0 <= rank <= LAST_RANK:
        raise ValueError("no such rank")
    return rank


def _person(row: Row, targets: list[TargetView], decided_by_me: bool) -> BoardPerson:
    return BoardPerson(
        employee_id=row["employee_id"],
        name=row["name"],
        unit_id=row["unit_id"],
        unit_name=row["unit_name"],
        job_title=row["job_title"],
        slipped=row["slipped"],
        at_risk=row["at_risk"],
        waiting=row["waiting"],
        decided_by_me=decided_by_me,
        last_report_at=row["last_report_at"],
        last_contact_at=row["last_contact_at"],
        targets=targets,
    )
