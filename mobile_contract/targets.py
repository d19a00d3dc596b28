"""Targets on the wire: what was agreed, where it stands, and how it is changed.

Sums are in the target's unit of measure. `approved` and `pending` are told apart everywhere; pace
uses both. Missing is not zero: a target without a report has `observations` 0.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from mobile_contract.reports import MAX_QUANTITY
from mobile_contract.words import BaseVersion, Instant, Name, Reason, Wire, example

Aspect = Literal["quantity", "quality", "time", "cost"]
Direction = Literal["higher", "lower", "range"]
Quantity = Annotated[float, Field(ge=0, le=MAX_QUANTITY)]
Share = Annotated[float, Field(ge=0, lt=1)]


class Pace(Wire):
    """Where a target stands.

    `state`: on_track, at_risk (slips within one working day), slipped, achieved or lapsed; more
    may come. `expected` is what pace asks for now, null where pace does not apply. `slips_at`:
    when it slips with what is there, null: it cannot. `waiting`: reports that wait for a decision.
    `done`: approved and pending together, of a measured indicator its value. `forecast`: what it
    will be at the end if it goes on like this; `needed_per_working_day`: what each working day
    left must bring. Null is "not known" or "does not apply", never zero.
    """

    approved: float = Field(examples=[30])
    pending: float = Field(examples=[7.5])
    observations: int
    state: str = Field(examples=["on_track"])
    state_since: datetime | None = None
    slips_at: datetime | None = None
    at_risk_at: datetime | None = None
    expected: float | None = None
    done: Annotated[float | None, Field(examples=[37.5])] = None
    forecast: Annotated[float | None, Field(examples=[93.75])] = None
    needed_per_working_day: Annotated[float | None, Field(examples=[5.2])] = None
    working_days_left: int
    waiting: int


class TargetView(Wire):
    """A measurable goal of one employee in one period, `period_end` not included.

    `stage`: running, achieved, lapsed, rolled_over (it goes on in a later target, whose
    `rolled_from_id` is this one) or closed (its appraisal is decided); more may come. `measured`:
    of quality and time the mean of the reports, or the satisfaction index of the service that the
    target names; null while there is none. With fewer reports than `minimum_observations` a
    measured value says nothing yet, and the state stays on_track. `work_result_id`: the result of
    the agreement that it measures.
    """

    id: UUID
    employee_id: UUID
    indicator: str = Field(examples=["Kunjungan rumah"])
    unit_of_measure: str = Field(examples=["kunjungan"])
    aspect: Aspect
    direction: Direction
    quantity: float = Field(examples=[8])
    low: float | None = None
    high: float | None = None
    max_quantity: float | None = None
    tolerance: float = Field(examples=[0.1])
    grace: float
    minimum_observations: int = Field(default=0, examples=[10])
    period_start: datetime
    period_end: datetime
    closed_at: datetime | None = None
    version: int = Field(examples=[1])
    work_result_id: UUID | None = None
    service_id: UUID | None = None
    rolled_from_id: UUID | None = None
    rolled_over_at: datetime | None = None
    stage: str = "running"
    measured: float | None = None
    pace: Pace


class CourseDay(Wire):
    """The end of one local day. `done`: the sum so far, or the mean of what was measured so far;
    null: that day has not begun, or nothing is measured yet. `expected`: what pace asked for by
    then, level over leave and holidays; null where nothing can be expected."""

    day: date = Field(examples=["2026-11-24"])
    done: Annotated[float | None, Field(examples=[37.5])] = None
    expected: Annotated[float | None, Field(examples=[41.2])] = None


class TargetCourse(Wire):
    """`GET /v1/targets/{id}/course`: how a target went, for each day of its period in order."""

    target_id: UUID
    days: list[CourseDay]


class GoalShape(Wire):
    """What targets and templates have in common: a goal that can be meant."""

    aspect: Aspect = "quantity"
    direction: Direction = "higher"
    quantity: Quantity
    low: Quantity | None = None
    high: Quantity | None = None

    @model_validator(mode="after")
    def _range_is_whole(self) -> "GoalShape":
        if self.direction == "range" and (self.low is None or self.high is None):
            raise ValueError("a range needs low and high")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low must not be above high")
        return self


class NewTarget(GoalShape):
    """`POST /v1/targets`: by the deciding supervisor or HR. `tolerance`, `grace`: shares 0-1.

    `work_result_id`: a result of the employee's own agreement. `service_id`: the public service
    whose satisfaction index is the goal's measure; its aspect is quality.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0192f3a1-0000-7000-8000-000000000201",
                    "employee_id": "0192f3a1-0000-7000-8000-000000000101",
                    "indicator": "Kunjungan rumah",
                    "unit_of_measure": "kunjungan",
                    "quantity": 8,
                    "work_result_id": "0192f3a1-0000-7000-8000-000000000301",
                    "period_start": "2026-11-30T17:00:00Z",
                    "period_end": "2026-12-31T17:00:00Z",
                }
            ]
        }
    )

    id: UUID | None = None
    employee_id: UUID
    template_id: UUID | None = None
    indicator: Name
    unit_of_measure: Name
    tolerance: Share | None = None
    grace: Share | None = None
    max_quantity: Quantity | None = None
    work_result_id: UUID | None = None
    service_id: UUID | None = None
    period_start: Instant
    period_end: Instant

    @model_validator(mode="after")
    def _period_runs_forward(self) -> "NewTarget":
        if self.period_end <= self.period_start:
            raise ValueError("the period must end after it starts")
        return self


class TargetChange(Wire):
    """`PATCH /v1/targets/{id}`: only what is given changes; the reason is told to the employee.

    null for `work_result_id` or `service_id` takes the link away.
    """

    model_config = example({"base_version": 1, "quantity": 6, "reason": "Cuti dua minggu"})

    base_version: BaseVersion | None = None
    quantity: Quantity | None = None
    low: Quantity | None = None
    high: Quantity | None = None
    max_quantity: Quantity | None = None
    tolerance: Share | None = None
    grace: Share | None = None
    work_result_id: UUID | None = None
    service_id: UUID | None = None
    reason: Reason


class TargetRollover(Wire):
    """`POST /v1/targets/{id}/rollover`: what lapsed goes on in a later `period` (`2026-12`).

    `quantity`: what the next target asks for; without it, what is missing.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"period": "2026-12", "quantity": 40, "reason": "Tertunda banjir"}]
        }
    )

    period: Annotated[str, Field(max_length=7)]
    quantity: Quantity | None = None
    reason: Reason


class TargetHistory(Wire):
    """A change of a target: by whom, why, and what it was. Only what changed is named."""

    at: datetime
    by: UUID | None = None
    by_name: str | None = Field(default=None, examples=["Sri Wahyuni"])
    reason: str = Field(examples=["Cuti dua minggu"])
    before: dict[str, Any] = Field(examples=[{"quantity": 8}])
    after: dict[str, Any] = Field(examples=[{"quantity": 6}])


class TargetClosing(Wire):
    """`POST /v1/targets/{id}/closing`: its appraisal is decided; it takes no new captures."""

    model_config = example({"reason": "Penilaian triwulan keempat sudah diputuskan"})

    reason: Reason


MOST_DIFFERENCES = 5_000


class TemplateDifference(Wire):
    """How one person's target differs from the template. `leave_out`: they do not get it."""

    employee_id: UUID
    template_id: UUID
    quantity: Quantity | None = None
    low: Quantity | None = None
    high: Quantity | None = None
    max_quantity: Quantity | None = None
    leave_out: bool = False


class TargetsFromTemplates(Wire):
    """`POST /v1/targets/from-templates`: a job's templates, for everybody in a unit and below.

    `period`: `2026-11`, `2026-Q4` or `2026`; templates of that length are used. `preview`: show
    what would be made and make nothing. `employee_ids`: only for these. A difference for a person
    or a template that is not among them is an error.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "job_title_id": "0192f3a1-0000-7000-8000-000000000031",
                    "unit_id": "0192f3a1-0000-7000-8000-000000000007",
                    "period": "2026-12",
                    "preview": False,
                    "differences": [
                        {
                            "employee_id": "0192f3a1-0000-7000-8000-000000000101",
                            "template_id": "0192f3a1-0000-7000-8000-000000000041",
                            "quantity": 150,
                        }
                    ],
                }
            ]
        }
    )

    job_title_id: UUID
    unit_id: UUID
    period: Annotated[str, Field(max_length=7)]
    preview: bool = True
    differences: list[TemplateDifference] = Field(
        default_factory=list[TemplateDifference], max_length=MOST_DIFFERENCES
    )
    employee_ids: Annotated[list[UUID], Field(max_length=MOST_DIFFERENCES)] | None = None


class PlannedTarget(Wire):
    """One person, one template. `exists`: made before; `oneself`: nobody sets their own targets;
    `left_out`: as asked for. `differs`: otherwise than the template says."""

    outcome: Literal["made", "exists", "oneself", "left_out"]
    employee_id: UUID
    employee_name: str = Field(examples=["Ani Rahma"])
    template_id: UUID
    indicator: str = Field(examples=["Kunjungan rumah"])
    unit_of_measure: str = Field(examples=["kunjungan"])
    quantity: float = Field(examples=[8])
    low: float | None = None
    high: float | None = None
    max_quantity: float | None = None
    differs: bool = False
    period_start: datetime
    period_end: datetime


class TargetsPlanned(Wire):
    """What applying templates did, or would do in a preview."""

    preview: bool
    made: int = Field(examples=[12])
    targets: list[PlannedTarget]


class TemplateView(Wire):
    """A target that people with a job title usually get each period."""

    id: UUID
    job_title_id: UUID
    indicator: str = Field(examples=["Kunjungan rumah"])
    unit_of_measure: str = Field(examples=["kunjungan"])
    aspect: Aspect
    direction: Direction
    quantity: float = Field(examples=[8])
    low: float | None = None
    high: float | None = None
    max_quantity: float | None = None
    period: Literal["month", "quarter", "year"]
