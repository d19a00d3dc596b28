"""Who is noticed of what happens, when at the earliest, and by what. Pure: others write and send.

Invariant: a notice's key names its cause and its recipient, so whoever asks again (a second engine,
a retry after a crash) names the same notices and the database keeps one of each.

The rungs, each of which a unit may take out: a risk → the employee; a slip → the employee at once,
the deciding supervisor with the next quarter hour; still slipped and nobody took note → the
supervisor again, then the one above; an achievement → a quiet word in the inbox; nothing reported
shortly before the day closes → the employee. What was said and holds no longer is taken back from
those who heard it. `not_before` knows no working time: manners are judged when a push is sent.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypeAlias, assert_never
from uuid import UUID

from models.rules.manners import DEFAULT_POLICY, NoticePolicy, Rung, next_digest


class NoticeKind(StrEnum):
    """What a notice says to its reader; texts and preferences go by it."""

    SLIP = "slip"
    STAFF_SLIP = "staff_slip"
    STAFF_UNANSWERED = "staff_unanswered"
    STAFF_UNANSWERED_ABOVE = "staff_unanswered_above"
    AT_RISK = "at_risk"
    RECOVERY = "recovery"
    STAFF_RECOVERY = "staff_recovery"
    WITHDRAWN = "withdrawn"
    STAFF_WITHDRAWN = "staff_withdrawn"
    ACHIEVED = "achieved"
    LATE_REPORTS = "late_reports"
    NUDGE = "nudge"
    TEST = "test"
    """Somebody asked for it to see whether pushes arrive; the ladder never names it."""
    # The performance cycle: told by `models.queries.telling`, never by the ladder.
    APPRAISAL_OPENED = "appraisal_opened"
    STAFF_APPRAISAL_DUE = "staff_appraisal_due"
    APPRAISAL_DECIDED = "appraisal_decided"
    OBJECTION_MADE = "objection_made"
    OBJECTION_DECIDED = "objection_decided"
    APPRAISAL_REOPENED = "appraisal_reopened"
    FEEDBACK_ASKED = "feedback_asked"
    FEEDBACK_ANSWERED = "feedback_answered"
    TARGET_PROPOSED = "target_proposed"
    PROPOSAL_DECIDED = "proposal_decided"
    AGREEMENT_PROPOSED = "agreement_proposed"
    AGREEMENT_AGREED = "agreement_agreed"
    AGREEMENT_RETURNED = "agreement_returned"
    AGREEMENT_CHANGED = "agreement_changed"
    LOW_VERDICT = "low_verdict"
    EXPORT_READY = "export_ready"
    EXPORT_FAILED = "export_failed"
    ANNOUNCEMENT = "announcement"
    HELP_OFFERED = "help_offered"
    HELP_ANSWERED = "help_answered"
    TRAINING_INVITED = "training_invited"


SLIP_KINDS: Final = frozenset(
    {
        NoticeKind.SLIP,
        NoticeKind.STAFF_SLIP,
        NoticeKind.STAFF_UNANSWERED,
        NoticeKind.STAFF_UNANSWERED_ABOVE,
    }
)
"""What says that a target has slipped."""
RELIEF_KINDS: Final = frozenset(
    {
        NoticeKind.RECOVERY,
        NoticeKind.STAFF_RECOVERY,
        NoticeKind.WITHDRAWN,
        NoticeKind.STAFF_WITHDRAWN,
    }
)
"""What takes that back."""
_SCREENS: Final = {
    NoticeKind.APPRAISAL_OPENED: "appraisal",
    NoticeKind.STAFF_APPRAISAL_DUE: "appraisal",
    NoticeKind.APPRAISAL_DECIDED: "appraisal",
    NoticeKind.OBJECTION_MADE: "appraisal",
    NoticeKind.OBJECTION_DECIDED: "appraisal",
    NoticeKind.APPRAISAL_REOPENED: "appraisal",
    NoticeKind.FEEDBACK_ASKED: "feedback",
    NoticeKind.FEEDBACK_ANSWERED: "feedback",
    NoticeKind.TARGET_PROPOSED: "proposals",
    NoticeKind.PROPOSAL_DECIDED: "proposals",
    NoticeKind.AGREEMENT_PROPOSED: "agreement",
    NoticeKind.AGREEMENT_AGREED: "agreement",
    NoticeKind.AGREEMENT_RETURNED: "agreement",
    NoticeKind.AGREEMENT_CHANGED: "agreement",
    NoticeKind.LOW_VERDICT: "verdicts",
    NoticeKind.EXPORT_READY: "exports",
    NoticeKind.EXPORT_FAILED: "exports",
    NoticeKind.ANNOUNCEMENT: "announcements",
    NoticeKind.HELP_OFFERED: "help",
    NoticeKind.HELP_ANSWERED: "help",
    NoticeKind.TRAINING_INVITED: "trainings",
    NoticeKind.LATE_REPORTS: "inbox",
    NoticeKind.TEST: "inbox",
    NoticeKind.NUDGE: "report",
    NoticeKind.SLIP: "target",
    NoticeKind.AT_RISK: "target",
    NoticeKind.RECOVERY: "target",
    NoticeKind.WITHDRAWN: "target",
    NoticeKind.ACHIEVED: "target",
    NoticeKind.STAFF_SLIP: "staff_target",
    NoticeKind.STAFF_UNANSWERED: "staff_target",
    NoticeKind.STAFF_UNANSWERED_ABOVE: "staff_target",
    NoticeKind.STAFF_RECOVERY: "staff_target",
    NoticeKind.STAFF_WITHDRAWN: "staff_target",
}
"""The screen that a tap opens; a test sees to it that every kind has one."""


class Way(StrEnum):
    """How a notice reaches its reader. Every notice stands in the inbox."""

    INBOX = "inbox"
    PUSH = "push"


INBOX_ONLY = frozenset({Way.INBOX})
INBOX_AND_PUSH = frozenset({Way.INBOX, Way.PUSH})


@dataclass(frozen=True, slots=True)
class Slipped:
    """The target fell behind, for the `slip_number`-th time (from 1).

    `supervisor_id` decides for the employee today (acting before definitive); None: nobody does.
    """

    target_id: UUID
    slip_number: int
    employee_id: UUID
    supervisor_id: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Nobody has taken note of the slip: `asked_id` is asked, the supervisor or the one above."""

    target_id: UUID
    slip_number: int
    asked_id: UUID
    is_above: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class AtRisk:
    """The target will slip for the `slip_number`-th time within one working day."""

    target_id: UUID
    slip_number: int
    employee_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Noticed:
    """A person who has a notice of a slip, and which one."""

    person_id: UUID
    kind: NoticeKind


@dataclass(frozen=True, slots=True)
class Recovered:
    """The `slip_number`-th slip of the target is no more.

    `withdrawn`: nothing was done for it; goal, calendar or target became another. `is_old`: the
    period is over, so only late reports can have done it, and these come by the dozen when a
    phone was offline: one summary on the local `day` tells of all of them.
    """

    target_id: UUID
    slip_number: int
    noticed: tuple[Noticed, ...]
    at: datetime
    day: date
    withdrawn: bool = False
    is_old: bool = False


@dataclass(frozen=True, slots=True)
class Achieved:
    """The target's goal is reached."""

    target_id: UUID
    employee_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class NothingReported:
    """Shortly before the working day `day` closes, the employee has reported nothing."""

    employee_id: UUID
    day: date
    at: datetime


Cause: TypeAlias = Slipped | Unanswered | AtRisk | Recovered | Achieved | NothingReported


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice to be written in the transaction of its cause; `key` is unique for ever.

    `slip_number`: the slip that it speaks of.
    """

    key: str
    recipient_id: UUID
    kind: NoticeKind
    target_id: UUID | None
    ways: frozenset[Way]
    not_before: datetime
    slip_number: int | None = None


def notices_of(cause: Cause, policy: NoticePolicy = DEFAULT_POLICY) -> tuple[Notice, ...]:
    """The notices that the cause has, each key once; `policy` is that of the employee's unit.

    A risk is told once for each slip it may become: a target that hovers at the edge is one
    notice, not one each hour.
    """
    match cause:
        case Slipped():
            return _slipped(cause, policy)
        case Unanswered(target_id, number, asked_id, is_above, at):
            rung = Rung.UNANSWERED_ABOVE if is_above else Rung.UNANSWERED
            kind = NoticeKind.STAFF_UNANSWERED_ABOVE if is_above else NoticeKind.STAFF_UNANSWERED
            when = next_digest(policy, at) if is_above else at
            told = Noticed(asked_id, kind)
            key = f"{rung.value}:{target_id}:{number}"
            return (_notice(key, told, target_id, when, number),) if policy.has(rung) else ()
        case AtRisk(target_id, number, employee_id, at):
            told = Noticed(employee_id, NoticeKind.AT_RISK)
            key = f"at_risk:{target_id}:{number}"
            return (_notice(key, told, target_id, at, number),) if policy.has(Rung.AT_RISK) else ()
        case Recovered():
            return _recovered(cause, policy)
        case Achieved(target_id, employee_id, at):
            told = Noticed(employee_id, NoticeKind.ACHIEVED)
            praise = _notice(f"achieved:{target_id}", told, target_id, at, None, INBOX_ONLY)
            return (praise,) if policy.has(Rung.ACHIEVED) else ()
        case NothingReported(employee_id, day, at):
            told = Noticed(employee_id, NoticeKind.NUDGE)
            nudge = _notice(f"nudge:{day.isoformat()}", told, None, at, None)
            return (nudge,) if policy.has(Rung.NUDGE) else ()
        case _:
            assert_never(cause)


def tells_of_slip(key: str, target_id: UUID, slip_number: int) -> bool:
    """Whether a notice with this key says that the target slipped for the `slip_number`-th time."""
    return any(
        key.startswith(f"{rung}:{target_id}:{slip_number}:")
        for rung in (Rung.SLIP.value, Rung.UNANSWERED.value, Rung.UNANSWERED_ABOVE.value)
    )


def takes_back(key: str, target_id: UUID, slip_number: int) -> bool:
    """Whether a notice with this key takes that slip back."""
    return key.startswith(f"recovery:{target_id}:{slip_number}:")


def opens(kind: NoticeKind, target_id: UUID | None) -> dict[str, str]:
    """The data of a push: the screen that a tap on it opens. Ids only, nothing to read."""
    data = {"kind": kind.value, "screen": _SCREENS[kind]}
    return data if target_id is None else data | {"target_id": str(target_id)}


def _slipped(cause: Slipped, policy: NoticePolicy) -> tuple[Notice, ...]:
    key, number = f"slip:{cause.target_id}:{cause.slip_number}", cause.slip_number
    told: list[Notice] = []
    if policy.has(Rung.SLIP):
        own = Noticed(cause.employee_id, NoticeKind.SLIP)
        told.append(_notice(key, own, cause.target_id, cause.at, number))
    head = cause.supervisor_id
    if head is not None and head != cause.employee_id and policy.has(Rung.STAFF_SLIP):
        staff = Noticed(head, NoticeKind.STAFF_SLIP)
        when = next_digest(policy, cause.at)
        told.append(_notice(key, staff, cause.target_id, when, number))
    return tuple(told)


def _recovered(cause: Recovered, policy: NoticePolicy) -> tuple[Notice, ...]:
    """No rung: who heard that something is wrong hears that it no longer is."""
    key = f"recovery:{cause.target_id}:{cause.slip_number}"
    when = next_digest(policy, cause.at)
    ways = INBOX_ONLY if cause.is_old else INBOX_AND_PUSH
    back = {
        each.person_id: Noticed(each.person_id, _relief(each.kind, cause.withdrawn))
        for each in cause.noticed
    }
    notices = [
        _notice(key, each, cause.target_id, when, cause.slip_number, ways) for each in back.values()
    ]
    if cause.is_old:
        notices += (
            _notice(
                f"late_reports:{cause.day.isoformat()}",
                Noticed(person_id, NoticeKind.LATE_REPORTS),
                None,
                when,
                None,
            )
            for person_id in back
        )
    return tuple(notices)


def _relief(kind: NoticeKind, withdrawn: bool) -> NoticeKind:
    if kind is NoticeKind.SLIP:
        return NoticeKind.WITHDRAWN if withdrawn else NoticeKind.RECOVERY
    return NoticeKind.STAFF_WITHDRAWN if withdrawn else NoticeKind.STAFF_RECOVERY


def _notice(
    cause: str,
    told: Noticed,
    target_id: UUID | None,
    not_before: datetime,
    slip_number: int | None,
    ways: frozenset[Way] = INBOX_AND_PUSH,
) -> Notice:
    return Notice(
        f"{cause}:{told.person_id}",
        told.person_id,
        told.kind,
        target_id,
        ways,
        not_before,
        slip_number,
    )
