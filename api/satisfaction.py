"""The satisfaction index of a unit or a service over days, with its sample, means and trend.

Read from daily sums alone. Invariant: without responses an index is null; a sample that is too
small is said to be so beside the index, which is shown all the same.
"""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter

from api.dependencies import Caller, Database, Now
from api.verdicts import readable_unit
from mobile_contract.verdicts import (
    IndexOfMonth,
    IndexOfPart,
    SampleView,
    SatisfactionView,
    element_means,
)
from models.queries.asking import Row
from models.queries.audit import viewed
from models.queries.indices import (
    children_served,
    index_of,
    index_of_services,
    index_of_units,
    own_services,
    population_of,
    trend_of,
)
from models.queries.services import service_row
from models.rules.periods import Days, bounds, parse_period
from models.rules.refusals import InvalidValue, NotFound
from models.rules.samples import adequate, needed
from models.rules.satisfaction import Tally

router = APIRouter(tags=["verdicts"])


@router.get("/v1/units/{unit_id}/satisfaction")
async def of_unit(
    unit_id: UUID,
    caller: Caller,
    database: Database,
    now: Now,
    period: str | None = None,
    first: date | None = None,
    last: date | None = None,
) -> SatisfactionView:
    """The index of a unit and everything below: of a period, of days, else of this month."""
    unit = await readable_unit(database, caller.person, unit_id)
    days = days_asked(period, first, last, now, unit["zone"])
    span = (days.first, days.last)
    tally = await index_of(database, unit_id=unit_id, first=days.first, last=days.last)
    children = await children_served(database, unit_id)
    of_children = await index_of_units(database, [row["id"] for row in children], *span)
    own = await own_services(database, unit_id)
    of_own = await index_of_services(database, [row["id"] for row in own], *span)
    await viewed(database, caller.person.employee_id, "satisfaction", unit_ids=[unit_id])
    return _satisfaction(
        days,
        tally,
        await population_of(database, unit_id),
        await trend_of(database, unit_id=unit_id, last=days.last),
        by_service=[_part(row, of_own) for row in own],
        by_unit=[_part(row, of_children) for row in children],
    )


@router.get("/v1/services/{service_id}/satisfaction")
async def of_service(
    service_id: UUID,
    caller: Caller,
    database: Database,
    now: Now,
    period: str | None = None,
    first: date | None = None,
    last: date | None = None,
) -> SatisfactionView:
    """The index of one service: of a period, of days, else of this month."""
    service = await service_row(database, service_id)
    if service is None:
        raise NotFound
    await readable_unit(database, caller.person, service["unit_id"])
    days = days_asked(period, first, last, now, service["zone"])
    tally = await index_of(database, service_id=service_id, first=days.first, last=days.last)
    me = caller.person.employee_id
    await viewed(database, me, "satisfaction", unit_ids=[service["unit_id"]])
    trend = await trend_of(database, service_id=service_id, last=days.last)
    return _satisfaction(days, tally, service["yearly_users"], trend)


def days_asked(
    period: str | None, first: date | None, last: date | None, now: datetime, zone: str
) -> Days:
    """The days of a period, or those from `first` to `last`, or this month where the unit is.

    Raises InvalidValue for half of a span, for both at once, and for more than a year.
    """
    if period is not None and (first or last):
        raise InvalidValue(field="period")
    if first is None and last is None:
        here = now.astimezone(ZoneInfo(zone))
        _, days = parse_period(period or f"{here:%Y-%m}")
        return days
    if first is None or last is None:
        raise InvalidValue(field="first" if first is None else "last")
    days = Days(first, last)
    bounds(days, zone)
    return days


def _part(row: Row, tallies: dict[UUID, Tally]) -> IndexOfPart:
    tally = tallies[row["id"]]
    return IndexOfPart(
        id=row["id"],
        name=row["name"],
        index=tally.index,
        grade=tally.grade,
        responses=tally.responses,
        low=tally.low,
    )


def _satisfaction(
    days: Days,
    tally: Tally,
    population: int | None,
    trend: list[tuple[str, Tally]],
    *,
    by_service: list[IndexOfPart] | None = None,
    by_unit: list[IndexOfPart] | None = None,
) -> SatisfactionView:
    return SatisfactionView(
        first=days.first,
        last=days.last,
        index=tally.index,
        grade=tally.grade,
        responses=tally.responses,
        low=tally.low,
        sample=SampleView(
            population=population,
            needed=None if population is None else needed(population),
            adequate=adequate(tally.responses, population),
        ),
        elements=element_means(tally),
        trend=[
            IndexOfMonth(period=name, index=each.index, responses=each.responses)
            for name, each in trend
        ],
        by_service=by_service or [],
        by_unit=by_unit or [],
    )
