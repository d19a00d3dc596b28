"""Performance agreements and proposals of targets on the wire.

A result is `main` or `additional`; nothing is weighted. `serves` names the superior's result that
it contributes to. Times are instants; a year is a calendar year.
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from mobile_contract.targets import Aspect, Direction, Quantity, Share, TargetView
from mobile_contract.words import BaseVersion, Instant, Name, Prose, Reason, Wire

MOST_RESULTS = 50  # of one agreement
Year = Annotated[int, Field(ge=2000, le=2199)]
ResultKind = Literal["main", "additional"]
ProposalKind = Literal["new", "change"]

_ANI = "0192f3a1-0000-7000-8000-000000000101"
_AGREEMENT = "0192f3a1-0000-7000-8000-000000000300"
_RESULT: dict[str, Any] = {
    "id": "0192f3a1-0000-7000-8000-000000000301",
    "kind": "main",
    "title": "Ibu hamil terlayani sesuai standar",
    "serves_id": "0192f3a1-0000-7000-8000-000000000290",
    "place": 0,
}


class ServedResult(Wire):
    """The superior's result that one's own contributes to."""

    id: UUID
    title: str = Field(examples=["Kesehatan ibu dan anak meningkat"])
    employee_name: str = Field(examples=["Sri Wahyuni"])


class ResultView(Wire):
    """A result and the targets that measure it. `dropped_at`: agreed away, kept for its targets."""

    id: UUID
    kind: ResultKind = Field(examples=["main"])
    title: str = Field(examples=["Ibu hamil terlayani sesuai standar"])
    place: int
    serves: ServedResult | None = None
    dropped_at: datetime | None = None
    indicators: list[TargetView]


class AgreementView(Wire):
    """The agreement of one employee for one year. `state`: draft, proposed or agreed."""

    id: UUID
    employee_id: UUID
    employee_name: str = Field(examples=["Ani Rahma"])
    year: int = Field(examples=[2026])
    state: str = Field(examples=["agreed"])
    version: int
    results: list[ResultView]
    proposed_at: datetime | None = None
    agreed_at: datetime | None = None
    agreed_by_name: str | None = None


class AgreedResult(Wire):
    """A result as it is written. The id is the writer's own; a known one changes that result.

    Without a `place` it stands where it stands in the list.
    """

    id: UUID
    kind: ResultKind = "main"
    title: Name
    serves_id: UUID | None = None
    place: Annotated[int, Field(ge=0, le=1_000)] | None = None


Results = Annotated[list[AgreedResult], Field(max_length=MOST_RESULTS)]


class NewAgreement(Wire):
    """`POST /v1/agreements`: one for a person and year, as a draft."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"id": _AGREEMENT, "employee_id": _ANI, "year": 2026, "results": [_RESULT]}
            ]
        }
    )

    id: UUID
    employee_id: UUID
    year: Year
    results: Results


class ResultsChange(Wire):
    """`PUT /v1/agreements/{id}/results`: all results anew; what is left out is dropped.

    Once it is agreed, only the deciding supervisor changes it, with a reason.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"base_version": 3, "results": [_RESULT], "reason": "Tugas bertambah"}]
        }
    )

    base_version: BaseVersion
    results: Results
    reason: Prose = ""


class AgreementReturn(Wire):
    """`POST /v1/agreements/{id}/return`: back to a draft; the reason is kept."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "Hasil kedua belum terukur"}]}
    )

    reason: Reason


class AgreementHistory(Wire):
    """A change or a step of an agreement, by whom and why: what was before and what is after."""

    at: datetime
    by: UUID | None = None
    by_name: str | None = Field(default=None, examples=["Ani Rahma"])
    reason: str = Field(examples=["Tugas bertambah"])
    before: dict[str, Any] = Field(examples=[{"state": "draft"}])
    after: dict[str, Any] = Field(examples=[{"state": "proposed"}])


class ProposedGoal(Wire):
    """The goal that is proposed; of a change, only what shall be otherwise."""

    indicator: Name | None = Field(default=None, examples=["Kunjungan rumah"])
    unit_of_measure: Name | None = Field(default=None, examples=["kunjungan"])
    aspect: Aspect | None = None
    direction: Direction | None = None
    quantity: Quantity | None = Field(default=None, examples=[6])
    low: Quantity | None = None
    high: Quantity | None = None
    max_quantity: Quantity | None = None
    tolerance: Share | None = None
    grace: Share | None = None
    work_result_id: UUID | None = None
    period_start: Instant | None = None
    period_end: Instant | None = None


NEEDED = ("indicator", "unit_of_measure", "quantity", "period_start", "period_end")
"""What a new target cannot do without."""

CHANGEABLE = ("quantity", "low", "high", "max_quantity", "tolerance", "grace", "work_result_id")
"""What a change may touch; aspect, direction and period would make another target of it."""


class NewProposal(Wire):
    """`POST /v1/target-proposals`: a target that the employee wishes for, or a change of one.

    A new one needs indicator, unit_of_measure, quantity and its period; a change, its target.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0192f3a1-0000-7000-8000-000000000401",
                    "kind": "change",
                    "target_id": "0192f3a1-0000-7000-8000-000000000201",
                    "body": {"quantity": 6},
                    "reason": "Cuti dua minggu",
                }
            ]
        }
    )

    id: UUID
    kind: ProposalKind
    target_id: UUID | None = None
    body: ProposedGoal
    work_result_id: UUID | None = None
    reason: Reason


class ProposalView(Wire):
    """A proposal. `state`: open, agreed, declined or withdrawn.

    `target_id`: the target that it would change, or that came of it.
    """

    id: UUID
    employee_id: UUID
    employee_name: str = Field(examples=["Ani Rahma"])
    kind: ProposalKind = Field(examples=["change"])
    target_id: UUID | None = None
    body: ProposedGoal
    reason: str = Field(examples=["Cuti dua minggu"])
    state: str = Field(examples=["open"])
    made_at: datetime
    decided_by_name: str | None = None
    decided_at: datetime | None = None
    decision_reason: str


class ProposalDecision(Wire):
    """`POST /v1/target-proposals/{id}/decision`: declining needs a reason.

    `changes`: what is agreed otherwise than it was proposed.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"decision": "agree", "reason": "Disesuaikan", "changes": {"quantity": 7}}]
        }
    )

    decision: Literal["agree", "decline"]
    reason: Prose = ""
    changes: ProposedGoal | None = None
