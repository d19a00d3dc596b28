"""What is said when a target takes a turn: the events of the feed and the notices. Pure.

The feed's events are for everybody who sees the employee; notices are for those whom `ladder`
names. A notice's content is read after signing in, so it may name the employee and the indicator.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from models.queries.slips import NewEvent, NewNotice, SeenTarget, Told
from models.rules.manners import DEFAULT_POLICY, NoticePolicy
from models.rules.pace import Pace, State
from models.tables.columns import new_id
from notifications import ladder
from notifications.ladder import (
    SLIP_KINDS,
    Notice,
    Noticed,
    NoticeKind,
    Way,
    notices_of,
    takes_back,
    tells_of_slip,
)
from notifications.pace_refresh import missing, wanting
from notifications.turns import Before, Turn, slip_number, turns

OVER_BY: dict[State, frozenset[NoticeKind]] = {
    State.ON_TRACK: SLIP_KINDS | {NoticeKind.AT_RISK},
    State.AT_RISK: SLIP_KINDS,
    State.ACHIEVED: SLIP_KINDS | {NoticeKind.AT_RISK},
    State.SLIPPED: frozenset(),
    State.LAPSED: frozenset({NoticeKind.AT_RISK}),
}
"""Which notices no longer hold once a target has come into a state."""


@dataclass(frozen=True, slots=True)
class Words:
    """What one target has to say: its new slip number, events and notices.

    `over`: kinds of earlier notices that hold no longer.
    """

    slip_number: int
    events: tuple[NewEvent, ...] = ()
    notices: tuple[NewNotice, ...] = ()
    over: tuple[str, ...] = ()


def before(target: SeenTarget, told: Sequence[Told]) -> Before:
    """Where the target's story stands. A lapsed target's last slip may still be open."""
    closed = target.closed_at is not None
    open_slip = target.slip_number > 0 and (
        target.state == State.SLIPPED
        or (
            target.state == State.LAPSED
            and not any(takes_back(each.key, *_slip_of(target)) for each in told)
        )
    )
    return Before(
        State(target.state),
        target.slip_number,
        open_slip,
        is_history=target.is_new and (closed or is_old(target)),
        is_closed=closed,
    )


def is_old(target: SeenTarget) -> bool:
    """Whether the target's period is over: what happens to it now is no news of today."""
    return target.now >= target.period_end


def taken_turns(target: SeenTarget, answer: Pace, told: Sequence[Told]) -> tuple[Turn, ...]:
    """What people hear of this target now. One whose employee left is silent."""
    if not target.active:
        return ()
    return turns(before(target, told), answer.state)


def words(
    target: SeenTarget,
    answer: Pace,
    told: Sequence[Told],
    supervisor_id: UUID | None,
    policy: NoticePolicy = DEFAULT_POLICY,
) -> Words:
    """Events and notices of the turns that the target takes with this pace.

    `told`: the notices that anybody has of this target; `supervisor_id` decides for its employee;
    `policy` is that of the employee's unit.
    """
    taken = taken_turns(target, answer, told)
    number = slip_number(before(target, told), taken)
    events: list[NewEvent] = []
    notices: list[NewNotice] = []
    for turn in taken:
        match turn:
            case Turn.SLIP:
                events.append(_event(target, "slip", _slip_content(target, answer, number)))
                cause = ladder.Slipped(
                    target.target_id, number, target.employee_id, supervisor_id, target.now
                )
            case Turn.RECOVERY | Turn.WITHDRAWAL:
                if turn is Turn.RECOVERY:
                    events.append(_event(target, "recovery", _recovery_content(target, answer)))
                cause = _taken_back(target, told, turn)
            case Turn.RISK:
                cause = ladder.AtRisk(target.target_id, number + 1, target.employee_id, target.now)
            case Turn.ACHIEVEMENT:
                cause = ladder.Achieved(target.target_id, target.employee_id, target.now)
        notices += (notice_of(target, answer, each) for each in notices_of(cause, policy))
    return Words(number, tuple(events), tuple(notices), _over(target, answer))


def noticed_of_slip(target: SeenTarget, told: Sequence[Told]) -> tuple[Noticed, ...]:
    """Who has a notice of the target's last slip, each with the first one."""
    heard = {
        each.recipient_id: Noticed(each.recipient_id, NoticeKind(each.kind))
        for each in reversed(told)
        if tells_of_slip(each.key, *_slip_of(target))
    }
    return tuple(reversed(heard.values()))


def notice_of(target: SeenTarget, answer: Pace, notice: Notice) -> NewNotice:
    """A notice of the ladder with what its reader should know; a summary names no target."""
    notice_id = new_id()
    content: dict[str, object] = {
        "notice_id": str(notice_id),
        "notice_kind": notice.kind.value,
    }
    if notice.target_id is not None:
        wanted = wanting(target, answer)
        content |= _labels(target) | {
            "employee_id": str(target.employee_id),
            "slips_at": _text(answer.slips_at) if answer.slips_at else None,
            "needed": wanted.amount,
            "needed_by": _text(wanted.by) if wanted.by else None,
            "wanting": wanted.why,
            "zone": target.zone,
            "done": target.done,
        }
    if notice.slip_number is not None:
        content["slip_number"] = notice.slip_number
    return NewNotice(
        notice_id=notice_id,
        key=notice.key,
        recipient_id=notice.recipient_id,
        kind=notice.kind.value,
        content=_json(content),
        pushed=Way.PUSH in notice.ways,
        not_before=notice.not_before,
    )


def _taken_back(target: SeenTarget, told: Sequence[Told], turn: Turn) -> ladder.Recovered:
    """The slip's end, and whether anything was done for it since it was told."""
    then = [
        each.done
        for each in told
        if each.done is not None and tells_of_slip(each.key, *_slip_of(target))
    ]
    undone = bool(then) and target.done <= min(then) and target.direction == "higher"
    return ladder.Recovered(
        target.target_id,
        target.slip_number,
        noticed_of_slip(target, told),
        target.now,
        target.now.astimezone(ZoneInfo(target.zone)).date(),
        withdrawn=turn is Turn.WITHDRAWAL or undone,
        is_old=is_old(target),
    )


def _over(target: SeenTarget, answer: Pace) -> tuple[str, ...]:
    """Kinds of notices that hold no longer; none while the state stays."""
    if answer.state == target.state:
        return ()
    over = OVER_BY[answer.state]
    if target.closed_at is not None:
        over |= SLIP_KINDS | {NoticeKind.AT_RISK}
    return tuple(sorted(kind.value for kind in over))


def _slip_of(target: SeenTarget) -> tuple[UUID, int]:
    return target.target_id, target.slip_number


def _event(target: SeenTarget, kind: str, content: dict[str, object]) -> NewEvent:
    return NewEvent(kind, _json(_labels(target) | content))


def _labels(target: SeenTarget) -> dict[str, object]:
    return {
        "target_id": str(target.target_id),
        "employee_name": target.employee_name,
        "indicator": target.indicator,
        "unit_of_measure": target.unit_of_measure,
    }


def _slip_content(target: SeenTarget, answer: Pace, number: int) -> dict[str, object]:
    return {
        "slip_number": number,
        "slipped_at": _text(answer.slips_at or target.now),
        "expected": answer.expected,
        "needed": missing(target, answer),
    }


def _recovery_content(target: SeenTarget, answer: Pace) -> dict[str, object]:
    return {
        "slip_number": target.slip_number,
        "recovered_at": _text(target.now),
        "expected": answer.expected,
        "needed": missing(target, answer),
    }


def _text(at: datetime) -> str:
    return at.isoformat()


def _json(content: dict[str, object]) -> str:
    return msgspec.json.encode(content).decode()
