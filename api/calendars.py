"""What holds for many calendars: holidays, Ramadan, week patterns, and recorded outages.

Who may: HR of a unit sets its local days; what holds for everybody is set by HR or administrators
of the whole tree. Every change marks the targets it touches as stale in the same transaction.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.dependencies import Caller, Database, Now
from api.rights import keeps_everything, require_managed_unit
from mobile_contract.organisation import (
    HolidayView,
    NationalHolidays,
    NewHoliday,
    NewOutage,
    OutageView,
    RamadanDays,
    WorkPatternChange,
    WorkPatternView,
)
from mobile_contract.words import MAX_CODE_CHARACTERS
from models.queries.asking import decoded
from models.queries.audit import Change, audited
from models.queries.calendar_changes import (
    everybody_stale,
    holiday_made,
    holiday_row,
    holidays_of,
    pattern_stale,
    pattern_used,
    ramadan_made,
    ramadans,
    removed,
    units_stale,
    work_pattern_set,
    work_patterns,
)
from models.queries.national_holidays import fill_national_holidays, national_holidays
from models.queries.outages import outage_recorded, outages
from models.rules.calendars import WeekPattern
from models.rules.refusals import Conflict, InvalidValue, NotAllowed, NotFound
from realtime.principals import Principal

router = APIRouter(tags=["calendars"])

Year = Annotated[int, Query(ge=2000, le=2100)]
NationalDay = Annotated[date, Field(examples=["2027-08-17"])]
PatternCode = Annotated[str, Path(pattern=r"^[a-z0-9_]+$", max_length=MAX_CODE_CHARACTERS)]


@router.get("/v1/holidays")
async def holidays(caller: Caller, database: Database, year: Year) -> list[HolidayView]:
    """Everybody's days off in a year, and those of the units on my own path."""
    rows = await holidays_of(database, date(year, 1, 1), date(year, 12, 31), caller.unit_path)
    return [HolidayView(**row) for row in rows]


@router.post("/v1/holidays", status_code=201)
async def add_holiday(body: NewHoliday, caller: Caller, database: Database) -> HolidayView:
    """Adds a day off; the same day for the same unit again takes the new name."""
    if body.unit_id is not None:
        await require_managed_unit(database, caller.person, body.unit_id)
    else:
        _keeper(caller)
    holiday_id = await holiday_made(database, body.on_date, body.name, body.kind, body.unit_id)
    await _holiday_stale(database, body.on_date, body.unit_id)
    await _audited(database, caller, "holiday_added", body.unit_id, body.model_dump(mode="json"))
    return HolidayView(id=holiday_id, **body.model_dump())


@router.post("/v1/holidays/national", status_code=201)
async def fill_year(
    body: NationalHolidays, caller: Caller, database: Database
) -> list[NationalDay]:
    """Fills in Indonesia's national days of a year; the answer is what is new or renamed."""
    _keeper(caller)
    await run_in_threadpool(national_holidays, body.year)  # the first use of the package is slow
    days = await fill_national_holidays(database, body.year)
    if days:
        await _holiday_stale(database, days[0], None)
        details = {"year": body.year, "days": len(days)}
        await _audited(database, caller, "holidays_filled", None, details)
    return days


@router.delete("/v1/holidays/{holiday_id}", status_code=204)
async def remove_holiday(holiday_id: UUID, caller: Caller, database: Database) -> None:
    """Takes a day off back."""
    row = await holiday_row(database, holiday_id)
    if row is None:
        raise NotFound
    if row["unit_id"] is not None:
        await require_managed_unit(database, caller.person, row["unit_id"])
    else:
        _keeper(caller)
    await removed(database, "holiday", "id", holiday_id)
    await _holiday_stale(database, row["on_date"], row["unit_id"])
    details = {"on_date": row["on_date"], "name": row["name"]}
    await _audited(database, caller, "holiday_removed", row["unit_id"], details)


@router.get("/v1/ramadan")
async def all_ramadans(caller: Caller, database: Database) -> list[RamadanDays]:
    """Every Ramadan that is entered, the latest first."""
    return [RamadanDays(**row) for row in await ramadans(database)]


@router.post("/v1/ramadan", status_code=201)
async def set_ramadan(body: RamadanDays, caller: Caller, database: Database) -> RamadanDays:
    """Enters a Ramadan, or its new end, as the government announced it."""
    _keeper(caller)
    # First, since it holds every shard: two who enter one at once see each other's.
    await everybody_stale(database, _midnight(body.starts_on))
    await ramadan_made(database, body.starts_on, body.ends_on)
    await _audited(database, caller, "ramadan_set", None, body.model_dump(mode="json"))
    return body


@router.delete("/v1/ramadan/{starts_on}", status_code=204)
async def remove_ramadan(starts_on: date, caller: Caller, database: Database) -> None:
    """Takes a Ramadan back."""
    _keeper(caller)
    await removed(database, "ramadan", "starts_on", starts_on)
    await everybody_stale(database, _midnight(starts_on))
    await _audited(database, caller, "ramadan_removed", None, {"starts_on": starts_on})


@router.get("/v1/work-patterns")
async def patterns(caller: Caller, database: Database) -> list[WorkPatternView]:
    """Every week pattern."""
    return [
        WorkPatternView(
            code=row["code"],
            name=row["name"],
            week=decoded(row["week"]),
            ramadan_week=decoded(row["ramadan_week"]),
            roster=row["roster"],
        )
        for row in await work_patterns(database)
    ]


@router.put("/v1/work-patterns/{code}")
async def set_pattern(
    code: PatternCode, body: WorkPatternChange, caller: Caller, database: Database, now: Now
) -> WorkPatternView:
    """Adds a week pattern or changes it, for everybody who works by it."""
    _keeper(caller)
    try:
        weeks = WeekPattern.from_lists(body.week), WeekPattern.from_lists(body.ramadan_week)
    except ValueError:
        raise InvalidValue(field="week", reason="overlap") from None
    await work_pattern_set(database, code, body.name, weeks, body.roster)
    await pattern_stale(database, code, now)
    await _audited(database, caller, "work_pattern_set", None, {"code": code})
    return WorkPatternView(code=code, **body.model_dump())


@router.delete("/v1/work-patterns/{code}", status_code=204)
async def remove_pattern(code: PatternCode, caller: Caller, database: Database) -> None:
    """Deletes a pattern that nobody works by."""
    _keeper(caller)
    if await pattern_used(database, code):
        raise Conflict(field="code", reason="in_use")
    await removed(database, "work_pattern", "code", code)
    await _audited(database, caller, "work_pattern_removed", None, {"code": code})


@router.get("/v1/outages")
async def all_outages(caller: Caller, database: Database) -> list[OutageView]:
    """Times when the service could not be reached, the latest first."""
    return [OutageView(**row) for row in await outages(database)]


@router.post("/v1/outages", status_code=201)
async def record_outage(body: NewOutage, caller: Caller, database: Database) -> OutageView:
    """Records an outage: what was captured in it is never late, also what has arrived already."""
    _keeper(caller)
    if body.ends_at <= body.starts_at:
        raise InvalidValue(field="ends_at")
    row = await outage_recorded(
        database, (body.starts_at, body.ends_at), body.reason, caller.person.employee_id
    )
    await _audited(database, caller, "outage_recorded", None, body.model_dump(mode="json"))
    return OutageView(**row)


def _keeper(caller: Principal) -> None:
    if not keeps_everything(caller.person, caller.unit_path):
        raise NotAllowed


def _midnight(day: date) -> datetime:
    """An instant before this day begins anywhere in Indonesia."""
    return datetime.combine(day - timedelta(days=1), time.min, UTC)


async def _holiday_stale(database: Database, day: date, unit_id: UUID | None) -> None:
    if unit_id is None:
        await everybody_stale(database, _midnight(day))
    else:
        await units_stale(database, [unit_id], _midnight(day))


async def _audited(
    database: Database,
    caller: Principal,
    action: str,
    unit_id: UUID | None,
    details: Mapping[str, object],
) -> None:
    change = Change(action, unit_id=unit_id or caller.unit_path[0], details=details)
    await audited(database, caller.person.employee_id, change)
