"""The organisation on the wire: units, who heads them, and working time.

Instants of validity are half open: `valid_from` belongs to it, `valid_to` does not.
"""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from mobile_contract.words import Code, Day, Instant, Name, OptionalName, Reason, Wire, example

Zone = Literal["Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura"]
"""The zones of Indonesia: WIB (two names), WITA and WIT."""

Minutes = Annotated[int, Field(ge=0, le=2_880)]
Hours = Annotated[list[Minutes], Field(min_length=2, max_length=2)]
Days = Annotated[list[list[Hours]], Field(min_length=7, max_length=7)]
"""Seven lists (Monday first) of [start, end] in local minutes."""

HeadKind = Literal["definitive", "acting"]

_ANI = "0192f3a1-0000-7000-8000-000000000101"
_SRI = "0192f3a1-0000-7000-8000-000000000102"
_UNIT = "0192f3a1-0000-7000-8000-000000000007"
_WEEK = [[[450, 720], [780, 960]]] * 4 + [[[450, 690], [780, 990]], [], []]
_RAMADAN_WEEK = [[[480, 720], [750, 900]]] * 4 + [[[480, 690], [750, 930]], [], []]


class UnitView(Wire):
    """A unit of the tree. `people`: how many active people work in it and below."""

    id: UUID
    code: str = Field(examples=["puskesmas-sungai-durian"])
    name: str = Field(examples=["Puskesmas Sungai Durian"])
    kind: Literal["city", "agency", "unit"] = Field(examples=["unit"])
    parent_id: UUID | None = None
    agency_id: UUID
    zone: str = Field(examples=["Asia/Jakarta"])
    work_pattern: str
    people: int | None = Field(default=None, examples=[41])
    retired_at: datetime | None = None


class NewUnit(Wire):
    """`POST /v1/units`. `zone` and `work_pattern`: left out, those of the parent."""

    model_config = example(
        {
            "code": "puskesmas-sungai-durian",
            "name": "Puskesmas Sungai Durian",
            "parent_id": _UNIT,
            "reason": "Perda susunan perangkat daerah 2026",
        }
    )

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

    model_config = example(
        {"name": "Puskesmas Sungai Durian", "reason": "Nama disesuaikan dengan perda"}
    )

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
    supervisor_name: str = Field(examples=["Sri Wahyuni"])
    kind: HeadKind
    valid_from: datetime
    valid_to: datetime | None = None
    decree: str = Field(examples=["SK Wali Kota 100/2026"])


class NewSupervision(Wire):
    """`POST /v1/supervision`: a unit's head, definitive or acting (Plt, Plh)."""

    model_config = example(
        {
            "unit_id": _UNIT,
            "supervisor_id": _SRI,
            "kind": "acting",
            "valid_from": "2026-12-01T00:00:00+07:00",
            "valid_to": "2027-01-01T00:00:00+07:00",
            "decree": "SK Wali Kota 100/2026",
        }
    )

    unit_id: UUID
    supervisor_id: UUID
    kind: HeadKind = "definitive"
    valid_from: Instant
    valid_to: Instant | None = None
    decree: OptionalName = ""


class SupervisionEnd(Wire):
    """`PATCH /v1/supervision/{id}`, and the same for a personal assignment: when it ends."""

    model_config = example(
        {"valid_to": "2026-12-31T17:00:00Z", "reason": "Masa tugas pelaksana harian selesai"}
    )

    valid_to: Instant
    reason: Reason


class AssignmentView(Wire):
    """A dated personal supervisor of one employee; overrides the unit's head."""

    id: UUID
    employee_id: UUID
    supervisor_id: UUID
    supervisor_name: str = Field(examples=["Sri Wahyuni"])
    valid_from: datetime
    valid_to: datetime | None = None
    decree: str = Field(examples=["SK Kepala Dinas 12/2026"])


class NewAssignment(Wire):
    """`POST /v1/assignments`."""

    model_config = example(
        {
            "employee_id": _ANI,
            "supervisor_id": _SRI,
            "valid_from": "2026-12-01T00:00:00+07:00",
            "decree": "SK Kepala Dinas 12/2026",
        }
    )

    employee_id: UUID
    supervisor_id: UUID
    valid_from: Instant
    valid_to: Instant | None = None
    decree: OptionalName = ""


class HolidayView(Wire):
    """A day off for a unit and everything below it; without a unit, for everybody."""

    id: UUID
    on_date: date = Field(examples=["2026-12-01"])
    name: str = Field(examples=["Hari jadi Kota Sawahlunto"])
    kind: Literal["national", "local", "joint_leave"] = Field(examples=["local"])
    unit_id: UUID | None = None


class NewHoliday(Wire):
    """`POST /v1/holidays`."""

    model_config = example(
        {"on_date": "2026-12-01", "name": "Hari jadi Kota Sawahlunto", "unit_id": _UNIT}
    )

    on_date: Day
    name: Name
    kind: Literal["national", "local", "joint_leave"] = "local"
    unit_id: UUID | None = None


class LeaveView(Wire):
    """Days an employee is away, first and last included; leave stops the clock."""

    id: UUID
    employee_id: UUID
    starts_on: date = Field(examples=["2026-12-07"])
    ends_on: date = Field(examples=["2026-12-11"])
    kind: str = Field(examples=["annual"])
    decree: str


class NewLeave(Wire):
    """`POST /v1/leave`."""

    model_config = example(
        {
            "employee_id": _ANI,
            "starts_on": "2026-12-07",
            "ends_on": "2026-12-11",
            "kind": "annual",
            "decree": "SI 45/2026",
        }
    )

    employee_id: UUID
    starts_on: Day
    ends_on: Day
    kind: OptionalName = "annual"
    decree: OptionalName = ""


class ShiftView(Wire):
    """One rostered shift."""

    id: UUID
    employee_id: UUID
    starts_at: datetime = Field(examples=["2026-12-01T14:00:00Z"])
    ends_at: datetime = Field(examples=["2026-12-01T23:00:00Z"])


class RamadanDays(Wire):
    """The first and last day of a Ramadan, as the government announced it."""

    model_config = example({"starts_on": "2027-02-08", "ends_on": "2027-03-09"})

    starts_on: Day
    ends_on: Day


class WorkPatternView(Wire):
    """A week of working hours, and the same week in Ramadan. `roster`: only shifts count."""

    code: str = Field(examples=["five_days"])
    name: str = Field(examples=["Lima hari kerja"])
    week: Days = Field(examples=[_WEEK])
    ramadan_week: Days = Field(examples=[_RAMADAN_WEEK])
    roster: bool


class WorkPatternChange(Wire):
    """`PUT /v1/work-patterns/{code}`."""

    model_config = example(
        {"name": "Lima hari kerja", "week": _WEEK, "ramadan_week": _RAMADAN_WEEK}
    )

    name: Name
    week: Days
    ramadan_week: Days
    roster: bool = False


class NationalHolidays(Wire):
    """`POST /v1/holidays/national`: fills in a year; the answer names the days that are new."""

    model_config = example({"year": 2027})

    year: Annotated[int, Field(ge=2000, le=2100)]


class NewShift(Wire):
    """One rostered shift; it may run over midnight."""

    employee_id: UUID
    starts_at: Instant
    ends_at: Instant


class Roster(Wire):
    """`POST /v1/shifts`: shifts that replace what the named people had between the two instants."""

    model_config = example(
        {
            "starts_at": "2026-12-01T00:00:00+07:00",
            "ends_at": "2026-12-08T00:00:00+07:00",
            "shifts": [
                {
                    "employee_id": _ANI,
                    "starts_at": "2026-12-01T21:00:00+07:00",
                    "ends_at": "2026-12-02T07:00:00+07:00",
                }
            ],
        }
    )

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

    model_config = example(
        {
            "starts_at": "2026-11-24T01:00:00Z",
            "ends_at": "2026-11-24T02:30:00Z",
            "reason": "Listrik pusat data padam",
        }
    )

    starts_at: Instant
    ends_at: Instant
    reason: Reason
