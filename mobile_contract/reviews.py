"""Reports as they are read later, and the supervisors' answers to them.

Each item of a bulk answer has its own result: a screen shows "approved" only for those that were.
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from mobile_contract.words import BaseVersion, CleanText, Instant, Prose, Reason, Wire

MAX_DECISIONS = 100  # reports in one bulk answer; a screen holds no more

FeedbackKind = Literal["praise", "suggestion", "question", "correction", "comment"]


class FeedbackView(Wire):
    """A supervisor's word, and when the employee read it."""

    id: UUID
    employee_id: UUID
    author_id: UUID
    author_name: str
    report_id: UUID | None = None
    target_id: UUID | None = None
    kind: FeedbackKind
    text: str
    next_step: str
    made_at: datetime
    acknowledged_at: datetime | None = None


class ReportView(Wire):
    """A report as it stands. `receipt` never changes; `flags` say what a supervisor should look at.

    `captured_at` is the phone's own clock, `corrected_at` the same instant in server time.
    """

    id: UUID
    receipt: str
    employee_id: UUID
    employee_name: str
    target_id: UUID
    indicator: str
    unit_of_measure: str
    unit_id: UUID
    quantity: float
    note: str
    activity_at: datetime
    captured_at: datetime
    corrected_at: datetime
    received_at: datetime
    status: str
    version: int
    flags: list[str]
    location: dict[str, Any] | None = None
    decided_by: UUID | None = None
    decided_by_name: str | None = None
    decided_at: datetime | None = None


class VersionView(Wire):
    """What a report said before a revision or withdrawal replaced it."""

    version: int
    kind: Literal["revision", "withdrawal"]
    quantity_before: float
    note_before: str
    activity_before: datetime
    reason: str
    made_at: datetime


class ReportHistory(ReportView):
    """`GET /v1/reports/{id}`: the report with everything that was said to it."""

    changes: list[VersionView]
    feedback: list[FeedbackView]


class ReportRevision(Wire):
    """`POST /v1/reports/{id}/revisions`: the report said anew, once for a mutation id."""

    mutation_id: UUID
    quantity: float
    activity_at: Instant
    note: CleanText = ""
    base_version: BaseVersion | None = None


class ReportWithdrawal(Wire):
    """`POST /v1/reports/{id}/withdrawal`: the report taken back, once for a mutation id."""

    mutation_id: UUID
    reason: CleanText = ""
    base_version: BaseVersion | None = None


class ReportReturn(Wire):
    """`POST /v1/reports/{id}/return`: the employee reads the reason and revises."""

    reason: Reason


class NewFeedback(Wire):
    """`POST /v1/reports/{id}/feedback` and `POST /v1/targets/{id}/feedback`.

    The id is made by the sender, so that the same feedback sent twice is written once.
    """

    id: UUID
    kind: FeedbackKind
    text: Reason
    next_step: Prose = ""


class Decisions(Wire):
    """`POST /v1/approvals`: one report or many, approved, or returned for one reason."""

    report_ids: Annotated[list[UUID], Field(min_length=1, max_length=MAX_DECISIONS)]
    decision: Literal["approve", "return"] = "approve"
    reason: Prose = ""


class DecisionResult(Wire):
    """What became of one report. `duplicate`: it was so already."""

    report_id: UUID
    outcome: Literal["applied", "duplicate", "rejected"]
    status: str | None = None
    problem: dict[str, Any] | None = None


class DecisionResults(Wire):
    """Results in the order of the report ids; each id has one."""

    results: list[DecisionResult]
