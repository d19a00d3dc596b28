"""How well somebody reported: approved at once, returned, in time, with evidence.

Invariants: counted from the roll-ups, never from reports; a look at somebody else leaves a trace.
"""

from dataclasses import asdict
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import Caller, Database
from api.rights import require_person
from api.spans import FirstDay, LastDay, Period, span_of
from mobile_contract.quality import QualityView
from models.queries.audit import viewed
from models.queries.rollups import counts_of_person
from models.rules.access import Action
from models.rules.periods import Days
from models.rules.quality import Counts, quality

router = APIRouter(tags=["quality"])


@router.get("/v1/me/quality")
async def my_quality(
    caller: Caller,
    database: Database,
    period: Period = None,
    first: FirstDay = None,
    last: LastDay = None,
) -> QualityView:
    """My own, in a period or between two days."""
    return await _quality(database, caller.person.employee_id, span_of(period, first, last))


@router.get("/v1/people/{person_id}/quality")
async def quality_of_person(
    person_id: UUID,
    caller: Caller,
    database: Database,
    period: Period = None,
    first: FirstDay = None,
    last: LastDay = None,
) -> QualityView:
    """That of somebody whose work I may see."""
    span = span_of(period, first, last)
    await require_person(database, caller.person, Action.READ_QUALITY, person_id)
    await viewed(database, caller.person.employee_id, "quality", employee_ids=[person_id])
    return await _quality(database, person_id, span)


def quality_view(counts: Counts) -> QualityView:
    """Counters as shares."""
    return QualityView(**asdict(quality(counts)))


async def _quality(database: AsyncSession, employee_id: UUID, span: Days) -> QualityView:
    return quality_view(await counts_of_person(database, employee_id, span.first, span.last))
