"""The office's books of one target: every step of its reports, and the turns that pace takes.

What the service does in `submit_batch_v1`, `decide_v1` and the slip engine, told for the past: the
sums, the states and the events are what these would have written, by the same rules and words.
Invariant: at the end `approved`, `pending`, `observations` and `waiting` follow from the reports,
and `state`, `slips_at` and `at_risk_at` from `models.rules.pace` at the instant of the end.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from denyut.demo.answers import Step
from denyut.demo.calendars import Layout
from denyut.demo.chronicle import Chronicle
from denyut.demo.habits import Outage, Report
from denyut.demo.targets import Target
from models.queries.slips import SeenTarget, Told
from models.rules.flags import ReportFlag
from models.rules.pace import Pace, Progress, State, pace
from notifications.slip_words import words

FOREVER = timedelta(days=4_000)
CAPTURED_FOR = 3  # a mentor captures every third report of whom they mentor
LOOKS_AFTER = timedelta(milliseconds=300)  # so soon the slip engine looks at what changed


class TargetBook:
    """The running sums and the state of one target."""

    def __init__(self, target: Target, layout: Layout, now: datetime, outage: Outage) -> None:
        self.target = target
        self.approved = 0.0
        self.pending = 0.0
        self.observations = 0
        self.waiting = 0
        self.state = State.ON_TRACK.value
        self.slips_at: datetime | None = None
        self.at_risk_at: datetime | None = None
        self.slip_number = 0
        self.state_since = target.start
        self._layout = layout
        self._now = now
        self._outage = outage
        self._told: list[Told] = []
        self._tells_risks = target.age == 0  # of past months nobody asks, and they are many
        self._due = target.end if target.task.measured else layout.first_risk_at

    def written(self, steps: Sequence[Step], chronicle: Chronicle) -> None:
        """Goes through everything that happened to this target, in order, up to now."""
        for place, step in enumerate(steps, 1):
            self._catch_up(step.at, chronicle)
            report = step.report
            before = report.quantity, report.note, report.activity_at
            changes_pace = self._booked(step)
            chronicle.step(self, step, before)
            if changes_pace:
                following = steps[place].at if place < len(steps) else self._now
                self._settle(min(step.at + LOOKS_AFTER, following), chronicle)
        self._catch_up(self._now, chronicle)
        if self._now < self.target.end:
            self._settle(self._now, chronicle)
        if self.target.closed_at is not None:
            self.slips_at = self.at_risk_at = None  # nothing falls due any more

    def _booked(self, step: Step) -> bool:
        """Puts a step into the sums; whether the slip engine has to look at the target."""
        report = step.report
        counted = not report.flags & ReportFlag.AFTER_CLOSING
        match step.kind:
            case "report":
                report.flags = self._flags(report)
                counted = not report.flags & ReportFlag.AFTER_CLOSING
                self.waiting += 1
                if counted:
                    self.pending += report.quantity
                    self.observations += 1
            case "withdraw":
                self._unbook(report)
                report.status, report.version = "withdrawn", report.version + 1
            case "return":
                self._unbook(report)
                report.status, report.decided_by, report.decided_at = "returned", step.by, step.at
            case "revise":
                report.status, report.version = "revised", report.version + 1
                report.quantity = step.quantity
                report.note = step.text
                self.pending += step.quantity
                self.observations += 1
                self.waiting += 1
            case "approve":
                self.pending -= report.quantity
                self.approved += report.quantity
                self.waiting -= 1
                report.status, report.decided_by, report.decided_at = "approved", step.by, step.at
            case "feedback" | "acknowledge":
                pass
        if self.target.task.measured or step.kind in ("withdraw", "return", "revise"):
            return counted
        done = self.approved + self.pending
        return step.kind == "report" and (
            self.state != State.ON_TRACK or done >= self.target.goal.quantity
        )

    def _unbook(self, report: Report) -> None:
        self.pending -= report.quantity
        self.observations -= 1
        self.waiting -= 1

    def _flags(self, report: Report) -> int:
        """The flags of a report as it comes in: those of the clock, and those of its period."""
        target, flags = self.target, ReportFlag(0)
        if report.captured_at != report.corrected_at:
            flags |= ReportFlag.CLOCK_WRONG
        if report.received_at > target.end:
            excused = self._outage.start <= report.corrected_at < self._outage.end
            flags |= ReportFlag.OUTAGE if excused else ReportFlag.LATE
        if target.closed_at is not None and report.received_at > target.closed_at:
            flags |= ReportFlag.AFTER_CLOSING
        if not target.start <= report.activity_at < target.end:
            flags |= ReportFlag.OUTSIDE_PERIOD
        mentored_since = target.person.mentored_since
        if mentored_since is not None and report.captured_at >= mentored_since:
            flags |= ReportFlag.ON_BEHALF if report.id.int % CAPTURED_FOR == 0 else ReportFlag(0)
        return int(flags)

    def _catch_up(self, until: datetime, chronicle: Chronicle) -> None:
        """Takes the turns that time alone brought, up to an instant."""
        while self._due <= until:
            self._settle(self._due, chronicle)

    def _settle(self, at: datetime, chronicle: Chronicle) -> None:
        """What the slip engine does when it looks at the target."""
        target = self.target
        answer = pace(
            target.goal,
            Progress(self.approved, self.pending, self.observations, self._measured()),
            self._layout.timetable,
            (target.start, target.end),
            at,
        )
        if answer.state.value != self.state:
            seen, by = self._seen(at), target.person.decider(at)
            said = words(seen, answer, self._told, by.id if by else None)
            self.state, self.state_since = answer.state.value, at
            self.slip_number = said.slip_number
            self._told += chronicle.turned(self, said.events, said.notices, at)
        self.slips_at, self.at_risk_at = answer.slips_at, answer.at_risk_at
        self._due = self._next_due(at, answer)

    def _measured(self) -> float | None:
        return (self.approved + self.pending) / self.observations if self.observations else None

    def _next_due(self, at: datetime, answer: Pace) -> datetime:
        """When the target falls due by itself after `at`."""
        if at >= self.target.end:
            return self._now + FOREVER
        due = [self.target.end]
        if answer.state in (State.ON_TRACK, State.AT_RISK) and answer.slips_at is not None:
            due.append(answer.slips_at)
        if self._tells_risks and answer.state is State.ON_TRACK and answer.at_risk_at is not None:
            due.append(answer.at_risk_at)
        return max(min(due), at + timedelta(milliseconds=1))

    def _seen(self, at: datetime) -> SeenTarget:
        target = self.target
        closed_at = target.closed_at if target.closed_at and target.closed_at <= at else None
        return SeenTarget(
            now=at,
            seen="",
            target_id=target.id,
            employee_id=target.person.id,
            employee_name=target.person.name,
            active=True,
            state=self.state,
            approved=self.approved,
            pending=self.pending,
            observations=self.observations,
            slip_number=self.slip_number,
            is_new=False,
            indicator=target.task.indicator,
            unit_of_measure=target.task.unit_of_measure,
            aspect=target.task.aspect,
            direction=target.task.direction,
            quantity=target.goal.quantity,
            low=None,
            high=None,
            tolerance=target.goal.tolerance,
            grace=target.goal.grace,
            minimum_observations=target.goal.minimum_observations,
            period_start=target.start,
            period_end=target.end,
            closed_at=closed_at,
        )
