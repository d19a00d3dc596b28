"""The list for a newcomer's first week: seven steps, and whether the week is over.

Source: issue 4, "People who struggle". Every step but one is seen by the service itself, so that
the list is right without anybody keeping it; what was done stays done.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from models.rules.worktime import Timetable

WEEK_DAYS: Final = 5  # working days of the first week


class Step(StrEnum):
    """In the order in which a newcomer meets them."""

    ACTIVATED = "activated"
    PHONE_REACHED = "phone_reached"
    FIRST_PRACTICE = "first_practice"
    FIRST_REPORT = "first_report"
    FIRST_FEEDBACK_READ = "first_feedback_read"
    FIRST_LESSON = "first_lesson"
    PROFILE_CHECKED = "profile_checked"


BY_HAND: Final = frozenset({Step.PROFILE_CHECKED})
"""What only the person knows, and so ticks."""


@dataclass(frozen=True, slots=True)
class Facts:
    """When each thing was done for the first time (None: not yet)."""

    activated_at: datetime | None = None
    signed_in_at: datetime | None = None
    practised_at: datetime | None = None
    reported_at: datetime | None = None
    feedback_read_at: datetime | None = None
    lesson_read_at: datetime | None = None
    profile_checked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StepState:
    """A step and when it was done (None: not yet)."""

    step: Step
    done_at: datetime | None


def checklist(facts: Facts) -> tuple[StepState, ...]:
    """All seven steps, each once, in their order."""
    done = {
        Step.ACTIVATED: facts.activated_at,
        Step.PHONE_REACHED: facts.signed_in_at,
        Step.FIRST_PRACTICE: facts.practised_at,
        Step.FIRST_REPORT: facts.reported_at,
        Step.FIRST_FEEDBACK_READ: facts.feedback_read_at,
        Step.FIRST_LESSON: facts.lesson_read_at,
        Step.PROFILE_CHECKED: facts.profile_checked_at,
    }
    return tuple(StepState(step, done[step]) for step in Step)


def week_over(activated_at: datetime | None, now: datetime, timetable: Timetable) -> bool:
    """Whether five working days have passed since the activation; leave prolongs the week.

    `timetable`: the person's, from the activation on. Not activated: the week has not begun.
    """
    if activated_at is None:
        return False
    ends_at = timetable.working_days_after(activated_at, WEEK_DAYS)
    return ends_at is not None and now >= ends_at
