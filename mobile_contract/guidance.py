"""Guidance on the wire: feedback that is asked for, how soon supervisors answer, wordings, and what
HR publishes: announcements, short lessons and trainings.

Whoever makes something names it, so that the same request sent twice is one thing.
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from mobile_contract.reviews import Period
from mobile_contract.words import Instant, Name, OptionalName, Reason, Wire, example

MOST_INVITED = 500  # one training holds no more, and each of them is told in one transaction
AnnouncementKind = Literal["announcement", "lesson"]
AttendanceState = Literal["invited", "attended", "absent"]
WordingKind = Literal["praise", "suggestion", "question", "correction"]

_ID = "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7b10"
_PERSON = "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7b11"
_UNIT = "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7b12"
_ASKED = {
    "id": _ID,
    "target_id": "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7b13",
    "question": "Apa yang sebaiknya saya dahulukan minggu ini?",
}
_PUBLISHED = {
    "id": _ID,
    "kind": "lesson",
    "unit_id": _UNIT,
    "title": "Melapor tanpa sinyal",
    "body": "Laporan tersimpan di ponsel dan terkirim sendiri begitu sinyal kembali.",
    "minutes": 3,
}
_HELD = {
    "id": _ID,
    "unit_id": _UNIT,
    "title": "Latihan pelaporan untuk kader",
    "place": "Aula Puskesmas",
    "starts_at": "2026-12-01T02:00:00Z",
    "ends_at": "2026-12-01T05:00:00Z",
}


_LISTED = {
    "employee_id": _PERSON,
    "name": "Ani Rahma",
    "unit_name": "Puskesmas",
    "state": "attended",
    "marked_at": "2026-12-01T06:00:00Z",
}
_RESULT = {"employee_id": _PERSON, "outcome": "applied", "problem": None}
_SHOWN = _PUBLISHED | {
    "unit_name": "Dinas Kesehatan",
    "made_at": "2026-11-24T03:00:00Z",
    "read_at": None,
}
_MINE = _HELD | {"unit_name": "Dinas Kesehatan", "state": "invited"}


class NewFeedbackRequest(Wire):
    """`POST /v1/feedback-requests`: I ask whoever decides for me, about exactly one thing of mine:
    a report, a target or a period."""

    model_config = example(_ASKED)

    id: UUID
    report_id: UUID | None = None
    target_id: UUID | None = None
    period: Period | None = None
    question: Reason


class FeedbackRequestView(Wire):
    """A question that waits for a supervisor's word. A feedback with its id as `request_id` answers
    it; `answered_at` and `withdrawn_at` are null while it is open."""

    model_config = example(
        _ASKED
        | {
            "employee_id": _PERSON,
            "employee_name": "Ani Rahma",
            "asked_id": "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7b14",
            "asked_name": "Sri Wahyuni",
            "made_at": "2026-11-24T03:00:00Z",
            "answered_at": None,
            "withdrawn_at": None,
        }
    )

    id: UUID
    employee_id: UUID
    employee_name: str
    asked_id: UUID
    asked_name: str
    report_id: UUID | None = None
    target_id: UUID | None = None
    period: str | None = None
    question: str
    made_at: datetime
    answered_at: datetime | None = None
    withdrawn_at: datetime | None = None


class ResponseTimesView(Wire):
    """How soon a supervisor answered in a period, in hours of their own working time.

    `decided`: reports decided and questions answered. Leave and recorded outages stop the clock,
    and it starts when they became responsible. Null: there was nothing to answer. `waiting` and
    `oldest_waiting_working_hours` are about now, whatever the period.
    """

    model_config = example(
        {
            "employee_id": _PERSON,
            "period": "2026-11",
            "decided": 212,
            "median_working_hours": 1.8,
            "p90_working_hours": 6.4,
            "waiting": 4,
            "oldest_waiting_working_hours": 3.25,
            "requests_open": 1,
        }
    )

    employee_id: UUID
    period: str
    decided: int
    median_working_hours: float | None
    p90_working_hours: float | None
    waiting: int
    oldest_waiting_working_hours: float | None
    requests_open: int


class Wording(Wire):
    """A constructive sentence to begin from. `{indicator}` and `{next_step}` are for the screen to
    fill in; nobody has to use one."""

    model_config = example(
        {
            "kind": "praise",
            "language": "id",
            "text": "Terima kasih. Catatan Anda pada {indicator} lengkap.",
        }
    )

    kind: WordingKind
    language: Literal["id", "en"]
    text: str


class NewAnnouncement(Wire):
    """`POST /v1/announcements`: for a unit and everybody below it. `minutes`: how long a lesson
    takes to read."""

    model_config = example(_PUBLISHED)

    id: UUID
    kind: AnnouncementKind = "announcement"
    unit_id: UUID
    title: Name
    body: Reason
    minutes: Annotated[int, Field(ge=0, le=60)] = 0


class AnnouncementView(Wire):
    """An announcement as one of its readers has it; `read_at` is theirs."""

    model_config = example(_SHOWN)

    id: UUID
    kind: AnnouncementKind
    unit_id: UUID
    unit_name: str
    title: str
    body: str
    minutes: int
    made_at: datetime
    read_at: datetime | None = None
    withdrawn_at: datetime | None = None


class PublishedAnnouncement(AnnouncementView):
    """The answer to whoever published it: how many people it is for, and how many found a notice.

    Where it is for very many, nobody is told singly: it stands in their list of announcements.
    """

    model_config = example(_SHOWN | {"people": 600, "told": 0})

    people: int
    told: int


class UnitReaders(Wire):
    """How many of a unit's own people have read it."""

    unit_id: UUID
    unit_name: str
    people: int
    read: int


class ReaderView(Wire):
    """One of the people whom an announcement is for; `read_at`: null while it is unread."""

    employee_id: UUID
    name: str
    unit_name: str
    read_at: datetime | None = None


class AnnouncementReaders(Wire):
    """`GET /v1/announcements/{id}/readers`: counts by unit, and a page of people by name.

    `next_cursor`: hand it back as `cursor`; the counts are those of all.
    """

    model_config = example(
        {
            "people": 41,
            "read": 30,
            "by_unit": [{"unit_id": _UNIT, "unit_name": "Puskesmas", "people": 41, "read": 30}],
            "readers": [
                {
                    "employee_id": _PERSON,
                    "name": "Ani Rahma",
                    "unit_name": "Puskesmas",
                    "read_at": "2026-11-24T06:00:00Z",
                }
            ],
            "next_cursor": None,
        }
    )

    people: int
    read: int
    by_unit: list[UnitReaders]
    readers: list[ReaderView]
    next_cursor: str | None = None


Invited = Annotated[list[UUID], Field(max_length=MOST_INVITED)]


class NewTraining(Wire):
    """`POST /v1/trainings`: people of the unit and below it are invited, each with a result."""

    model_config = example(_HELD | {"employee_ids": [_PERSON]})

    id: UUID
    unit_id: UUID
    title: Name
    place: OptionalName = ""
    starts_at: Instant
    ends_at: Instant
    employee_ids: Invited = Field(default_factory=list[UUID])


class TrainingView(Wire):
    """A training. `state`: mine, where I am invited."""

    model_config = example(_MINE)

    id: UUID
    unit_id: UUID
    unit_name: str
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    state: AttendanceState | None = None


class AttendeeView(Wire):
    """Somebody who is invited, and whether they came."""

    employee_id: UUID
    name: str
    unit_name: str
    state: AttendanceState
    marked_at: datetime | None = None


class TrainingDetail(TrainingView):
    """`GET /v1/trainings/{id}`: with everybody who is invited, for whoever keeps the list."""

    model_config = example(_MINE | {"attendees": [_LISTED]})

    attendees: list[AttendeeView]


class AttendanceResult(Wire):
    """What became of one person. `duplicate`: it was so already."""

    employee_id: UUID
    outcome: Literal["applied", "duplicate", "rejected"]
    problem: dict[str, Any] | None = None


class TrainingMade(TrainingView):
    """The answer to a new training: results in the order of the people named."""

    model_config = example(_MINE | {"results": [_RESULT]})

    results: list[AttendanceResult]


class AttendanceMark(Wire):
    """That somebody came or did not; `invited` takes a mark back. Who is new is invited by it."""

    employee_id: UUID
    state: AttendanceState


class AttendanceMarks(Wire):
    """`PUT /v1/trainings/{id}/attendance`: each item has its own result."""

    model_config = example({"items": [{"employee_id": _PERSON, "state": "attended"}]})

    items: Annotated[list[AttendanceMark], Field(min_length=1, max_length=MOST_INVITED)]


class AttendanceResults(Wire):
    """Results in the order of the items."""

    model_config = example({"results": [_RESULT]})

    results: list[AttendanceResult]
