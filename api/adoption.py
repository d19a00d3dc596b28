"""Adoption and impact by unit: for its heads, the heads above and HR; the mayor heads the city.

Counts of people and of units, never of one person. A difference comes with its caveats.
"""

from datetime import date
from functools import cache
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query

from api.dependencies import Caller, Database, Locale, Now
from mobile_contract.adoption import (
    AdoptionView,
    CaveatView,
    ImpactView,
    Measured,
    UnitAdoption,
    UnitImpact,
)
from mobile_contract.problems import Language
from mobile_contract.support_words import SupportWords
from models.queries.adoption import adoption_of
from models.queries.asking import Row
from models.queries.audit import viewed
from models.queries.impact import Impact, impact_of
from models.queries.organisation import unit_row
from models.rules.access import Action, may_in_unit
from models.rules.impact import MOST_MONTHS, windows
from models.rules.periods import Days, PeriodKind, bounds, parse_period
from models.rules.refusals import InvalidValue, NotAllowed, NotFound

router = APIRouter(tags=["adoption"])

EARLIEST_YEAR = 2001  # the months before it still have four digits that a period can hold
Span = Annotated[int, Query(ge=1, le=400)]
Months = Annotated[int, Query(ge=1, le=MOST_MONTHS)]


@router.get("/v1/units/{unit_id}/adoption")
async def adoption(
    unit_id: UUID, caller: Caller, database: Database, now: Now, days: Span = 30
) -> AdoptionView:
    """Who uses the service, by child unit; the unit's own people stand at the end."""
    unit = await _unit(database, caller, Action.READ_ADOPTION, unit_id)
    today = now.astimezone(ZoneInfo(unit["zone"])).date()
    rows = await adoption_of(database, unit_id, now, today, days)
    await viewed(database, caller.person.employee_id, "adoption", unit_ids=[unit_id])
    return AdoptionView(
        unit_id=unit_id,
        days=days,
        units=[UnitAdoption(**row) for row in rows if row["people"] or not row["own"]],
    )


@router.get("/v1/units/{unit_id}/impact")
async def impact(
    unit_id: UUID,
    since: str,
    caller: Caller,
    database: Database,
    now: Now,
    language: Locale,
    months: Months = 3,
) -> ImpactView:
    """What was before and what is after the month `since` (`2026-08`), by child unit."""
    unit = await _unit(database, caller, Action.READ_IMPACT, unit_id)
    spans = windows(_month(since), months)
    before, after = bounds(spans.before, unit["zone"]), bounds(spans.after, unit["zone"])
    today = now.astimezone(ZoneInfo(unit["zone"])).date()
    instants = (before[0], after[0], after[1])
    found = await impact_of(database, unit_id, spans, instants, today)
    if found is None:
        raise NotFound
    await viewed(database, caller.person.employee_id, "impact", unit_ids=[unit_id])
    return ImpactView(
        unit_id=unit_id,
        before=_ends(spans.before),
        after=_ends(spans.after),
        units=[_impact(each, language) for each in found],
    )


async def _unit(database: Database, caller: Caller, action: Action, unit_id: UUID) -> Row:
    unit = await unit_row(database, unit_id)
    if unit is None:
        raise NotFound
    if not may_in_unit(caller.person, action, tuple(unit["path"])):
        raise NotAllowed
    return unit


def _month(text: str) -> date:
    try:
        kind, days = parse_period(text)
    except InvalidValue:
        raise InvalidValue(field="since") from None
    if kind is not PeriodKind.MONTH or days.first.year < EARLIEST_YEAR:
        raise InvalidValue(field="since")
    return days.first


def _ends(span: Days) -> list[str]:
    return [f"{span.first:%Y-%m}", f"{span.last:%Y-%m}"]


def _impact(each: Impact, language: Language) -> UnitImpact:
    return UnitImpact(
        unit_id=each.unit_id,
        unit_name=each.unit_name,
        before=Measured.model_validate(each.before, from_attributes=True),
        after=Measured.model_validate(each.after, from_attributes=True),
        caveats=[
            CaveatView(code=caveat.value, text=_words().caveat(caveat.value, language))
            for caveat in each.caveats
        ],
    )


@cache
def _words() -> SupportWords:
    """The words, read from the package once; they never change while a process lives."""
    return SupportWords.loaded()
