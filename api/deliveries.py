"""Where notices went: the ledger of one's own deliveries, and HR's look at somebody's.

Invariant: a delivery says when and how, never what: no words of a notice stand here. HR's look at
somebody's is written down like every other.
"""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter

from api.dependencies import Caller, Database
from api.pages import USUAL_ROWS, Cursor, Limit, cursor_of, instant, key_of
from api.rights import require, require_person
from mobile_contract.notices import DeliveryStep, DeliveryView
from mobile_contract.people import Page
from models.queries.asking import Row
from models.queries.audit import viewed
from models.queries.ledger import (
    deliveries_of_notice,
    deliveries_of_person,
    opened,
    recipient_of,
    steps_of,
)
from models.queries.subjects import subjects_of
from models.rules.access import Action
from models.rules.refusals import NotFound

router = APIRouter(tags=["inbox"])


@router.get("/v1/notices/{notice_id}/deliveries")
async def of_notice(notice_id: UUID, caller: Caller, database: Database) -> list[DeliveryView]:
    """What became of a notice of mine, or of somebody's I am HR for, at each of their devices."""
    recipient_id = await recipient_of(database, notice_id)
    if recipient_id is None:
        raise NotFound
    subject = (await subjects_of(database, [recipient_id])).get(recipient_id)
    require(caller.person, Action.READ_DELIVERIES, subject, seen_by=Action.READ_DELIVERIES)
    await viewed(database, caller.person.employee_id, "deliveries", employee_ids=[recipient_id])
    return await _views(database, await deliveries_of_notice(database, notice_id))


@router.get("/v1/people/{person_id}/deliveries")
async def of_person(
    person_id: UUID,
    caller: Caller,
    database: Database,
    cursor: Cursor = None,
    limit: Limit = USUAL_ROWS,
) -> Page[DeliveryView]:
    """The deliveries of my notices, or of somebody's I am HR for, newest first."""
    await require_person(database, caller.person, Action.READ_DELIVERIES, person_id)
    await viewed(database, caller.person.employee_id, "deliveries", employee_ids=[person_id])
    before = key_of(cursor, instant, UUID) if cursor else None
    rows = await deliveries_of_person(database, person_id, before, limit + 1)
    shown, more = rows[:limit], len(rows) > limit
    return Page[DeliveryView](
        items=await _views(database, shown),
        next_cursor=cursor_of(shown[-1]["made_at"], shown[-1]["id"]) if more else None,
    )


@router.post("/v1/inbox/{notice_id}/opened", status_code=204)
async def open_from_push(notice_id: UUID, caller: Caller, database: Database) -> None:
    """I tapped its push on this phone; that is reading it too. Twice changes nothing."""
    await opened(database, notice_id, caller.person.employee_id, caller.device_id)


async def _views(database: Database, rows: Sequence[Row]) -> list[DeliveryView]:
    steps: dict[UUID, list[DeliveryStep]] = defaultdict(list)
    for step in await steps_of(database, [row["id"] for row in rows]):
        steps[step["delivery_id"]].append(
            DeliveryStep(at=step["at"], what=step["what"], detail=step["detail"])
        )
    return [
        DeliveryView(
            **{
                name: row[name]
                for name in (
                    "id",
                    "notice_id",
                    "kind",
                    "device_id",
                    "device_name",
                    "channel",
                    "state",
                    "attempts",
                    "digest_id",
                    "made_at",
                    "settled_at",
                    "outcome",
                )
            },
            due_at=row["due_at"] if row["state"] == "queued" else None,
            steps=[DeliveryStep(at=row["made_at"], what="made"), *steps[row["id"]]],
        )
        for row in rows
    ]
