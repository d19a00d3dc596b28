"""The tree of units: reading one's part of it, and keeping it.

Who may: HR or administrators of the unit above (and of both places when something moves).
Everybody's rights hang on the tree, so each change ends by saying that rights changed.
"""

from uuid import UUID

from fastapi import APIRouter

from api.dependencies import Caller, Database, Forgetting, Now
from api.rights import manages, require_managed_unit, units_kept
from mobile_contract.organisation import NewUnit, UnitChange, UnitView
from models.queries.asking import Row, asked
from models.queries.audit import Change, audited
from models.queries.calendar_changes import units_stale
from models.queries.organisation import NewUnit as Unit
from models.queries.organisation import (
    unit_changed,
    unit_made,
    unit_moved,
    unit_retired,
    unit_row,
    units_in_scope,
)
from models.queries.rights import rights_changed
from models.rules.refusals import NotAllowed, NotFound
from models.tables.columns import new_id

router = APIRouter(tags=["organisation"])

HEADCOUNT = """
    SELECT a.ancestor_id, count(e.id)::int AS people
      FROM unit_ancestry a JOIN employee e ON e.unit_id = a.unit_id AND e.active
     WHERE a.current AND a.ancestor_id = ANY ($1::uuid[]) GROUP BY a.ancestor_id
"""


@router.get("/v1/units")
async def units(caller: Caller, database: Database) -> list[UnitView]:
    """My own path, and the units I head or hold an office in with everything below."""
    kept = units_kept(caller.person)
    rows = await units_in_scope(database, kept, caller.unit_path)
    counted = [row["id"] for row in rows if any(unit in row["path"] for unit in kept)]
    people = {
        row["ancestor_id"]: row["people"] for row in await asked(database, HEADCOUNT, counted)
    }
    return [_view(row, people.get(row["id"], 0) if row["id"] in counted else None) for row in rows]


@router.post("/v1/units", status_code=201)
async def add(body: NewUnit, caller: Caller, database: Database) -> UnitView:
    """Adds a unit below one I keep; a new agency gets the shard with the fewest people."""
    if body.parent_id is None:
        raise NotAllowed  # the top of a tree is made by whoever installs the service
    await require_managed_unit(database, caller.person, body.parent_id)
    unit_id = body.id or new_id()
    await unit_made(
        database,
        Unit(
            unit_id,
            body.code,
            body.name,
            body.kind,
            body.parent_id,
            body.zone,
            body.work_pattern,
        ),
    )
    details = {"code": body.code, "name": body.name, "reason": body.reason}
    await audited(
        database, caller.person.employee_id, Change("unit_added", unit_id=unit_id, details=details)
    )
    answer = await _unit(database, unit_id)
    if body.kind != "unit":  # heads above follow each agency by a topic of its own
        await rights_changed(database, None)
    return answer


@router.patch("/v1/units/{unit_id}")
async def change(
    unit_id: UUID,
    body: UnitChange,
    caller: Caller,
    database: Database,
    forgetting: Forgetting,
    now: Now,
) -> UnitView:
    """Renames, re-times, moves or retires a unit; only what is given changes.

    A move takes everything below along. Events keep the path of their time.
    """
    before = await require_managed_unit(database, caller.person, unit_id)
    moved = body.parent_id is not None and body.parent_id != before["parent_id"]
    if moved and body.parent_id is not None:
        if before["parent_id"] is None or not manages(caller.person, before["path"][:-1]):
            raise NotAllowed
        await require_managed_unit(database, caller.person, body.parent_id)
        await unit_moved(database, unit_id, body.parent_id)
    zone, pattern = body.zone or before["zone"], body.work_pattern or before["work_pattern"]
    await unit_changed(database, unit_id, body.name or before["name"], zone, pattern)
    if moved or (zone, pattern) != (before["zone"], before["work_pattern"]):
        await units_stale(database, [unit_id], now)
    if body.retired:
        await unit_retired(database, unit_id)
    details = body.model_dump(mode="json", exclude_unset=True) | {
        "before": {"name": before["name"], "parent_id": str(before["parent_id"])}
    }
    me = caller.person.employee_id
    await audited(database, me, Change("unit_changed", unit_id=unit_id, details=details))
    answer = await _unit(database, unit_id)
    if moved or zone != before["zone"]:
        forgetting.add(me)
        await rights_changed(database, None)
    return answer


async def _unit(database: Database, unit_id: UUID) -> UnitView:
    row = await unit_row(database, unit_id)
    if row is None:
        raise NotFound
    return _view(row, None)


def _view(row: Row, people: int | None) -> UnitView:
    return UnitView(
        id=row["id"],
        code=row["code"],
        name=row["name"],
        kind=row["kind"],
        parent_id=row["parent_id"],
        agency_id=row["agency_id"],
        zone=row["zone"],
        work_pattern=row["work_pattern"],
        people=people,
        retired_at=row["retired_at"],
    )
