"""Help for people who struggle, on the wire: the first week, practice, mentors, signals, offers.

An offer of help is never a sanction: answers hold no ranking, and lists go by name.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from mobile_contract.reports import MAX_QUANTITY
from mobile_contract.words import Instant, Prose, Reason, Wire, example

Step = Literal[
    "activated",
    "phone_reached",
    "first_practice",
    "first_report",
    "first_feedback_read",
    "first_lesson",
    "profile_checked",
]
Signal = Literal["never_signed_in", "always_late", "many_returns", "outbox_stuck"]
OfferState = Literal["open", "accepted", "declined", "done"]

_ID = "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7b20"
_PERSON = "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7b21"
_MENTOR = "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7b22"
_TARGET = "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7b23"
_UNIT = "0193a1de-6a3b-7c11-9f0a-3d5b0e6f7b24"
_AT = "2026-11-24T02:15:00Z"


class StepView(Wire):
    """A step of the first week and when it was done (null: not yet)."""

    step: Step
    done_at: datetime | None = None


class ChecklistView(Wire):
    """`GET /v1/me/checklist`. `week_over`: five working days have passed since the activation."""

    model_config = example(
        {"steps": [{"step": "activated", "done_at": _AT}, {"step": "phone_reached"}],
         "week_over": False}
    )  # fmt: skip

    steps: list[StepView]
    week_over: bool


class NewPractice(Wire):
    """`POST /v1/me/practice-reports`: a report that counts nowhere, made to learn how."""

    model_config = example(
        {"id": _ID, "target_id": _TARGET, "quantity": 3, "note": "Latihan", "activity_at": _AT}
    )

    id: UUID
    target_id: UUID | None = None
    quantity: Annotated[float, Field(ge=0, le=MAX_QUANTITY)]
    note: Prose = ""
    activity_at: Instant


class PracticeView(Wire):
    """A practice report. `receipt` is no receipt: it says LATIHAN, and nothing was counted."""

    model_config = example(
        {"id": _ID, "target_id": _TARGET, "indicator": "Kunjungan rumah",
         "unit_of_measure": "kunjungan", "quantity": 3, "note": "Latihan", "activity_at": _AT,
         "made_at": _AT, "practice": True, "receipt": "LATIHAN"}
    )  # fmt: skip

    id: UUID
    target_id: UUID | None = None
    indicator: str = ""
    unit_of_measure: str = ""
    quantity: float
    note: str
    activity_at: datetime
    made_at: datetime
    practice: Literal[True] = True
    receipt: Literal["LATIHAN"] = "LATIHAN"


class NewMentorship(Wire):
    """`POST /v1/mentorships`: who may capture reports for whom; no end: until further notice."""

    model_config = example(
        {"id": _ID, "employee_id": _PERSON, "mentor_id": _MENTOR, "valid_from": _AT,
         "valid_to": "2027-02-01T00:00:00Z"}
    )  # fmt: skip

    id: UUID | None = None
    employee_id: UUID
    mentor_id: UUID
    valid_from: Instant
    valid_to: Instant | None = None


class MentorshipEnd(Wire):
    """`PATCH /v1/mentorships/{id}`: another end; null: until further notice."""

    model_config = example({"valid_to": "2026-12-31T17:00:00Z"})

    valid_to: Instant | None


class MentorshipView(Wire):
    """A mentor of somebody, from when to when."""

    model_config = example(
        {"id": _ID, "employee_id": _PERSON, "employee_name": "Sari", "mentor_id": _MENTOR,
         "mentor_name": "Budi", "valid_from": _AT, "valid_to": None}
    )  # fmt: skip

    id: UUID
    employee_id: UUID
    employee_name: str
    mentor_id: UUID
    mentor_name: str
    valid_from: datetime
    valid_to: datetime | None = None


class MenteeView(Wire):
    """Somebody whom I mentor. Two with one name differ by unit or by the end of their NIP."""

    model_config = example(
        {"employee_id": _PERSON, "name": "Sari", "nip_end": "2014", "unit_name": "Puskesmas"}
    )

    employee_id: UUID
    name: str
    nip_end: str
    unit_name: str


class MenteeTarget(Wire):
    """What a mentor may report on: nothing of the goal, and nothing of how it stands."""

    model_config = example(
        {"id": _TARGET, "indicator": "Kunjungan rumah", "unit_of_measure": "kunjungan",
         "aspect": "quantity"}
    )  # fmt: skip

    id: UUID
    indicator: str
    unit_of_measure: str
    aspect: str


class ReportFor(Wire):
    """`POST /v1/mentees/{person_id}/reports`: a report that I capture for somebody.

    Times mean what they mean in a report of one's own. It carries no location: the phone is mine.
    `sent_at`: this phone's clock as it sends, by which its times are corrected.
    """

    model_config = example(
        {"id": _ID, "target_id": _TARGET, "quantity": 2, "note": "Kunjungan pagi",
         "activity_at": _AT, "captured_at": _AT, "sent_at": _AT}
    )  # fmt: skip

    id: UUID
    target_id: UUID
    quantity: float
    activity_at: Instant
    note: Prose = ""
    captured_at: Instant | None = None
    sent_at: Instant | None = None


class SignalFacts(Wire):
    """What the signals rest on. `late` leaves out what an outage excused."""

    reports: int
    late: int
    decided: int
    returned: int
    stuck: int
    silent_working_days: int | None = None
    days_in_service: int


class StrugglingView(Wire):
    """Somebody who may need help. `offer`: words to begin from, in the reader's language.

    `helped`: an offer stands already that is not done.
    """

    employee_id: UUID
    name: str
    nip: str
    unit_id: UUID
    unit_name: str
    signals: list[Signal]
    facts: SignalFacts
    offer: str
    helped: bool


class SignalsView(Wire):
    """`GET /v1/units/{id}/signals`, by name. `purpose` says what this list is for, and what not."""

    model_config = example(
        {"unit_id": _UNIT, "purpose": "Daftar ini untuk menawarkan bantuan, bukan sanksi.",
         "people": [{"employee_id": _PERSON, "name": "Sari", "nip": "199003252020122014",
                     "unit_id": _UNIT, "unit_name": "Puskesmas", "signals": ["outbox_stuck"],
                     "facts": {"reports": 12, "late": 1, "decided": 9, "returned": 1, "stuck": 3,
                               "silent_working_days": 0, "days_in_service": 410},
                     "offer": "Laporan Anda tampaknya tertahan di ponsel. Boleh kami bantu?",
                     "helped": False}]}
    )  # fmt: skip

    unit_id: UUID
    purpose: str
    people: list[StrugglingView]


class NewOffer(Wire):
    """`POST /v1/people/{id}/help-offers`. `signals`: what led to it, if any did."""

    model_config = example(
        {"id": _ID, "signals": ["outbox_stuck"], "text": "Boleh kami bantu memeriksa ponsel Anda?"}
    )

    id: UUID
    signals: Annotated[list[Signal], Field(max_length=4)] = Field(default_factory=list[Signal])
    text: Reason


class OfferAnswer(Wire):
    """`POST /v1/help-offers/{id}/answer`: my own free choice."""

    model_config = example({"state": "accepted"})

    state: Literal["accepted", "declined"]


class OfferView(Wire):
    """An offer of help and what became of it."""

    model_config = example(
        {"id": _ID, "employee_id": _PERSON, "employee_name": "Sari", "signals": ["outbox_stuck"],
         "text": "Boleh kami bantu memeriksa ponsel Anda?", "offered_by": _MENTOR,
         "offered_by_name": "Budi", "made_at": _AT, "state": "open", "closed_at": None}
    )  # fmt: skip

    id: UUID
    employee_id: UUID
    employee_name: str
    signals: list[Signal]
    text: str
    offered_by: UUID
    offered_by_name: str
    made_at: datetime
    state: OfferState
    closed_at: datetime | None = None
