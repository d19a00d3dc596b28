"""Targets on the wire: what was agreed, where it stands, and how it is changed.

Sums are in the target's unit of measure. `approved` and `pending` are told apart everywhere; pace
uses both. Missing is not zero: a target without a report has `observations` 0.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from mobile_contract.reports import MAX_QUANTITY
from mobile_contract.words import Instant, Name, Reason, Wire

Aspect = Literal["quantity", "quality", "time", "cost"]
Direction = Literal["higher", "lower", "range"]
Quantity = Annotated[float, Field(ge=0, le=MAX_QUANTITY)]
Share = Annotated[float, Field(ge=0, lt=1)]


class Pace(Wire):
    """Where a target stands.

    `state`: on_track, at_risk (slips within one working day), slipped, achieved or lapsed; more
    may come. `expected` is what pace asks for now, null where pace does not apply.
    """

    approved: float
    pending: float
    observations: int
    state: str
    state_since: datetime | None = None
    slips_at: datetime | None = None
    expected: float | None = None


class TargetView(Wire):
    """A measurable goal of one employee in one period, `period_end` not included."""

    id: UUID
    employee_id: UUID
    indicator: str
    unit_of_measure: str
    aspect: Aspect
    direction: Direction
    quantity: float
    low: float | None = None
    high: float | None = None
    max_quantity: float | None = None
    tolerance: float
    grace: float
    period_start: datetime
    period_end: datetime
    closed_at: datetime | None = None
    version: int
    pace: Pace


class _Goal(Wire):
    aspect: Aspect = "quantity"
    direction: Direction = "higher"
    quantity: Quantity
    low: Quantity | None = None
    high: Quantity | None = None

    @model_validator(mode="after")
    def _range_is_whole(self) -> "_Goal":
        if self.direction == "range" and (self.low is None or self.high is None):
            raise ValueError("a range needs low and high")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low must not be above high")
        return self


class NewTarget(_Goal):
    """`POST /v1/targets`: by the deciding supervisor or HR. `tolerance`, `grace`: shares 0-1."""

    id: UUID | None = None
    employee_id: UUID
    template_id: UUID | None = None
    indicator: Name
    unit_of_measure: Name
    tolerance: Share | None = None
    grace: Share | None = None
    max_quantity: Quantity | None = None
    period_start: Instant
    period_end: Instant

    @model_validator(mode="after")
    def _period_runs_forward(self) -> "NewTarget":
        if self.period_end <= self.period_start:
            raise ValueError("the period must end after it starts")
        return self


class TargetChange(Wire):
    """`PATCH /v1/targets/{id}`: only what is given changes; the reason is told to the employee."""

    base_version: int | None = None
    quantity: Quantity | None = None
    low: Quantity | None = None
    high: Quantity | None = None
    max_quantity: Quantity | None = None
    tolerance: Share | None = None
    grace: Share | None = None
    reason: Reason


class TargetClosing(Wire):
    """`POST /v1/targets/{id}/closing`: its appraisal is decided; it takes no new captures."""

    reason: Reason


class TargetsFromTemplates(Wire):
    """`POST /v1/targets/from-templates`: the job titles' templates for people, in one period.

    `preview`: show what would be made and make nothing.
    """

    employee_ids: Annotated[list[UUID], Field(min_length=1, max_length=500)]
    period_start: Instant
    period_end: Instant
    preview: bool = True


class TemplateView(Wire):
    """A target that people with a job title usually get each period."""

    id: UUID
    job_title_id: UUID
    indicator: str
    unit_of_measure: str
    aspect: Aspect
    direction: Direction
    quantity: float
    low: float | None = None
    high: float | None = None
    max_quantity: float | None = None
    period: Literal["month", "quarter", "year"]
