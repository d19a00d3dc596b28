"""What an event says, by its kind: the shapes of `Event.content` and of a card's content.

A screen decodes a content by the kind that stands beside it. Invariant: a kind that is not here,
or a field that is not here, is from a newer service and is ignored. Texts were written by people
and may hold anything but NUL.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from mobile_contract.live import Card, Event
from mobile_contract.reports import Location


class ReportContent(msgspec.Struct, frozen=True, omit_defaults=True):
    """Kind "report": what was done. On a card, later versions and answers are folded in.

    `captured_at`: by the phone's clock; `corrected_at`: the same instant in the service's time.
    `actor_name`, `reason` and `feedback_id` are of the last answer, where there was one.
    """

    report_id: UUID
    employee_name: str
    target_id: UUID
    indicator: str
    unit_of_measure: str
    quantity: float
    note: str
    activity_at: datetime
    captured_at: datetime
    corrected_at: datetime
    version: int
    status: str
    location: Location | None = None
    actor_id: UUID | None = None
    actor_name: str | None = None
    reason: str | None = None
    feedback_id: UUID | None = None


class RevisionContent(msgspec.Struct, frozen=True):
    """Kind "revision": the report said anew by its reporter."""

    report_id: UUID
    quantity: float
    note: str
    activity_at: datetime
    version: int
    status: str


class WithdrawalContent(msgspec.Struct, frozen=True):
    """Kind "withdrawal": the report taken back by its reporter."""

    report_id: UUID
    reason: str
    version: int
    status: str


class DecisionContent(msgspec.Struct, frozen=True, omit_defaults=True):
    """Kinds "approval" and "return". A return has a reason, which is a feedback as well."""

    report_id: UUID
    actor_id: UUID
    actor_name: str
    version: int
    status: str
    reason: str | None = None
    feedback_id: UUID | None = None


class FeedbackContent(msgspec.Struct, frozen=True, omit_defaults=True):
    """Kind "feedback": a word on a report or a target, or that the employee has read one.

    A reading has `feedback_id` and `acknowledged_at` alone, beside the report it belongs to.
    """

    feedback_id: UUID
    report_id: UUID | None = None
    target_id: UUID | None = None
    feedback_kind: str | None = None
    text: str | None = None
    next_step: str | None = None
    actor_id: UUID | None = None
    actor_name: str | None = None
    acknowledged_at: datetime | None = None


class SlipContent(msgspec.Struct, frozen=True, omit_defaults=True):
    """Kinds "slip" and "recovery". `expected`: what pace asks for; `needed`: what is missing."""

    target_id: UUID
    employee_name: str
    indicator: str
    unit_of_measure: str
    slip_number: int
    slipped_at: datetime | None = None
    recovered_at: datetime | None = None
    expected: float | None = None
    needed: float | None = None


class NoticeContent(msgspec.Struct, frozen=True, omit_defaults=True):
    """Kind "notice": a word to this person; the whole of it stands in the inbox.

    `needed` until `needed_by` (without it: now) is what is wanting, in the unit of measure, where
    `wanting` is "more"; "limit" and "measured" are what no amount mends. `closes_at`: when the
    working day of a nudge ends. `about_id` is what the notice is about (an appraisal, a request, a
    document …) and `subject` its title, period or unit in a few words.
    """

    notice_id: UUID
    notice_kind: str
    target_id: UUID | None = None
    employee_id: UUID | None = None
    employee_name: str | None = None
    indicator: str | None = None
    unit_of_measure: str | None = None
    slips_at: datetime | None = None
    needed: float | None = None
    needed_by: datetime | None = None
    wanting: str = ""
    slip_number: int | None = None
    closes_at: datetime | None = None
    about_id: UUID | None = None
    subject: str = ""


class TargetContent(msgspec.Struct, frozen=True, omit_defaults=True):
    """Kind "target_changed". `change`: made, changed, assigned (to a result), rolled_over, closed,
    moved; more may come."""

    target_id: UUID
    employee_name: str
    indicator: str
    unit_of_measure: str
    goal: float
    period_start: datetime
    period_end: datetime
    change: str
    reason: str = ""


Content = (
    ReportContent
    | RevisionContent
    | WithdrawalContent
    | DecisionContent
    | FeedbackContent
    | SlipContent
    | NoticeContent
    | TargetContent
)

CONTENTS: Mapping[str, type[Content]] = {
    "report": ReportContent,
    "revision": RevisionContent,
    "withdrawal": WithdrawalContent,
    "approval": DecisionContent,
    "return": DecisionContent,
    "feedback": FeedbackContent,
    "slip": SlipContent,
    "recovery": SlipContent,
    "notice": NoticeContent,
    "target_changed": TargetContent,
}


def content_of(said: Event | Card) -> Content | None:
    """The content by its kind; None for a kind of a newer service.

    Raises msgspec.ValidationError when the content is not what its kind promises.
    """
    shape = CONTENTS.get(said.kind)
    return None if shape is None else msgspec.json.decode(said.content, type=shape)
