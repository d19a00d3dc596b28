"""The feed of the demo's past, with what else each event wrote: feedback, changes, notices.

Contents are made of the same shapes as the service's own. Invariant: after `numbered`, events of a
shard are in the order of their time and numbered from 1 without a gap, and each report has the
place of its first event, which is its receipt.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID

import msgspec

from denyut.demo.answers import Step
from denyut.demo.habits import Report
from denyut.demo.ids import Ids
from denyut.demo.people import Person
from denyut.demo.targets import Target
from mobile_contract.reports import Location, NewReport, Revision, Withdrawal, body_hash
from models.queries.slips import NewEvent, NewNotice, Told
from notifications.ladder import NoticeKind
from realtime.captures import ReportContent, RevisionContent, WithdrawalContent

QUIET: Final = (NoticeKind.AT_RISK, NoticeKind.ACHIEVED)
"""Of past months these were cleared away: nobody reads them, and they are most of all notices."""
READ_AFTER: Final = timedelta(hours=20)  # most people have seen a notice by then


class Standing(Protocol):
    """A target's sums and state at the moment of an event."""

    target: Target
    approved: float
    pending: float
    state: str


class Event(NamedTuple):
    """A row of the feed to be; `report` is the one whose receipt the event is."""

    at: datetime
    turn: int
    kind: str
    employee_id: UUID
    unit_id: UUID | None
    unit_path: Sequence[UUID]
    agency_id: UUID | None
    flags: int
    target_id: UUID | None
    goal: float | None
    approved: float | None
    pending: float | None
    state: str | None
    content: str
    report: Report | None


@dataclass(slots=True)
class Feedback:
    """A row of feedback to be."""

    id: UUID
    report: Report
    author: Person
    kind: str
    text: str
    next_step: str
    made_at: datetime
    acknowledged_at: datetime | None = None


class Chronicle:
    """Collects what happened, target by target, and puts it in order at the end."""

    def __init__(self, people: Mapping[UUID, Person], now: datetime, ids: Ids) -> None:
        self.reports: list[Report] = []
        self.feedback: list[Feedback] = []
        self.changes: list[tuple[Any, ...]] = []
        self.notices: list[tuple[Any, ...]] = []
        self._events: dict[int, list[Event]] = {}
        self._people = people
        self._now = now
        self._ids = ids
        self._turn = 0
        self._said: dict[UUID, Feedback] = {}
        self._keys: set[str] = set()  # of notices: each is made once

    def step(self, book: Standing, step: Step, before: tuple[float, str, datetime]) -> None:
        """The event of a step that has been booked. `before`: what the report said until then."""
        report = step.report
        match step.kind:
            case "report":
                self.reports.append(report)
                report.body_hash = _body_hash(report)
                self._add(book, "report", step.at, _report_content(report), report, report.flags)
            case "revise":
                self._change(step, before)
                content = RevisionContent(
                    report.id, report.quantity, report.note, report.activity_at
                )
                self._add(
                    book, "revision", step.at, _versioned(content, report), flags=report.flags
                )
            case "withdraw":
                self._change(step, before)
                content = WithdrawalContent(report.id, step.text)
                self._add(
                    book, "withdrawal", step.at, _versioned(content, report), flags=report.flags
                )
            case "approve":
                self._add(book, "approval", step.at, _json(_decision(step)), flags=report.flags)
            case "return":
                report.returns += 1
                said = self._feedback(step, "correction")
                told = {"reason": step.text, "feedback_id": str(said.id)}
                self._add(
                    book, "return", step.at, _json(_decision(step) | told), flags=report.flags
                )
            case "feedback":
                said = self._feedback(step, step.feedback_kind)
                self._add(book, "feedback", step.at, _json(_saying(said)))
            case "acknowledge":
                said = self._said[report.id]
                said.acknowledged_at = step.at
                content = {
                    "feedback_id": str(said.id),
                    "report_id": str(report.id),
                    "acknowledged_at": step.at.isoformat(),
                }
                self._add(book, "feedback", step.at, _json(content))

    def turned(
        self, book: Standing, events: Sequence[NewEvent], notices: Sequence[NewNotice], at: datetime
    ) -> list[Told]:
        """What the slip engine said of a target, and who was told."""
        for event in events:
            self._add(book, event.kind, at, event.content)
        told: list[Told] = []
        for notice in notices:
            if notice.key in self._keys or (book.target.age > 0 and notice.kind in QUIET):
                continue
            self._keys.add(notice.key)
            notice_id = self._ids.at(at)
            content = notice.content.replace(str(notice.notice_id), str(notice_id))
            recipient = self._people[notice.recipient_id]
            self._personal(recipient, at, content)
            read = at + READ_AFTER < self._now and self._ids.random.random() < 0.85
            self.notices.append(
                (
                    *(notice_id, notice.key, recipient.id, notice.kind, book.target.person.id),
                    *(book.target.id, None, content, at, at + READ_AFTER if read else None, None),
                )
            )
            told.append(Told(book.target.id, notice.key, notice.kind, recipient.id))
        return told

    def numbered(self) -> dict[int, list[Event]]:
        """Each shard's events in their order; gives the reports their receipts."""
        for shard, events in self._events.items():
            events.sort(key=lambda event: (event.at, event.turn))
            for seq, event in enumerate(events, 1):
                if event.report is not None:
                    event.report.shard, event.report.seq = shard, seq
        return dict(sorted(self._events.items()))

    def _add(
        self,
        book: Standing,
        kind: str,
        at: datetime,
        content: str,
        report: Report | None = None,
        flags: int = 0,
    ) -> None:
        target, unit = book.target, book.target.person.unit
        self._turn += 1
        self._events.setdefault(unit.shard, []).append(
            Event(
                *(at, self._turn, kind, target.person.id, unit.id, unit.path, unit.agency_id),
                *(flags, target.id, target.goal.quantity),
                *(book.approved, book.pending, book.state, content, report),
            )
        )

    def _personal(self, recipient: Person, at: datetime, content: str) -> None:
        self._turn += 1
        self._events.setdefault(recipient.unit.shard, []).append(
            Event(
                *(at, self._turn, "notice", recipient.id, None, (), None, 0, None),
                *(None, None, None, None, content, None),
            )
        )

    def _feedback(self, step: Step, kind: str) -> Feedback:
        assert step.by is not None
        said = Feedback(
            self._ids.at(step.at), step.report, step.by, kind, step.text, step.next_step, step.at
        )
        self.feedback.append(said)
        self._said[step.report.id] = said
        return said

    def _change(self, step: Step, before: tuple[float, str, datetime]) -> None:
        report = step.report
        if step.kind == "revise":
            kind, reason = "revision", ""
            body = Revision(
                report.id, report.quantity, report.activity_at, report.note, report.version - 1
            )
        else:
            kind, reason = "withdrawal", step.text
            body = Withdrawal(report.id, step.text, report.version - 1)
        self.changes.append(
            (
                *(self._ids.at(step.at), report.id, report.target.person.id, kind, report.version),
                *(body_hash(body), *before, reason, step.at),
            )
        )


def _body_hash(report: Report) -> bytes:
    return body_hash(
        NewReport(
            report.id,
            report.target.id,
            report.quantity,
            report.activity_at,
            report.note,
            report.captured_at,
            location_of(report),
        )
    )


def location_of(report: Report) -> Location | None:
    """Where the phone was, if the job's policy asked."""
    if report.location is None:
        return None
    return Location(*report.location)


def _report_content(report: Report) -> str:
    target = report.target
    content = ReportContent(
        report.id,
        target.person.name,
        target.id,
        report.quantity,
        report.note,
        report.activity_at,
        report.captured_at.astimezone(UTC),
        report.corrected_at.astimezone(UTC),
        location_of(report),
    )
    labels = (
        f',"indicator":{json.dumps(target.task.indicator, ensure_ascii=False)}'
        f',"unit_of_measure":{json.dumps(target.task.unit_of_measure, ensure_ascii=False)}'
    )
    return f'{_text(content)[:-1]}{labels},"version":1,"status":"received"}}'


def _versioned(content: RevisionContent | WithdrawalContent, report: Report) -> str:
    return f'{_text(content)[:-1]},"version":{report.version},"status":"{report.status}"}}'


def _decision(step: Step) -> dict[str, Any]:
    assert step.by is not None
    return {
        "report_id": str(step.report.id),
        "actor_id": str(step.by.id),
        "actor_name": step.by.name,
        "version": step.report.version,
        "status": step.report.status,
    }


def _saying(said: Feedback) -> dict[str, Any]:
    return {
        "feedback_id": str(said.id),
        "report_id": str(said.report.id),
        "feedback_kind": said.kind,
        "text": said.text,
        "next_step": said.next_step,
        "actor_id": str(said.author.id),
        "actor_name": said.author.name,
    }


def _text(content: msgspec.Struct) -> str:
    return msgspec.json.encode(content).decode()


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
