"""The organisation on the wire: units, who heads them, and working time.

Instants of validity are half open: `valid_from` belongs to it, `valid_to` does not.
"""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from mobile_contract.words import Code, Day, Instant, Name, OptionalName, Reason, Wire

Zone = Literal["Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura"]
"""The zones of Indonesia: WIB (two names), WITA and WIT."""

Minutes = Annotated[int, Field(ge=0, le=2_880)]
Hours = Annotated[list[Minutes], Field(min_length=2, max_length=2)]
Days = Annotated[list[list[Hours]], Field(min_length=7, max_length=7)]
"""Seven lists (Monday first) of [start, end] in local minutes."""

HeadKind = Literal["definitive", "acting"]


class UnitView(Wire):
    """A unit of the tree. `people`: how many active people work in it and below."""

    id: UUID
    code: str
    name: str
    kind: Literal["city", "agency", "unit"]
    parent_id: UUID | None = None
    agency_id: UUID
    zone: str
    work_pattern: str
    people: int | None = None
    retired_at: datetime | None = None


class NewUnit(Wire):
    """`POST /v1/units`. `zone` and `work_pattern`: left out, those of the parent."""

    id: UUID | None = None
    code: Code
    name: Name
    kind: Literal["city", "agency", "unit"] = "unit"
    parent_id: UUID | None = None
    zone: Zone | None = None
    work_pattern: Code | None = None
    reason: Reason


class UnitChange(Wire):
    """`PATCH /v1/units/{id}`: only what is given changes. `parent_id` moves all that is below.

    `retired`: closes a unit that holds nobody any more.
    """

    name: Name | None = None
    zone: Zone | None = None
    work_pattern: Code | None = None
    parent_id: UUID | None = None
    retired: bool = False
    reason: Reason


class SupervisionView(Wire):
    """Who heads a unit from when to when, and by which decree."""

    id: UUID
    unit_id: UUID
    supervisor_id: UUID
    supervisor_name: str
    kind: HeadKind
    valid_from: datetime
    valid_to: datetime | None = None
    decree: str


class NewSupervision(Wire):
    """`POST /v1/supervision`: a unit's head, definitive or acting (Plt, Plh)."""

    unit_id: UUID
    supervisor_id: UUID
    kind: HeadKind = "definitive"
    valid_from: Instant
    valid_to: Instant | None = None
    decree: OptionalName = ""


class SupervisionEnd(Wire):
    """`PATCH /v1/supervision/{id}`, and the same for a personal assignment: when it ends."""

    valid_to: Instant
    reason: Reason


class AssignmentView(Wire):
    """A dated personal supervisor of one employee; overrides the unit's head."""

    id: UUID
    employee_id: UUID
    supervisor_id: UUID
    supervisor_name: str
    valid_from: datetime
    valid_to: datetime | None = None
    decree: str


class NewAssignment(Wire):
    """`POST /v1/assignments`."""

    employee_id: UUID
    supervisor_id: UUID
    valid_from: Instant
    valid_to: Instant | None = None
    decree: OptionalName = ""


class HolidayView(Wire):
    """A day off for a unit and everything below it; without a unit, for everybody."""

    id: UUID
    on_date: date
    name: str
    kind: Literal["national", "local", "joint_leave"]
    unit_id: UUID | None = None


class NewHoliday(Wire):
    """`POST /v1/holidays`."""

    on_date: Day
    name: Name
    kind: Literal["national", "local", "joint_leave"] = "local"
    unit_id: UUID | None = None


class LeaveView(Wire):
    """Days an employee is away, first and last included; leave stops the clock."""

    id: UUID
    employee_id: UUID
    starts_on: date
    ends_on: date
    kind: str
    decree: str


class NewLeave(Wire):
    """`POST /v1/leave`."""

    employee_id: UUID
    starts_on: Day
    ends_on: Day
    kind: OptionalName = "annual"
    decree: OptionalName = ""


class ShiftView(Wire):
    """One rostered shift."""

    id: UUID
    employee_id: UUID
    starts_at: datetime
    ends_at: datetime


class RamadanDays(Wire):
    """The first and last day of a Ramadan, as the government announced it."""

    starts_on: Day
    ends_on: Day


class WorkPatternView(Wire):
    """A week of working hours, and the same week in Ramadan. `roster`: only shifts count."""

    code: str
    name: str
    week: Days
    ramadan_week: Days
    roster: bool


class WorkPatternChange(Wire):
    """`PUT /v1/work-patterns/{code}`."""

    name: Name
    week: Days
    ramadan_week: Days
    roster: bool = False


class NationalHolidays(Wire):
    """`POST /v1/holidays/national`: fills in a year; the answer names the days that are new."""

    year: Annotated[int, Field(ge=2000, le=2100)]


class NewShift(Wire):
    """One rostered shift; it may run over midnight."""

    employee_id: UUID
    starts_at: Instant
    ends_at: Instant


class Roster(Wire):
    """`POST /v1/shifts`: shifts that replace what the named people had between the two instants."""

    starts_at: Instant
    ends_at: Instant
    shifts: Annotated[list[NewShift], Field(max_length=2_000)]


class OutageView(Wire):
    """A time when the service could not be reached: what was captured in it is never late.

    `source`: an administrator recorded it, or the service's own heartbeat; more may come.
    """

    id: UUID
    starts_at: datetime
    ends_at: datetime
    reason: str
    source: Annotated[str, Field(examples=["heartbeat"])] = "administrator"


class NewOutage(Wire):
    """`POST /v1/outages`."""

    starts_at: Instant
    ends_at: Instant
    reason: Reason
