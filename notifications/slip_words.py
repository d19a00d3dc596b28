"""What is said when a target takes a turn: the events of the feed and the notices. Pure.

The feed's events are for everybody who sees the employee; notices are for those whom `ladder`
names. A notice's content is read after signing in, so it may name the employee and the indicator.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models.queries.slips import NewEvent, NewNotice, SeenTarget, Told
from models.rules.pace import Pace, State
from models.tables.columns import new_id
from notifications import ladder
from notifications.ladder import Notice, Noticed, NoticeKind, Way, notices_of
from notifications.pace_refresh import missing
from notifications.turns import Before, Turn, slip_number, turns


@dataclass(frozen=True, slots=True)
class Words:
    """What one target has to say: its new slip number, events and notices."""

    slip_number: int
    events: tuple[NewEvent, ...] = ()
    notices: tuple[NewNotice, ...] = ()


def before(target: SeenTarget, told: Sequence[Told]) -> Before:
    """Where the target's story stands. A lapsed target's last slip may still be open."""
    over = target.closed_at is not None or target.now >= target.period_end
    open_slip = target.slip_number > 0 and (
        target.state == State.SLIPPED
        or (
            target.state == State.LAPSED
            and not any(each.key.startswith(_cause("recovery", target)) for each in told)
        )
    )
    return Before(
        State(target.state), target.slip_number, open_slip, is_history=target.is_new and over
    )


def taken_turns(target: SeenTarget, answer: Pace, told: Sequence[Told]) -> tuple[Turn, ...]:
    """What people hear of this target now. A closed one, or one whose employee left, is silent."""
    if target.closed_at is not None or not target.active:
        return ()
    return turns(before(target, told), answer.state)


def words(
    target: SeenTarget, answer: Pace, told: Sequence[Told], supervisor_id: UUID | None
) -> Words:
    """Events and notices of the turns that the target takes with this pace.

    `told`: the notices that anybody has of this target; `supervisor_id` decides for its employee.
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
            case Turn.RECOVERY:
                events.append(_event(target, "recovery", _recovery_content(target, answer)))
                cause = ladder.Recovered(
                    target.target_id, number, noticed_of_slip(target, told), target.now
                )
            case Turn.RISK:
                cause = ladder.AtRisk(target.target_id, number + 1, target.employee_id, target.now)
            case Turn.ACHIEVEMENT:
                cause = ladder.Achieved(target.target_id, target.employee_id, target.now)
        notices += (_notice(target, answer, each) for each in notices_of(cause))
    return Words(number, tuple(events), tuple(notices))


def noticed_of_slip(target: SeenTarget, told: Sequence[Told]) -> tuple[Noticed, ...]:
    """Who has a notice of the target's last slip."""
    prefix = _cause("slip", target)
    return tuple(
        Noticed(each.recipient_id, NoticeKind(each.kind))
        for each in told
        if each.key.startswith(prefix)
    )


def _cause(kind: str, target: SeenTarget) -> str:
    """How the keys of such notices of the last slip begin; see `ladder.notices_of`."""
    return f"{kind}:{target.target_id}:{target.slip_number}:"


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


def _notice(target: SeenTarget, answer: Pace, notice: Notice) -> NewNotice:
    notice_id = new_id()
    content = _labels(target) | {
        "notice_id": str(notice_id),
        "notice_kind": notice.kind.value,
        "employee_id": str(target.employee_id),
        "slips_at": _text(answer.slips_at) if answer.slips_at else None,
        "needed": missing(target, answer),
    }
    return NewNotice(
        notice_id=notice_id,
        key=notice.key,
        recipient_id=notice.recipient_id,
        kind=notice.kind.value,
        content=_json(content),
        pushed=Way.PUSH in notice.ways,
        not_before=notice.not_before,
    )


def _text(at: datetime) -> str:
    return at.isoformat()


def _json(content: dict[str, object]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
