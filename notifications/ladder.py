"""Who is noticed of what happens to a target, when, and by what. Pure: it decides, others write.

Invariant: a notice's key names its cause and its recipient, so whoever asks again (a second engine,
a retry after a crash) names the same notices and the database keeps one of each.

The defaults: a slip → the employee and the deciding supervisor at once; a risk → the employee;
a recovery → those who were noticed of the slip; an achievement → a quiet word in the inbox.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, assert_never
from uuid import UUID


class NoticeKind(StrEnum):
    """What a notice says to its reader; texts and preferences go by it."""

    SLIP = "slip"
    STAFF_SLIP = "staff_slip"
    AT_RISK = "at_risk"
    RECOVERY = "recovery"
    STAFF_RECOVERY = "staff_recovery"
    ACHIEVED = "achieved"


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
    """The target is back on its pace after its `slip_number`-th slip."""

    target_id: UUID
    slip_number: int
    noticed: tuple[Noticed, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Achieved:
    """The target's goal is reached."""

    target_id: UUID
    employee_id: UUID
    at: datetime


PaceEvent: TypeAlias = Slipped | AtRisk | Recovered | Achieved


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice to be written in the transaction of its cause; `key` is unique for ever."""

    key: str
    recipient_id: UUID
    kind: NoticeKind
    target_id: UUID
    ways: frozenset[Way]
    not_before: datetime


def notices_of(event: PaceEvent) -> tuple[Notice, ...]:
    """The notices that the event causes, each recipient once.

    A risk is told once for each slip it may become: a target that hovers at the edge is one
    notice, not one each hour.
    """
    match event:
        case Slipped(target_id, number, employee_id, supervisor_id, at):
            told = [Noticed(employee_id, NoticeKind.SLIP)]
            if supervisor_id is not None and supervisor_id != employee_id:
                told.append(Noticed(supervisor_id, NoticeKind.STAFF_SLIP))
            cause = f"slip:{target_id}:{number}"
            return tuple(_notice(cause, each, target_id, INBOX_AND_PUSH, at) for each in told)
        case AtRisk(target_id, number, employee_id, at):
            told = Noticed(employee_id, NoticeKind.AT_RISK)
            return (_notice(f"at_risk:{target_id}:{number}", told, target_id, INBOX_AND_PUSH, at),)
        case Recovered(target_id, number, noticed, at):
            cause = f"recovery:{target_id}:{number}"
            back = {each.person_id: Noticed(each.person_id, _relief(each.kind)) for each in noticed}
            return tuple(
                _notice(cause, each, target_id, INBOX_AND_PUSH, at) for each in back.values()
            )
        case Achieved(target_id, employee_id, at):
            told = Noticed(employee_id, NoticeKind.ACHIEVED)
            return (_notice(f"achieved:{target_id}", told, target_id, INBOX_ONLY, at),)
        case _:
            assert_never(event)


def opens(kind: NoticeKind, target_id: UUID) -> dict[str, str]:
    """The data of a push: the screen that a tap on it opens. Ids only, nothing to read."""
    match kind:
        case NoticeKind.SLIP | NoticeKind.AT_RISK | NoticeKind.RECOVERY | NoticeKind.ACHIEVED:
            screen = "target"
        case NoticeKind.STAFF_SLIP | NoticeKind.STAFF_RECOVERY:
            screen = "staff_target"
        case _:
            assert_never(kind)
    return {"kind": kind.value, "screen": screen, "target_id": str(target_id)}


def _relief(kind: NoticeKind) -> NoticeKind:
    return NoticeKind.STAFF_RECOVERY if kind is NoticeKind.STAFF_SLIP else NoticeKind.RECOVERY


def _notice(
    cause: str, told: Noticed, target_id: UUID, ways: frozenset[Way], at: datetime
) -> Notice:
    return Notice(f"{cause}:{told.person_id}", told.person_id, told.kind, target_id, ways, at)
