"""Reports as they are read later, and the supervisors' answers to them.

Each item of a bulk answer has its own result: a screen shows "approved" only for those that were.
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from mobile_contract.words import BaseVersion, CleanText, Instant, Prose, Reason, Wire, example

MAX_DECISIONS = 100  # reports in one bulk answer; a screen holds no more

FeedbackKind = Literal["praise", "suggestion", "question", "correction", "comment"]


Period = Annotated[str, Field(max_length=7)]
"""`2026-11`, `2026-Q4` or `2026`."""

WORD: dict[str, Any] = {
    "id": "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7a10",
    "kind": "suggestion",
    "text": "Coba kelompokkan kunjungan per kelurahan.",
    "next_step": "Mulai Senin dengan Kelurahan Pasar",
    "about": "",
}
SAID: dict[str, Any] = WORD | {
    "employee_id": "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7a11",
    "author_id": "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7a12",
    "author_name": "Sri Wahyuni",
    "target_id": "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7a13",
    "made_at": "2026-11-24T03:10:00Z",
    "acknowledged_at": "2026-11-24T04:00:00Z",
    "answer": "Siap, saya mulai Senin.",
    "answered_at": "2026-11-24T04:00:00Z",
}


class FeedbackView(Wire):
    """A supervisor's word, and what the employee did with it: read it, or answered it.

    On a report, on a target, or on a `period`; `about` says on what of the period.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [SAID]})

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
    period: str | None = None
    about: str = ""
    answer: str = ""
    answered_at: datetime | None = None
    request_id: UUID | None = None


class ReportView(Wire):
    """A report as it stands. `receipt` never changes; `flags` say what a supervisor should look at.

    `captured_at` is the phone's own clock, `corrected_at` the same instant in server time. One with
    the flag `on_behalf` was captured by a mentor: `reported_by`.
    """

    id: UUID
    receipt: str = Field(examples=["00G9-3K"])
    employee_id: UUID
    employee_name: str = Field(examples=["Ani Rahma"])
    target_id: UUID
    indicator: str = Field(examples=["Kunjungan rumah"])
    unit_of_measure: str = Field(examples=["kunjungan"])
    unit_id: UUID
    quantity: float = Field(examples=[2])
    note: str = Field(examples=["Dua keluarga di Kelurahan Pasar"])
    activity_at: datetime
    captured_at: datetime
    corrected_at: datetime
    received_at: datetime
    status: str = Field(examples=["approved"])
    version: int
    flags: list[str] = Field(examples=[["late"]])
    location: dict[str, Any] | None = None
    decided_by: UUID | None = None
    decided_by_name: str | None = Field(default=None, examples=["Sri Wahyuni"])
    decided_at: datetime | None = None
    reported_by: UUID | None = None
    reported_by_name: str | None = None


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

    model_config = example(
        {
            "mutation_id": "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7a14",
            "quantity": 3,
            "activity_at": "2026-11-24T09:15:00+07:00",
            "note": "Tiga keluarga, satu terlewat tadi",
            "base_version": 1,
        }
    )

    mutation_id: UUID
    quantity: float
    activity_at: Instant
    note: CleanText = ""
    base_version: BaseVersion | None = None


class ReportWithdrawal(Wire):
    """`POST /v1/reports/{id}/withdrawal`: the report taken back, once for a mutation id."""

    model_config = example(
        {
            "mutation_id": "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7a15",
            "reason": "Tercatat dua kali",
            "base_version": 1,
        }
    )

    mutation_id: UUID
    reason: CleanText = ""
    base_version: BaseVersion | None = None


class ReportReturn(Wire):
    """`POST /v1/reports/{id}/return`: the employee reads the reason and revises."""

    model_config = example({"reason": "Mohon lengkapi jumlah keluarga yang dikunjungi"})

    reason: Reason


class NewFeedback(Wire):
    """`POST /v1/reports/{id}/feedback` and `POST /v1/targets/{id}/feedback`.

    The id is made by the sender, so that the same feedback sent twice is written once. A suggestion
    or a correction needs a `next_step`. `request_id`: the question that it answers.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [WORD]})

    id: UUID
    kind: FeedbackKind
    text: Reason
    next_step: Prose = ""
    about: Prose = ""
    request_id: UUID | None = None


class NewPeriodFeedback(NewFeedback):
    """`POST /v1/people/{id}/feedback`: a word on somebody's work of a month, quarter or year.

    A suggestion or a correction says in `about` on what.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [WORD | {"period": "2026-11", "about": "Kunjungan rumah minggu kedua"}]
        }
    )

    period: Period


class FeedbackAnswer(Wire):
    """`POST /v1/feedback/{id}/answer`: the employee's answer; it stands as it was first given."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"answer": SAID["answer"]}]})

    answer: Reason


class Decisions(Wire):
    """`POST /v1/approvals`: one report or many, approved, or returned for one reason."""

    model_config = example(
        {"report_ids": ["0193a1de-6a3b-7c11-9f0a-3d5b0e6f7a16"], "decision": "approve"}
    )

    report_ids: Annotated[list[UUID], Field(min_length=1, max_length=MAX_DECISIONS)]
    decision: Literal["approve", "return"] = "approve"
    reason: Prose = ""


class DecisionResult(Wire):
    """What became of one report. `duplicate`: it was so already."""

    report_id: UUID
    outcome: Literal["applied", "duplicate", "rejected"] = Field(examples=["applied"])
    status: str | None = Field(default=None, examples=["approved"])
    problem: dict[str, Any] | None = None


class DecisionResults(Wire):
    """Results in the order of the report ids; each id has one."""

    results: list[DecisionResult]
